"""Which images belong together and must not be separated by the split."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from core.settings import SplitSettings

BURST_SECONDS = 3.0  # between one photo and the next of a burst

_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")
# How tools and cameras mark what was made of one picture; each is cut off the end of a name
_MARKS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"_(jpe?g|png|bmp|webp|gif|tiff?)\.rf\.[0-9a-z]+$",  # Roboflow's changed copies
        r"\.rf\.[0-9a-z]+$",
        r"\s*\(\d+\)$",
        r"[\s_-]+(copy|kopie)[\s_-]*\d*$",
        r"[_-](aug(mented)?|[hv]?flip(ped)?|rot(ated?)?|mirror(ed)?|crop(ped)?|blur(red)?)[_-]?\d*$",
        r"[_-](noise|bright|dark|zoom|shift|scaled?)[_-]?\d*$",
        r"[\s_.-]*(frame|frm)[\s_-]*\d+$",
        r"(?<=\d)[\s_-]?[a-z]$",
    )
)


def groups(images: pd.DataFrame, settings: SplitSettings, near: pd.Series | None) -> pd.Series:
    """The name of each image's group: a Series indexed by image_id.

    Identical files belong together always; what else does, ``settings`` say. An image that is
    related to two others brings them together too. A group has the name of the least of its
    files' SHA-256, so that it depends on what is in it alone, not on labels or on order.

    Args:
        images: the catalogue in force; columns beyond image_id, sha256 and label need not be there.
        settings: which relations count.
        near: image_id -> group of near duplicates, '' or missing where it has none; None where
            nobody looked for them.
    """
    contents, first = np.unique(images["sha256"].to_numpy(str), return_inverse=True)
    tie = _Ties(len(contents))
    for keys in _relations(images, settings, near):
        chosen = np.flatnonzero((keys != "").to_numpy())
        by_key = pd.Series(first[chosen]).groupby(keys.to_numpy()[chosen])
        for members in by_key.unique():
            tie.join(members.tolist())
    names = [contents[tie.of(int(place))] for place in first]
    return pd.Series(names, index=pd.Index(images["image_id"]), name="group", dtype="str")


def name_stems(images: pd.DataFrame) -> pd.Series:
    """The folder and the name of each file, without what marks one of several from one picture.

    The folder is the innermost alone: copies of one picture may lie in train/cat and test/cat.
    '' where nothing but a mark is left.
    """
    stems = []
    for source in images["source"].astype(str):
        *folders, name = source.replace("\\", "/").split("/")
        stem = stem_of(name)
        stems.append(f"{folders[-1] if folders else ''}/{stem}" if stem else "")
    return pd.Series(stems, index=images.index, dtype="str")


def stem_of(name: str) -> str:
    """A file's name without its ending and without marks such as _a, (2), _flip or frame_07."""
    stem, before = _ENDING.sub("", name), ""
    while stem != before:
        before = stem
        for mark in _MARKS:
            stem = mark.sub("", stem)
    return stem.strip(" _-.").casefold()


def bursts(images: pd.DataFrame) -> pd.Series:
    """A name for each burst: one camera, each photo within seconds of the last. '' has no time."""
    table = images[["taken"]].reset_index(drop=True)
    table["camera"] = images["camera"].fillna("").to_numpy() if "camera" in images else ""
    table["time"] = pd.to_datetime(table["taken"], errors="coerce", format="ISO8601")
    table = table[table["time"].notna()].sort_values(["camera", "time"], kind="stable")
    gaps = table.groupby("camera")["time"].diff().dt.total_seconds()
    numbers = (gaps.isna() | (gaps > BURST_SECONDS)).cumsum()
    answer = pd.Series("", index=range(len(images)), dtype="str")
    answer[table.index] = numbers.astype(str)
    return answer.set_axis(images.index)


def inner_folders(images: pd.DataFrame) -> pd.Series:
    """The folder of each image, where it lies below that of its class; else ''."""
    found = []
    for source, label in zip(images["source"].astype(str), images["label"], strict=True):
        folders = source.replace("\\", "/").split("/")[:-1]
        # A class that was renamed since has no folder of its name: then the first is taken for it
        place = folders.index(str(label)) if str(label) in folders else 0
        found.append("/".join(folders) if folders[place + 1 :] else "")
    return pd.Series(found, index=images.index, dtype="str")


def _relations(
    images: pd.DataFrame, settings: SplitSettings, near: pd.Series | None
) -> Iterator[pd.Series]:
    """For each relation that counts, a text for each image; the same text, the same group."""
    if settings.near_duplicates and near is not None:
        yield images["image_id"].map(near).fillna("").astype(str)
    if settings.listed_groups and "group" in images.columns:
        yield images["group"].fillna("").astype(str)
    if settings.name_stem and "source" in images.columns:
        yield name_stems(images)
    if settings.burst and "taken" in images.columns:
        yield bursts(images)
    if settings.folder and "source" in images.columns:
        yield inner_folders(images)


class _Ties:
    """Disjoint sets of 0..n-1, each known by its least member.

    Source: R. Tarjan, Efficiency of a good but not linear set union algorithm, JACM 22 (1975).
    """

    def __init__(self, n: int) -> None:
        self._above = list(range(n))

    def of(self, member: int) -> int:
        """The least member of the set that ``member`` is in."""
        while self._above[member] != member:
            self._above[member] = self._above[self._above[member]]
            member = self._above[member]
        return member

    def join(self, members: list[int]) -> None:
        """Make one set of all that ``members`` are in."""
        least = min(self.of(member) for member in members)
        for member in members:
            self._above[self.of(member)] = least
