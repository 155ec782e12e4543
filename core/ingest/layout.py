"""From the names of files to classes: what tells the class, what is kept aside or left out.

The names, and the tables among them, decide here; whether a file is an image, its content
decides later.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from core.errors import DataProblem
from core.ingest import kinds, layout_folders, layout_table, patterns
from core.ingest.archives import Archive
from core.ingest.entries import Entry, Layout, Place, Skipped
from core.ingest.labels_table import LabelsTable, read_tables
from core.ingest.reading import LabelsFrom, Reading

_JUNK_FOLDERS = {"__macosx": "added by macOS", "@eadir": "added by a network disk"}
_JUNK_FILES = {
    "thumbs.db": "added by Windows",
    "ehthumbs.db": "added by Windows",
    "desktop.ini": "added by Windows",
    ".ds_store": "added by macOS",
    "icon\N{REPLACEMENT CHARACTER}": "added by macOS",
    "exercise.sealed": "the sealed answers of an exercise",  # core/exercise reads it
}
_GENERAL = (
    "images image img imgs photos photo pictures picture pics data dataset all jpg jpeg png raw "
    "files upload uploads export"
)
_GENERAL_NAMES = frozenset(_GENERAL.split())


@dataclass(frozen=True)
class Proposal:
    """How an archive is understood unless somebody says otherwise, and what else fits it."""

    best: Layout
    others: tuple[Layout, ...]


@dataclass(frozen=True)
class _Files:
    """The names, sorted into what may be an image and what is surely none."""

    candidates: list[tuple[int, str]]
    aside: list[tuple[int, str]]
    rejected: list[Skipped]
    ignored: list[Skipped]

    @property
    def names(self) -> list[str]:
        return [name for _, name in self.candidates]


def read_layout(source: Archive, reading: Reading | None = None) -> Layout:
    """How the files of ``source`` are understood; reads its tables of labels.

    Args:
        source: an open archive.
        reading: how to read it; None finds the way that fits best.

    Raises:
        SettingsProblem: the reading makes no sense.
    """
    return understand([member.name for member in source.members], reading, read_tables(source))


def understand(
    names: Sequence[str], reading: Reading | None = None, tables: Sequence[LabelsTable] = ()
) -> Layout:
    """Find the classes in ``names``, normalised paths of files as `names.normalise` makes them.

    Args:
        names: of all files.
        reading: how to read them; None takes the best that `propose` finds.
        tables: the tables among them, as `read_tables` gives them.

    Raises:
        SettingsProblem: the reading makes no sense.
    """
    if reading is None:
        return propose(names, tables).best
    return _read(_sort_out(names), reading, tables)


def propose(names: Sequence[str], tables: Sequence[LabelsTable] = ()) -> Proposal:
    """The ways of reading ``names`` that give classes, the likeliest first.

    A table that lists half of the images knows best. Folders come next, unless all images lie
    in one folder that says nothing, and their names say more.
    """
    files = _sort_out(names)
    folders = _read(files, Reading(), tables)
    listing = [
        _read(files, Reading(LabelsFrom.TABLE, table=family), tables)
        for family, members in layout_table.families(tables).items()
        if any(table.has_labels for table in members)
    ]
    listing = [layout for layout in listing if layout.entries]
    listing.sort(key=lambda layout: -len(layout.entries))
    spelled = [
        _read(files, Reading(LabelsFrom.NAMES, pattern=pattern), tables)
        for pattern in patterns.suggest(files.names)
    ]
    spelled = [way for at, way in enumerate(spelled) if not _is_among(way, spelled[:at])]
    named = [layout for layout in spelled if patterns.is_convincing(layout.classes)]
    doubtful = [layout for layout in spelled if layout not in named]

    enough = len(files.candidates) / 2 if folders.entries else 1
    ordered = [layout for layout in listing if len(layout.entries) >= enough]
    if len(folders.classes) > 1 or (folders.classes and not _is_general(folders)):
        ordered += [folders, *named]
    else:
        ordered += [*named, folders]
    ordered += [layout for layout in listing if layout not in ordered]
    ordered += [layout for layout in doubtful if layout.entries]
    return Proposal(ordered[0], tuple(layout for layout in ordered[1:] if layout.entries))


def _is_among(way: Layout, others: Sequence[Layout]) -> bool:
    """Whether one of ``others`` gives the same classes, by another pattern."""
    return any(way.classes == other.classes for other in others)


def _is_general(folders: Layout) -> bool:
    """Whether the only class is a folder whose name says nothing of what is in it."""
    return _GENERAL_NAMES.issuperset(label.lower() for label in folders.classes)


def require_classes(counts: dict[str, int], max_classes: int, left_out: Iterable[str] = ()) -> None:
    """Check that there is something to keep. One class alone is: others may come later.

    Args:
        counts: images by class, those that the project has included.
        max_classes: the most that are taken.
        left_out: the reasons of files that were not taken, to say what was found instead.

    Raises:
        DataProblem: there are no images, or too many classes.
    """
    found = _summary(left_out)
    if not counts:
        raise DataProblem(
            "No images were found",
            found or "There are no files",
            "Put the images in one folder for each class, such as cat/1.jpg and dog/1.jpg",
        )
    if len(counts) > max_classes:
        some = ", ".join(f"'{label}'" for label in list(counts)[:3])
        raise DataProblem(
            "There are too many classes",
            f"{len(counts):,} classes were found ({some} and so on), "
            f"at most {max_classes:,} are taken",
            "Use one folder for each class, not one for each image",
        )


def _summary(reasons: Iterable[str]) -> str:
    common = Counter(reasons).most_common(3)
    return "; ".join(f"{number} times '{reason}'" for reason, number in common)


def _sort_out(names: Sequence[str]) -> _Files:
    files = _Files([], [], [], [])
    for index, name in enumerate(names):
        kind = kinds.by_extension(name)
        if (junk := _junk(name)) is not None:
            files.ignored.append(Skipped(index, name, junk))
        elif not name:
            files.rejected.append(Skipped(index, name, "The file has no name"))
        elif kind is not None:
            files.rejected.append(Skipped(index, name, f"Not an image: {kind}"))
        elif layout_folders.is_unlabelled(name):
            files.aside.append((index, name))
        else:
            files.candidates.append((index, name))
    return files


def _read(files: _Files, reading: Reading, tables: Sequence[LabelsTable]) -> Layout:
    """``files`` read as ``reading`` says."""
    names = files.names
    root, by_folder = layout_folders.places(names, reading.root)
    families = layout_table.families(tables)
    used: list[LabelsTable] = [table for members in families.values() for table in members]
    missing: list[Skipped] = []
    match reading.labels:
        case LabelsFrom.FOLDERS:
            places = by_folder
        case LabelsFrom.TABLE:
            used = _chosen(families, reading.table, names)
            matched = layout_table.match(names, used)
            places, missing = matched.places, matched.missing
        case LabelsFrom.NAMES:
            suggested = [] if reading.pattern else patterns.suggest(names)
            pattern = reading.pattern or (suggested[0] if suggested else f"{patterns.CLASS}_#")
            reading = replace(reading, pattern=pattern)
            places = patterns.places(names, pattern)
        case LabelsFrom.ONE:
            places = [Place(reading.one.strip() or "images")] * len(names)
        case LabelsFrom.NOTHING:
            places = [Place()] * len(names)
    if reading.labels in (LabelsFrom.FOLDERS, LabelsFrom.NAMES) and used:
        places, used = _supplemented(names, places, used)
    places = [
        replace(place, side=place.side or other.side)
        for place, other in zip(places, by_folder, strict=True)
    ]
    return _layout(files, reading, root, places, missing, used, tables)


def _chosen(
    families: dict[str, list[LabelsTable]], family: str, names: Sequence[str]
) -> list[LabelsTable]:
    """The tables of ``family``; where it is not named, of the one that labels most files."""
    if family in families:
        return families[family]
    ranked = [(layout_table.match(names, members).labelled, f) for f, members in families.items()]
    return families[max(ranked)[1]] if ranked else []


def _supplemented(
    names: Sequence[str], places: list[Place], tables: Sequence[LabelsTable]
) -> tuple[list[Place], list[LabelsTable]]:
    """``places`` with the groups and sides that tables tell, and the tables that told any."""
    telling = [table for table in tables if any(row.group or row.side for row in table.rows)]
    if not telling:
        return places, []
    more = layout_table.match(names, telling).places
    together = [
        replace(place, side=other.side or place.side, group=other.group)
        for place, other in zip(places, more, strict=True)
    ]
    return together, telling


def _layout(
    files: _Files,
    reading: Reading,
    root: str,
    places: Sequence[Place],
    missing: Iterable[Skipped],
    used: Iterable[LabelsTable],
    tables: Iterable[LabelsTable],
) -> Layout:
    """The layout that ``places``, one for each candidate, come to."""
    sides = Counter(place.side for place in places if place.label and place.side)
    keep = len(sides) > 1 if reading.keep_split is None else reading.keep_split
    renamed, left_out = dict(reading.rename), frozenset(reading.leave_out)
    read = {table.index for table in used}
    troubles = {table.index: table.trouble for table in tables if table.trouble}
    entries, found = [], Counter[str]()
    aside = [Entry(index, name, "") for index, name in files.aside]
    ignored = [*files.ignored]
    rejected = []
    for skipped in files.rejected:
        if skipped.index in read:
            ignored.append(replace(skipped, reason="the table of labels"))
        else:
            why = troubles.get(skipped.index, skipped.reason)
            rejected.append(replace(skipped, reason=why))
    for (index, name), place in zip(files.candidates, places, strict=True):
        side = place.side if keep else None
        if place.label:
            found[place.label] += 1
            if place.label in left_out:
                why = f"you left out the class '{place.label}'"
                ignored.append(Skipped(index, name, why))
            else:
                label = renamed.get(place.label, place.label)
                entries.append(Entry(index, name, label, side, place.group))
        elif place.reason:
            rejected.append(Skipped(index, name, place.reason))
        else:
            aside.append(Entry(index, name, "", side, place.group))
    for several in (ignored, rejected):
        several.sort(key=lambda skipped: skipped.index)
    aside.sort(key=lambda entry: entry.index)
    return Layout(
        root=root,
        entries=tuple(entries),
        rejected=tuple(rejected),
        ignored=tuple(ignored),
        aside=tuple(aside),
        missing=tuple(missing),
        sides={side: sides[side] for side in ("train", "validation", "test") if sides[side]},
        found=dict(sorted(found.items())),
        reading=reading,
    )


def _junk(name: str) -> str | None:
    """Why nobody would miss this file, or None."""
    *folders, last = name.split("/")
    for folder in folders:
        if (reason := _JUNK_FOLDERS.get(folder.lower())) is not None:
            return reason
    if (reason := _JUNK_FILES.get(last.lower())) is not None:
        return reason
    if last.startswith("._"):
        return "added by macOS"
    if any(part.startswith(".") for part in (*folders, last)):
        return "a hidden file"
    return None
