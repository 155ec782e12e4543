"""Divide images again after some were mended, so that every image stays on the side that it had.

Two trainings can be compared image by image only where neither learnt what judges the other. A
split made anew moves images between the sides as soon as labels change, so it is not made anew.
"""

from __future__ import annotations

import pandas as pd

from core.errors import DataProblem
from core.settings import SplitSettings
from core.split import Side, divide


def divide_again(
    images: pd.DataFrame, before: pd.Series, settings: SplitSettings, groups: pd.Series
) -> pd.Series:
    """The side of every image: a Series of `Side` values indexed by image_id.

    An image that has a side keeps it, whatever its label is now. One that is new goes with its
    group where that has a side (with most of it, and to training where that is undecided), else to
    where a new split would put it.

    Args:
        images: image_id, sha256, label, as they stand now.
        before: image_id -> the side that it had.
        settings: how new images are divided.
        groups: image_id -> name of its group.

    Raises:
        DataProblem: a class has no training image any more, or a side has no images at all; or
            there are new images, and they cannot be divided.
    """
    ids = pd.Index(images["image_id"])
    sides = before.astype(str).reindex(ids)
    new = ids[sides.isna()]
    if len(new):
        named = groups.reindex(ids)
        sides = sides.fillna(named.map(_of_groups(sides, named)))
        if sides.isna().any():
            sides = sides.fillna(divide(images, settings, groups))
    sides = pd.Series(sides.to_numpy(str), index=ids, name="split")
    _require(images, sides)
    return sides


def _of_groups(sides: pd.Series, groups: pd.Series) -> pd.Series:
    """The side of each group of which some image has one."""
    known = pd.DataFrame({"group": groups, "side": sides}).dropna()
    counts = known.groupby(["group", "side"]).size().rename("n").reset_index()
    counts["order"] = counts["side"].map({str(side): place for place, side in enumerate(Side)})
    counts = counts.sort_values(["group", "n", "order"], ascending=[True, False, True])
    return counts.drop_duplicates("group").set_index("group")["side"]


def _require(images: pd.DataFrame, sides: pd.Series) -> None:
    fix = "Train afresh on the Train page, which divides the images anew"
    labels = pd.Series(images["label"].to_numpy(), index=sides.index)
    learnt = set(labels[sides == Side.TRAIN])
    missing = sorted({str(label) for label in labels} - {str(label) for label in learnt})
    if missing:
        raise DataProblem(
            f"'{missing[0]}' has no training image",
            "All images that have this label now are kept for judging",
            fix,
        )
    if len(learnt) < 2:
        raise DataProblem("There is only one class left", "Training needs two or more", fix)
    empty = [side for side in Side if not (sides == side).any()]
    if empty:
        raise DataProblem(f"No {empty[0]} images are left", "They were all dropped", fix)
