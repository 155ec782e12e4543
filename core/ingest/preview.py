"""What an archive holds, found from its names alone, before anything of it is kept."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core.errors import DataProblem
from core.ingest import kinds, layout_folders, store
from core.ingest.archives import Archive
from core.ingest.decode import examine
from core.ingest.entries import Entry, Layout, Skipped
from core.ingest.labels_table import read_tables
from core.ingest.layout import propose, understand
from core.ingest.limits import MB, Limits
from core.ingest.reading import Reading
from core.ingest.thumbs import THUMB_SIDE, make_thumb

_PICTURES = 24
_PER_CLASS = 4
_HEAVY = 12 * MB  # files above this are not decoded for a look
_LIMITS = Limits(max_pixels=40_000_000, max_scan_pixels=400_000_000)
_EXAMPLES = 5


@dataclass(frozen=True)
class LeftOut:
    """Files that are left out for one reason: how many, and the names of some."""

    reason: str
    number: int
    names: tuple[str, ...]


@dataclass(frozen=True)
class Offer:
    """One way of reading the archive, and how many classes and images it gives."""

    reading: Reading
    classes: int
    images: int


@dataclass(frozen=True)
class Preview:
    """What would be taken.

    Attributes:
        reading: the way in which the archive was read.
        classes: a row a class as the archive has it: ``found``, ``label`` (what it will be
            called), ``taken`` (whether it will be), ``images``, and where a split was given
            ``train``, ``validation`` and ``test``.
        images: how many would be taken, of classes that are not left out.
        aside: images without a label.
        root: the folder that holds the class folders.
        sides: images by the side that the archive puts them on.
        keeps_split: whether they stay on it.
        left_out: what would not be taken and why, the most frequent reason first.
        ignored: what nobody would miss, likewise.
        offers: the ways of reading that give classes, the likeliest first.
        roots: folders that could hold the class folders.
        picks: some images of every class, to be shown.
    """

    reading: Reading
    classes: pd.DataFrame
    images: int
    aside: int
    root: str
    sides: dict[str, int]
    keeps_split: bool
    left_out: tuple[LeftOut, ...]
    ignored: tuple[LeftOut, ...]
    offers: tuple[Offer, ...]
    roots: tuple[str, ...]
    picks: tuple[Entry, ...]


def preview(source: Archive, reading: Reading | None = None) -> Preview:
    """What ``source`` would give, read as ``reading`` says or in the way that fits best.

    Decodes nothing; reads the tables of labels.

    Raises:
        SettingsProblem: the reading makes no sense.
    """
    names = [member.name for member in source.members]
    tables = read_tables(source)
    proposal = propose(names, tables)
    ways = [way for way in (proposal.best, *proposal.others) if way.entries]
    layout = proposal.best if reading is None else understand(names, reading, tables)
    return Preview(
        reading=layout.reading,
        classes=_classes(layout),
        images=len(layout.entries),
        aside=len(layout.aside),
        root=layout.root,
        sides=layout.sides,
        keeps_split=layout.keeps_split,
        left_out=_by_reason([*layout.rejected, *layout.missing]),
        ignored=_by_reason(layout.ignored),
        offers=tuple(Offer(way.reading, len(way.classes), len(way.entries)) for way in ways),
        roots=tuple(layout_folders.roots(_images(layout))),
        picks=_picks(layout),
    )


def pictures(source: Archive, picks: Sequence[Entry], folder: Path) -> pd.DataFrame:
    """Small pictures of ``picks``, made where they are not in ``folder`` yet.

    Returns a table for a gallery: ``image_id``, ``sha256`` (here only the name of the picture;
    empty where it cannot be read), ``label`` and ``source``.
    """
    rows = []
    for pick in picks:
        member = source.members[pick.index]
        key = hashlib.sha256(f"{pick.index}\0{pick.name}".encode()).hexdigest()
        path = store.thumb_path(folder, key)
        if not path.is_file() and member.size <= _HEAVY:
            try:
                image = examine(source.read(member), _LIMITS, at_least=THUMB_SIDE // 2)[1]
            except DataProblem:
                key = ""
            else:
                store.put(path, lambda image=image: make_thumb(image))  # type: ignore[misc]
        rows.append((str(pick.index), key, pick.label, pick.name))
    return pd.DataFrame(rows, columns=["image_id", "sha256", "label", "source"])


def _images(layout: Layout) -> list[str]:
    """The names of what may be images, taken or not."""
    left_out = (item.name for item in (*layout.rejected, *layout.ignored))
    return [
        *(entry.name for entry in layout.entries),
        *(name for name in left_out if kinds.looks_like_image(name) and "/." not in f"/{name}"),
    ]


def _classes(layout: Layout) -> pd.DataFrame:
    renamed, left_out = dict(layout.reading.rename), set(layout.reading.leave_out)
    table = pd.DataFrame(
        {
            "found": list(layout.found),
            "label": [renamed.get(label, label) for label in layout.found],
            "taken": [label not in left_out for label in layout.found],
            "images": list(layout.found.values()),
        }
    ).astype({"found": "str", "label": "str", "taken": bool, "images": int})
    if layout.keeps_split:
        sides = Counter((entry.label, entry.split_given) for entry in layout.entries)
        for side in ("train", "validation", "test"):
            table[side] = [sides[label, side] for label in table["label"]]
    return table


def _picks(layout: Layout) -> tuple[Entry, ...]:
    """Some images of every class, spread over it; of many classes one of each."""
    by_class: dict[str, list[Entry]] = defaultdict(list)
    for entry in layout.entries:
        by_class[entry.label].append(entry)
    each = max(1, min(_PER_CLASS, _PICTURES // max(1, len(by_class))))
    picks: list[Entry] = []
    for label in sorted(by_class)[:_PICTURES]:
        members = by_class[label]
        number = min(each, len(members))
        picks += [members[len(members) * place // number] for place in range(number)]
    return tuple(picks)


def _by_reason(skipped: Sequence[Skipped]) -> tuple[LeftOut, ...]:
    names: dict[str, list[str]] = defaultdict(list)
    for item in skipped:
        names[item.reason].append(item.name)
    ordered = sorted(names.items(), key=lambda found: -len(found[1]))
    return tuple(LeftOut(why, len(some), tuple(some[:_EXAMPLES])) for why, some in ordered)
