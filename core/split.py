"""Divide the images into training, validation and test: seeded, stratified, group-aware.

Images that belong together (identical files) never stand on two sides. Every class keeps its
shares as nearly as whole groups allow, and has at least one image on each side.
"""

from __future__ import annotations

from enum import StrEnum
from zlib import crc32

import numpy as np
import pandas as pd

from core.catalogue import require_classes
from core.settings import SplitSettings


class Side(StrEnum):
    """Where an image stands."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


def divide(catalogue: pd.DataFrame, settings: SplitSettings) -> pd.Series:
    """The side of every image: a Series of `Side` values indexed by image_id.

    The same images, labels and settings give the same split, whatever the order of the rows.
    Identical files form one group; a group whose labels contradict each other goes with its
    most frequent label.

    Raises:
        DataProblem: fewer than two classes, or a class with fewer than three groups.
    """
    groups = _groups(catalogue)
    different = groups.drop_duplicates("group")["label"].value_counts()
    # By the labels of the catalogue: a class may have lost all its images to conflicting twins
    labels = sorted(catalogue["label"].unique())
    require_classes({str(label): int(different.get(label, 0)) for label in labels}, smallest=3)
    sides: dict[str, Side] = {}
    for label, members in groups.groupby("label", sort=True):
        sizes = members.groupby("group", sort=True).size()
        # A generator for each class: what changes in one class leaves the others where they were
        rng = np.random.default_rng([settings.seed, crc32(str(label).encode())])
        order = sizes.iloc[rng.permutation(len(sizes))]
        sides.update(_fill(order, settings))
    return pd.Series(
        [str(sides[group]) for group in groups["group"]], index=groups["image_id"], name="split"
    )


def _groups(catalogue: pd.DataFrame) -> pd.DataFrame:
    """image_id, group, label; one label for the whole group, so that it is placed once."""
    table = catalogue[["image_id", "sha256", "label"]].rename(columns={"sha256": "group"})
    counts = table.groupby(["group", "label"]).size().rename("n").reset_index()
    counts = counts.sort_values(["group", "n", "label"], ascending=[True, False, True])
    label = counts.drop_duplicates("group").set_index("group")["label"]
    return table.assign(label=table["group"].map(label))


def _fill(sizes: pd.Series, settings: SplitSettings) -> dict[str, Side]:
    """Give test, then validation, then training their groups, in the order of ``sizes``.

    Each of the first two takes every group that brings it nearer to its share; where all are
    too large for it, the smallest. It leaves one group for each side still to come.
    """
    left = {str(name): int(size) for name, size in sizes.items()}
    total = sum(left.values())
    sides: dict[str, Side] = {}
    for side, share, to_come in (
        (Side.TEST, settings.test, 2),
        (Side.VALIDATION, settings.validation, 1),
    ):
        chosen = _nearest(left, share * total, len(left) - to_come)
        sides.update(dict.fromkeys(chosen, side))
        left = {name: size for name, size in left.items() if name not in chosen}
    sides.update(dict.fromkeys(left, Side.TRAIN))
    return sides


def _nearest(sizes: dict[str, int], wanted: float, most: int) -> set[str]:
    """Between 1 and ``most`` names whose sizes sum to nearly ``wanted``, the first that fit."""
    chosen: set[str] = set()
    taken = 0
    for name, size in sizes.items():
        if len(chosen) < most and abs(taken + size - wanted) < abs(taken - wanted):
            chosen.add(name)
            taken += size
    return chosen or {min(sizes, key=lambda name: sizes[name])}
