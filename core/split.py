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
    require_classes(groups.drop_duplicates("group"), smallest=3)
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

    Each of the first two takes groups until its share is reached as nearly as possible, at
    least one, and always leaves one group for each side still to come.
    """
    total = int(sizes.sum())
    names = list(sizes.index)
    sides: dict[str, Side] = {}
    start = 0
    for side, share, to_come in (
        (Side.TEST, settings.test, 2),
        (Side.VALIDATION, settings.validation, 1),
    ):
        wanted, taken, first = share * total, 0, start
        while start < len(names) - to_come:
            size = int(sizes.iloc[start])
            if start > first and abs(taken + size - wanted) >= abs(taken - wanted):
                break
            sides[names[start]] = side
            taken += size
            start += 1
    sides.update((name, Side.TRAIN) for name in names[start:])
    return sides
