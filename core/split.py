"""Divide the images into training, validation and test: seeded, stratified, group-aware.

Images that belong together never stand on two sides. Every class keeps its shares as nearly as
whole groups allow, and has at least one image on each side.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from core import files, grouping
from core.audit import near_groups
from core.catalogue import require_classes
from core.errors import DataProblem, Problem, ProjectProblem
from core.project import Project
from core.settings import SplitSettings


class Side(StrEnum):
    """Where an image stands."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


@dataclass(frozen=True)
class Summary:
    """What a split comes to.

    Attributes:
        counts: label, split, images.
        groups: groups of two images or more.
        grouped: the images in them.
        torn: the names of groups that stand on two sides.
        leaks: pairs of images of one group that stand on two sides.
        seen: validation and test images with one of their group in training.
        moved: images that are not on the side that their archive gives.
    """

    counts: pd.DataFrame
    groups: int
    grouped: int
    torn: tuple[str, ...]
    leaks: int
    seen: int
    moved: int


def in_force(project: Project) -> SplitSettings:
    """How the images of ``project`` are divided; the usual way where nobody chose, or damaged."""
    try:
        return SplitSettings.from_dict(files.read_json(project.split_file))
    except (OSError, ValueError, TypeError, AttributeError, Problem):
        return SplitSettings()


def save(project: Project, settings: SplitSettings) -> None:
    """Put ``settings`` in force for ``project``.

    Raises:
        ProjectProblem: the disk is full or may not be written.
    """
    try:
        files.write_json(project.split_file, settings.to_dict())
    except OSError as error:
        raise ProjectProblem(
            "The split could not be saved",
            f"Writing to project '{project.name}' failed: {error.strerror}",
            "Free some space, then try again",
        ) from error


def groups_of(project: Project, images: pd.DataFrame, settings: SplitSettings) -> pd.Series:
    """See `core.grouping.groups`; near duplicates are those that the last check found.

    Raises:
        ProjectProblem: what the check found cannot be read.
    """
    near = near_groups(project) if settings.near_duplicates else None
    return grouping.groups(images, settings, near)


def divide(
    images: pd.DataFrame, settings: SplitSettings, groups: pd.Series | None = None
) -> pd.Series:
    """The side of every image: a Series of `Side` values indexed by image_id.

    The same images, groups and settings give the same split, whatever the order of the rows and
    the names of the classes; images that are added leave most others where they were. A group
    whose labels contradict each other goes with its most frequent label. Of a group that is given
    to two sides, all goes where most of it is, and to training where that is undecided.

    Args:
        images: image_id, sha256, label; split_given where an archive puts images on a side.
        settings: shares, seed, and whether given sides are kept.
        groups: image_id -> name of its group, none of which is divided; by default as
            `core.grouping.groups` has it without near duplicates.

    Raises:
        DataProblem: fewer than two classes, a class with fewer than three groups, or a given
            split that leaves a class without images on one side.
    """
    if groups is None:
        groups = grouping.groups(images, settings, None)
    table = _table(images, groups, settings.keep_given)
    units = _units(table)
    different = units["label"].value_counts()
    # By the labels of the catalogue: a class may have lost all its images to conflicting twins
    labels = sorted(images["label"].unique())
    require_classes({str(label): int(different.get(label, 0)) for label in labels}, smallest=3)
    kept = set(units["given"]) - {""}
    sides: dict[str, str] = {}
    for label, members in units.groupby("label", sort=True):
        sides.update(_fill(str(label), _shuffled(members, settings.seed), kept, settings))
    return pd.Series(
        table["group"].map(sides).to_numpy(str), index=pd.Index(images["image_id"]), name="split"
    )


def unsealed(project: Project, images: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """What may be asked and chosen by before the end: all of ``images`` but the test images.

    Args:
        project: whose split is in force.
        images: of the catalogue in force.
        groups: image_id -> name of its group, see `groups_of`.
    """
    try:
        sides = divide(images, in_force(project), groups)
    except DataProblem:
        return images  # no split is possible yet, so nothing is put aside
    return images[(images["image_id"].map(sides) != Side.TEST).to_numpy()]


def summary(images: pd.DataFrame, sides: pd.Series, groups: pd.Series) -> Summary:
    """Count what stands where, and which images of one group stand on two sides.

    Args:
        images: image_id and label; split_given where there is one.
        sides: image_id -> side, as `divide` gives it.
        groups: image_id -> name of its group; they need not be those that the split kept whole.
    """
    table = images[["image_id", "label"]].reset_index(drop=True)
    table["split"] = table["image_id"].map(sides)
    table["group"] = table["image_id"].map(groups)
    counts = table.groupby(["label", "split"]).size().rename("images").reset_index()
    spread = table.groupby(["group", "split"]).size().unstack(fill_value=0)
    sizes = spread.sum(axis=1)
    within = (spread * (spread - 1) // 2).sum(axis=1)
    leaks = sizes * (sizes - 1) // 2 - within
    learnt = spread[Side.TRAIN] if Side.TRAIN in spread.columns else 0 * sizes
    given = _given(images)
    return Summary(
        counts,
        groups=int((sizes > 1).sum()),
        grouped=int(sizes[sizes > 1].sum()),
        torn=tuple(str(name) for name in leaks.index[leaks > 0]),
        leaks=int(leaks.sum()),
        seen=int((sizes - learnt)[learnt > 0].sum()),
        moved=int(((given != "") & (given != table["split"].to_numpy(str))).sum()),
    )


def _given(images: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    """The side that each image is given, '' where it is given none."""
    if "split_given" not in images.columns:
        return np.full(len(images), "", dtype=np.str_)
    given = images["split_given"]
    return given.where(given.isin(list(Side)), "").to_numpy(np.str_)


def _table(images: pd.DataFrame, groups: pd.Series, keep_given: bool) -> pd.DataFrame:
    """image_id, label, group, given: one row an image."""
    table = images[["image_id", "label"]].reset_index(drop=True)
    table["group"] = table["image_id"].map(groups).astype(str)
    table["given"] = _given(images) if keep_given else ""
    return table


def _units(table: pd.DataFrame) -> pd.DataFrame:
    """One row a group: group, size, its label and the side that it is given, most frequent ones."""
    sizes = table.groupby("group").size().rename("size")
    label = _commonest(table, "label", table["label"])
    given = table[table["given"] != ""]
    # In a tie, training comes first: nothing of what is learnt may be in the test
    order = given["given"].map({str(side): place for place, side in enumerate(Side)})
    units = pd.DataFrame(
        {"size": sizes, "label": label, "given": _commonest(given, "given", order)}
    )
    return units.fillna({"given": ""}).rename_axis("group").reset_index()


def _commonest(table: pd.DataFrame, column: str, order: pd.Series) -> pd.Series:
    """The most frequent value of ``column`` in each group; among equals the first by ``order``."""
    counts = table.assign(order=order).groupby(["group", column, "order"]).size().rename("n")
    ranked = counts.reset_index().sort_values(
        ["group", "n", "order"], ascending=[True, False, True]
    )
    return ranked.drop_duplicates("group").set_index("group")[column]


def _shuffled(units: pd.DataFrame, seed: int) -> pd.DataFrame:
    """The groups in an order that depends on the seed and each group's name alone."""
    key = str(seed).encode()
    order = [
        hashlib.blake2b(name.encode(), key=key, digest_size=16).hexdigest()
        for name in units["group"]
    ]
    return units.iloc[np.argsort(order, kind="stable")]


def _fill(
    label: str, units: pd.DataFrame, kept: Collection[str], settings: SplitSettings
) -> dict[str, str]:
    """Give test, then validation, then training the groups of one class, in the order of ``units``.

    Each of the first two takes every group that brings it nearer to its share; where all are
    too large for it, the smallest. It leaves one group for each side still to come. A side that
    the archive gives keeps what it is given; one that it does not know is filled from what is
    given to training.
    """
    sides = {
        str(group): str(given)
        for group, given in zip(units["group"], units["given"], strict=True)
        if given
    }
    sizes = dict(zip(units["group"].astype(str), units["size"].astype(int), strict=True))
    total = sum(sizes.values())
    for side, share in (
        (Side.TEST, settings.test),
        (Side.VALIDATION, settings.validation),
    ):
        has = [group for group, where in sides.items() if where == side]
        free = {group: size for group, size in sizes.items() if group not in sides}
        if side not in kept:
            free |= {g: sizes[g] for g, where in sides.items() if where == Side.TRAIN}
            free = {group: size for group, size in sizes.items() if group in free}
        spare = len(free) - _needed(side, free, sides, kept)
        wanted = share * total - sum(sizes[group] for group in has)
        chosen = _nearest(free, wanted, spare, 0 if has else 1)
        sides.update(dict.fromkeys(chosen, str(side)))
    sides = dict.fromkeys(sizes, str(Side.TRAIN)) | sides
    _require_sides(label, sides.values())
    return sides


def _needed(side: Side, free: Collection[str], sides: dict[str, str], kept: Collection[str]) -> int:
    """How many of the free groups must be left for the sides that come after ``side``."""
    learnt = sum(where == Side.TRAIN and group not in free for group, where in sides.items())
    needed = 0 if learnt else 1
    if side == Side.TEST and Side.VALIDATION not in sides.values():
        # Validation can be taken from training, unless the archive has a side for it
        needed += 0 if Side.VALIDATION not in kept and learnt > 1 else 1
    return needed


def _nearest(sizes: dict[str, int], wanted: float, most: int, least: int) -> set[str]:
    """From ``least`` to ``most`` names whose sizes sum to nearly ``wanted``, the first that fit."""
    chosen: set[str] = set()
    taken = 0
    for name, size in sizes.items():
        if len(chosen) < most and abs(taken + size - wanted) < abs(taken - wanted):
            chosen.add(name)
            taken += size
    if not chosen and min(least, most) > 0:
        return {min(sizes, key=lambda name: sizes[name])}
    return chosen


def _require_sides(label: str, found: Collection[str]) -> None:
    missing = [side for side in Side if str(side) not in found]
    if missing:
        raise DataProblem(
            f"The given split has no {missing[0]} images of '{label}'",
            "Every class needs images to learn from, to steer by and to judge by",
            "Turn off 'Keep the given split', or add images of that class to the missing side",
        )
