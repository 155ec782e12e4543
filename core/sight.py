"""What features are worth: the same images, the same questions, by pixels and by features.

Two plain ways to answer are tried. Without learning: has the nearest other image the same label?
With a little learning: does the probe name the label, which learnt from other images? Once both see
the pixels, once what the pretrained network makes of them. Images that belong together never
answer for each other, so all that differs is what is looked at.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import probe
from core.comparison import Comparison, compare
from core.errors import DataProblem, ProjectProblem
from core.preflight.baselines import nearest_rows
from core.project import Project
from core.results import wilson

MOST: Final = 4000  # images that are asked about; a larger set is represented by a sample
PIXELS, FEATURES = "pixels", "features"
_BOTH: Final = (PIXELS, FEATURES)
_IMAGE: Final = ["image_id", "sha256", "source", "label"]


class Way(StrEnum):
    """A way to answer; also the begin of the names of its columns."""

    NEAREST = "near"  # the image_id of the nearest image
    PROBE = "said"  # the label that the probe names


def look(
    images: pd.DataFrame,
    small: NDArray[np.float32],
    features: NDArray[np.float32],
    blocks: NDArray[np.int64],
    seed: int = 0,
) -> pd.DataFrame:
    """What is answered for each image by pixels and by features.

    Args:
        images: image_id, sha256, source and label.
        small: (images, side, side, 3), each image as a small square; the nearest has the least
            sum of squared differences, pixel by pixel. NaN where an image could not be read.
        features: (images, width); the nearest has the least sum of squared differences.
        blocks: images with the same number belong together.
        seed: of the folds of the probe.

    Returns:
        The four columns of ``images``; near_pixels and near_features: image_id of the nearest;
        said_pixels and said_features: the label that a probe names which never saw the image.
        Images that could not be read are left out.

    Raises:
        DataProblem: no two images may be compared.
    """
    flat = small.reshape(len(small), -1)
    seen = np.flatnonzero(np.isfinite(flat).all(axis=1))
    blocks, table = blocks[seen], images[_IMAGE].iloc[seen].reset_index(drop=True)
    if len(np.unique(blocks)) < 2:
        raise DataProblem(
            "There are no two images to compare",
            "All images that can be read belong together",
            "Add different images, or divide the groups on the Explore page",
        )
    numbers, classes = pd.factorize(table["label"], sort=True)
    labels = np.asarray(numbers, np.int64)
    folds = probe.folds_of(labels, blocks, seed=seed)
    names, asked = table["image_id"].to_numpy(str), np.arange(len(table))
    for what, values in ((PIXELS, flat[seen]), (FEATURES, features[seen])):
        answers = probe.out_of_fold(probe.compress(values, seed=seed), labels, folds, len(classes))
        table[f"{Way.NEAREST}_{what}"] = names[nearest_rows(values, blocks, asked)]
        table[f"{Way.PROBE}_{what}"] = np.asarray(classes, str)[answers.argmax(axis=1)]
    return table


def read(project: Project) -> pd.DataFrame:
    """What `look` found in ``project``, with ``catalogue``, the `content_id` of the images then.

    Empty where nobody asked yet.

    Raises:
        ProjectProblem: the file is damaged.
    """
    table = project.read_table(project.sight_file)
    if table.empty:
        return table
    known = set(table.get("image_id", ()))
    columns = {*_IMAGE, "catalogue", *(f"{way}_{what}" for way in Way for what in _BOTH)}
    whole = columns <= set(table.columns) and len(known) == len(table)
    if not whole or not all(set(table[f"{Way.NEAREST}_{what}"]) <= known for what in _BOTH):
        raise ProjectProblem(
            "What was said by pixels and by features cannot be read",
            "sight.parquet is damaged",
            "Compare them again",
        )
    return table


def compared(table: pd.DataFrame, way: Way) -> Comparison:
    """How often ``way`` answers right: A by pixels, B by features."""
    return compare(_answers(table, way, PIXELS), _answers(table, way, FEATURES))


def by_class(found: Comparison) -> pd.DataFrame:
    """One row a class: label, n, recall_a, low_a, high_a (95 %, Wilson), and the same of b."""
    rows = []
    for label, part in found.images.groupby("label"):
        row = {"label": label, "n": len(part)}
        for letter in "ab":
            right = int(part[f"correct_{letter}"].sum())
            low, high = wilson(right, len(part))
            row |= {f"recall_{letter}": right / len(part)}
            row |= {f"low_{letter}": low, f"high_{letter}": high}
        rows.append(row)
    return pd.DataFrame(rows)


def beside(table: pd.DataFrame, image_ids: list[str]) -> pd.DataFrame:
    """Each of these images, then its nearest by pixels, then its nearest by features.

    Returns:
        Three rows an image: image_id, sha256 and label; ``asked``: the image that it is about;
        ``by``: '', 'pixels' or 'features'.
    """
    rows = table.set_index("image_id")
    found = []
    for asked in image_ids:
        for what in ("", *_BOTH):
            which = str(rows.at[asked, f"{Way.NEAREST}_{what}"]) if what else asked
            found.append((which, rows.at[which, "sha256"], rows.at[which, "label"], asked, what))
    return pd.DataFrame(found, columns=["image_id", "sha256", "label", "asked", "by"])


def _answers(table: pd.DataFrame, way: Way, what: str) -> pd.DataFrame:
    """As `core.comparison.compare` takes them. Neither way says how sure it is."""
    said = table[f"{way}_{what}"]
    if way is Way.NEAREST:
        said = said.map(table.set_index("image_id")["label"])
    return table[_IMAGE].assign(predicted=said, confidence=1.0, correct=said == table["label"])
