"""Where a classifier is weak: parts of the images that have something in common, each judged alone.

Many parts are looked at, and some look weak by chance alone. So a part counts as weak only where
Fisher's exact test says so after Holm's correction for the number of parts, and the intervals are
widened by Bonferroni's, so that all of them together hold their 95 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.results import holm, log_choose, wilson

FEWEST = 10  # images that a part needs, so that something can be said of it
_LEVEL = 0.05
_BANDS = 4
_MOST_FOLDERS = 40
_NEARLY = 0.9  # of a class, so that a folder is taken for it
# measurement or trait: what its four bands are called, from its lowest values to its highest
BANDS: dict[str, tuple[str, str, str, str]] = {
    "brightness": ("Darkest quarter", "Rather dark", "Rather bright", "Brightest quarter"),
    "contrast": ("Faintest contrast", "Rather faint", "Rather rich", "Richest contrast"),
    "sharpness": ("Blurriest quarter", "Rather blurred", "Rather sharp", "Sharpest quarter"),
    "saturation": ("Greyest quarter", "Rather grey", "Rather colourful", "Most colourful"),
    "size": ("Smallest quarter", "Rather small", "Rather large", "Largest quarter"),
}
FOLDER, CLUSTER = "folder", "cluster"
KINDS: dict[str, str] = {
    "brightness": "Brightness",
    "contrast": "Contrast",
    "sharpness": "Sharpness",
    "saturation": "Colour",
    "size": "Size in pixels",
    FOLDER: "Folder it came from",
    CLUSTER: "Look-alikes",
}


@dataclass(frozen=True)
class Slice:
    """A part of the images, and how the classifier does on it.

    Attributes:
        kind: one of `KINDS`.
        name: what its images have in common, for people.
        rows: where they stand in the table that was asked about.
        n: how many.
        correct: of them answered right.
        low, high: interval of the accuracy; those of all slices together hold with 95 %.
        rest: accuracy on all other images.
        p: how often a part of this size would have as many mistakes by chance, corrected for
            the number of parts that were looked at.
    """

    kind: str
    name: str
    rows: NDArray[np.int64]
    n: int
    correct: int
    low: float
    high: float
    rest: float
    p: float

    @property
    def accuracy(self) -> float:
        """The share of right answers."""
        return self.correct / self.n

    @property
    def is_weak(self) -> bool:
        """Whether chance is a poor explanation for its mistakes."""
        return self.p < _LEVEL


def slices(correct: NDArray[np.bool_], parts: Sequence[Part]) -> list[Slice]:
    """Judge ``parts`` of the images, those with the lowest upper end of their interval first.

    Parts with fewer than `FEWEST` images, or with nearly all of them, are left out; they do not
    count for the correction either.

    Sources: R. A. Fisher, The logic of inductive inference, JRSS 98 (1935), one-sided; S. Holm, A
    simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6
    (1979).

    Args:
        correct: whether each image was answered right.
        parts: as `parts_of` and `clusters` give them.
    """
    n = len(correct)
    kept = [part for part in parts if FEWEST <= len(part.rows) <= n - FEWEST]
    if not kept:
        return []
    wrong = int((~correct).sum())
    each = [int((~correct[part.rows]).sum()) for part in kept]
    p = [
        fisher(mistakes, len(part.rows), wrong, n)
        for part, mistakes in zip(kept, each, strict=True)
    ]
    z = NormalDist().inv_cdf(1 - _LEVEL / (2 * len(kept)))
    found = []
    for part, mistakes, corrected in zip(kept, each, holm(p), strict=True):
        size = len(part.rows)
        low, high = wilson(size - mistakes, size, z)
        rest = 1 - (wrong - mistakes) / (n - size)
        found.append(
            Slice(
                part.kind, part.name, part.rows, size, size - mistakes, low, high, rest, corrected
            )
        )
    return sorted(found, key=lambda one: (one.high, one.accuracy, one.name))


@dataclass(frozen=True)
class Part:
    """Images with something in common: one of `KINDS`, its name, their rows in the table."""

    kind: str
    name: str
    rows: NDArray[np.int64]


def parts_of(images: pd.DataFrame, measured: pd.DataFrame) -> list[Part]:
    """The parts by brightness, contrast, sharpness, colour, size and folder.

    Args:
        images: label, source, width, height of each image.
        measured: brightness, contrast, sharpness, saturation of the same images, row by row; NaN
            where one is not known.
    """
    values = {name: measured[name] for name in BANDS if name in measured.columns}
    if {"width", "height"} <= set(images.columns):
        area = images["width"].astype(float) * images["height"].astype(float)
        values["size"] = area**0.5
    found = []
    for kind, numbers in values.items():
        found += _bands(kind, pd.Series(np.asarray(numbers, np.float64)))
    return found + _folders(images)


def clusters(numbers: NDArray[np.int64], labels: pd.Series) -> list[Part]:
    """The parts by what looks alike; each is named after its most frequent labels.

    Args:
        numbers: the cluster of each image; -1 where it has none.
        labels: of the same images.
    """
    found = []
    for number in np.unique(numbers[numbers >= 0]).tolist():
        rows = np.flatnonzero(numbers == number)
        counts = labels.iloc[rows].astype(str).value_counts()
        share = counts.iloc[0] / len(rows)
        names = list(counts.index[:1] if share > 0.8 else counts.index[:2])
        found.append(Part(CLUSTER, f"Look-alikes {number + 1}: {' and '.join(names)}", rows))
    return found


def fisher(wrong_here: int, here: int, wrong: int, n: int) -> float:
    """How often at least ``wrong_here`` of all mistakes fall into a part drawn by chance.

    The upper tail of the hypergeometric distribution.

    Args:
        wrong_here: mistakes in the part.
        here: images in it.
        wrong: mistakes in all.
        n: images in all.
    """
    most = min(here, wrong)
    if wrong_here <= max(0, here + wrong - n):
        return 1.0
    logs = np.array(
        [
            log_choose(wrong, k) + log_choose(n - wrong, here - k) - log_choose(n, here)
            for k in range(wrong_here, most + 1)
        ]
    )
    return float(min(1.0, np.exp(logs).sum()))


def _bands(kind: str, values: pd.Series) -> list[Part]:
    """The quarters by rank; none where too many values are the same."""
    known = values[values.notna()]
    if known.nunique() < _BANDS:
        return []
    edges = np.quantile(known, np.linspace(0, 1, _BANDS + 1)[1:-1])
    if len(np.unique(edges)) < len(edges):
        return []
    place = np.searchsorted(edges, values.to_numpy(), side="left")
    usable = values.notna().to_numpy()
    return [
        Part(kind, name, np.flatnonzero(usable & (place == number)))
        for number, name in enumerate(BANDS[kind])
    ]


def _folders(images: pd.DataFrame) -> list[Part]:
    """The folders that images came from, with those in them, whatever class they are of.

    Folders that are named after a class, or hold one class and hardly anything else, say nothing
    new and are looked through: siteA/cat/1.jpg and cat/siteA/2.jpg both came from siteA.
    """
    if "source" not in images.columns:
        return []
    labels = images["label"].astype(str).reset_index(drop=True)
    classes = set(labels.str.casefold())
    places: dict[str, list[int]] = {}
    for row, source in enumerate(images["source"].astype(str)):
        folders = source.replace("\\", "/").split("/")[:-1]
        named = [name for name in folders if name.casefold() not in classes]
        for depth in range(len(named)):
            places.setdefault("/".join(named[: depth + 1]), []).append(row)
    # A folder with a single one inside is the same part: the longer name tells more
    parts = {tuple(rows): Part(FOLDER, name, np.array(rows)) for name, rows in places.items()}
    found = [part for part in parts.values() if not _is_a_class(labels, part.rows)]
    return sorted(found, key=lambda part: -len(part.rows))[:_MOST_FOLDERS]


def _is_a_class(labels: pd.Series, rows: NDArray[np.int64]) -> bool:
    """Whether the images at ``rows`` are as good as all those of one class, and no others."""
    counts = labels.iloc[rows].value_counts()
    same, label = int(counts.iloc[0]), counts.index[0]
    return same > _NEARLY * len(rows) and same > _NEARLY * int((labels == label).sum())
