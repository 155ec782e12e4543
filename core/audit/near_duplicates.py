"""Nearly the same picture more than once: a copy, a repeated shot, the next frame of a video."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.alignment import agreement
from core.audit.check import Check, Evidence, Found, Needs, nothing
from core.audit.hashes import SIDE, blurring, colours_of, packed, unpacked
from core.audit.linking import link
from core.audit.neighbours import Pairs, like_each_other
from core.errors import ProjectProblem
from core.project import Project

SURE, LIKELY = 0.87, 0.80  # agreement of details: enough by itself, enough with features
CLOSE = 0.7  # distance in feature space, as a share of what is usual around the two
CONFLICT, TORN, REPEAT = 0.0, 0.2, 0.4  # scores begin here: two labels, two given sides, neither
_SPAN = 0.15  # from the surest pair of its kind to the least sure
_COLOURS = 12.0  # mean difference, of 255, up to which colours are the same
_ASPECT = 0.35  # logarithm of width over height: a cut border changes it by less
_CANDIDATE = 0.65  # likeness of blurred details from which two images are looked at closely
_TOGETHER = 0.65  # mean likeness inside a group
_BLUR = 1.33  # places of `SIDE`
_AT_ONCE = 2048  # fingerprints that are unpacked at a time
_SAMPLE, _WIDTH = 1000, 128  # images by which distances are judged; principal components


@dataclass(frozen=True)
class Repeats:
    """Images that are nearly the same.

    Attributes:
        pairs: rows of the images, with how well they agree.
        groups: a number for each image, -1 for those that stand alone.
        compared: how many comparisons it took.
    """

    pairs: Pairs
    groups: NDArray[np.int64]
    compared: int


def score(evidence: Evidence) -> Found:
    """Every image that has a near twin, the worst first: other label, other side, same class."""
    images = evidence.images
    scores, notes = nothing(evidence), [""] * len(images)
    if images.empty:
        return Found(scores, notes, groups=notes)
    found = near_repeats(evidence)
    groups = ["" if n < 0 else f"near-{n:05d}" for n in found.groups]
    inside = found.groups[found.pairs.first] == found.groups[found.pairs.second]
    pairs = found.pairs.only(inside)
    labels = images["label"].astype(str).to_numpy()
    sides = _given(images)
    sources = images["source"].astype(str).to_numpy()
    for one, other, alike in zip(pairs.first, pairs.second, pairs.likeness, strict=True):
        begin, extra = REPEAT, ""
        if labels[one] != labels[other]:
            begin, extra = CONFLICT, "label"
        elif sides[one] and sides[other] and sides[one] != sides[other]:
            begin, extra = TORN, "side"
        value = begin + _SPAN * (1 - max(0.0, float(alike) - LIKELY) / (1 - LIKELY))
        for here, there in ((one, other), (other, one)):
            if value < scores[here]:
                scores[here] = value
                notes[here] = f"Nearly the same as {sources[there]}"
                if extra == "label":
                    notes[here] += f", which is labelled {labels[there]}"
                elif extra == "side":
                    notes[here] += f", which is given for {sides[there]}, this for {sides[here]}"
    return Found(scores, notes, groups=groups)


def near_repeats(evidence: Evidence) -> Repeats:
    """All near duplicates in the evidence, identical files apart: those are another check.

    Pairs whose blurred details are alike come out of an index; each is then laid on the other as
    it fits best. What agrees very well is a repeat. What agrees well is one where the network,
    too, finds the two far closer than other images around them, and both have one label.
    """
    images = evidence.images
    first = np.flatnonzero(~images["sha256"].duplicated().to_numpy())
    prints = _prints(evidence, first)
    vectors = _blurred(prints)
    pairs = like_each_other(vectors, _CANDIDATE)
    compared = pairs.compared
    shapes = np.log(images["width"].to_numpy(float) / images["height"].to_numpy(float))[first]
    apart = np.abs(shapes[pairs.first] - shapes[pairs.second])
    pairs = pairs.only(apart <= _ASPECT)
    tints = colours_of(prints)
    one, other = (tints[rows].astype(np.float32) for rows in (pairs.first, pairs.second))
    differ = np.abs(one - other).mean(axis=1)
    pairs = pairs.only(differ <= _COLOURS)
    agreed = agreement(prints, pairs)
    pairs = Pairs(pairs.first, pairs.second, agreed, compared).only(agreed >= LIKELY)
    likely = pairs.likeness >= SURE
    if evidence.features is not None and len(pairs):
        close = _closeness(evidence.compressed[first, :_WIDTH], pairs) <= CLOSE
        # One person's hand, a moment later and with another sign, is close too, yet no repeat
        labels = evidence.labels[first]
        likely |= close & (labels[pairs.first] == labels[pairs.second])
    pairs = pairs.only(likely)
    alone = link(vectors, pairs, _TOGETHER)
    return Repeats(
        Pairs(first[pairs.first], first[pairs.second], pairs.likeness, compared),
        _with_twins(images["sha256"], first, alone),
        compared,
    )


def near_groups(project: Project) -> pd.Series | None:
    """The group of near duplicates of each image, '' where it stands alone, by image_id.

    None where the images were never checked for them.

    Raises:
        ProjectProblem: the table is damaged.
    """
    name = f"{CHECK.name}_group"
    if not project.audit_file.is_file():
        return None
    try:
        import pyarrow.parquet as parquet

        with open(project.audit_file, "rb") as handle:  # once: it may be replaced meanwhile
            file = parquet.ParquetFile(handle)
            if name not in file.schema_arrow.names:
                return None
            table: pd.DataFrame = file.read(columns=["image_id", name]).to_pandas()
    except Exception as error:  # pyarrow raises many kinds
        raise ProjectProblem(
            "The result of the checks cannot be read",
            f"audit.parquet is damaged ({type(error).__name__})",
            "Check the images again",
        ) from error
    return table.set_index("image_id")[name].fillna("").rename("near")


def _prints(evidence: Evidence, rows: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The fingerprints of these rows; zeros where there is none."""
    if "hash" not in evidence.measured.columns:
        return packed([None] * len(rows))[0]
    prints = packed(evidence.measured["hash"])[0]
    return prints if len(rows) == len(prints) else prints[rows]


def _blurred(prints: NDArray[np.uint8]) -> NDArray[np.float16]:
    """(images, width) of unit length: details so coarse that a small shift leaves them alike."""
    half = SIDE // 2
    matrix = blurring(_BLUR).reshape(half, 2, SIDE).mean(axis=1)
    answer = np.empty((len(prints), half * half), np.float16)  # half the memory, and fine enough
    for start in range(0, len(prints), _AT_ONCE):
        part = unpacked(prints[start : start + _AT_ONCE]).astype(np.float32)
        rows = (matrix @ part @ matrix.T).reshape(len(part), -1)
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
        answer[start : start + _AT_ONCE] = rows
    return answer


def _closeness(features: NDArray[np.float32], pairs: Pairs, seed: int = 0) -> NDArray[np.float32]:
    """The distance of each pair, as a share of how near the nearest hundredth usually is.

    Judged by a sample, so that the work grows with the images alone. Dividing by what is usual
    around each of the two is the local scaling of L. Zelnik-Manor, P. Perona, Self-tuning
    spectral clustering, NIPS (2004).
    """
    features = features / np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-6)
    sample = np.random.default_rng(seed).permutation(len(features))[:_SAMPLE]
    nearest = min(max(5, len(sample) // 100), len(sample) - 1)
    rows = np.unique([pairs.first, pairs.second])
    products = np.sort(features[rows] @ features[sample].T, axis=1)[:, -1 - nearest]
    usual = np.zeros(len(features), np.float32)
    usual[rows] = np.sqrt(np.maximum(2 - 2 * products, 1e-6))
    own = (features[pairs.first] * features[pairs.second]).sum(axis=1)
    apart = np.sqrt(np.maximum(2 - 2 * own, 0))
    return np.asarray(apart / np.sqrt(usual[pairs.first] * usual[pairs.second]))


def _with_twins(
    hashes: pd.Series, first: NDArray[np.int64], groups: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The groups of distinct files, for every row: identical files share theirs."""
    by_content = dict(zip(hashes.to_numpy()[first], groups, strict=True))
    return np.array([by_content[content] for content in hashes], np.int64)


def _given(images: pd.DataFrame) -> list[str]:
    if "split_given" not in images.columns:
        return [""] * len(images)
    return [side if isinstance(side, str) else "" for side in images["split_given"]]


CHECK = Check("near_duplicates", "Nearly the same picture", 0.6, score, needs=Needs.PIXELS)
