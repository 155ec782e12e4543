"""What an archive was understood to hold: files of classes, kept aside, and left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from core.ingest.reading import Reading


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that may be an image of a class.

    Attributes:
        index: its place among the names.
        name: its path inside the archive.
        label: its class; empty for one that has none yet.
        split_given: ``'train'``, ``'validation'`` or ``'test'`` where whoever made the archive
            put it on a side, and that is to be kept.
        group: images with the same group belong together, if that was said.
    """

    index: int
    name: str
    label: str
    split_given: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is left out, and why (a short sentence).

    ``index`` is -1 for a file that a table names and the archive lacks.
    """

    index: int
    name: str
    reason: str


@dataclass(frozen=True)
class Layout:
    """How an archive was understood; every name is in exactly one list, but for ``missing``.

    Attributes:
        root: the folder that holds the class folders, ``''`` for the top.
        entries: files of classes.
        rejected: files that a user would want to hear about.
        ignored: what systems leave behind, tables that were read, classes that were left out.
        aside: files without a label yet, kept beside the catalogue.
        missing: files that a table of labels names and that are not there.
        sides: files by the side that the archive puts them on, whether that is kept or not.
        found: files by class as the archive names them, before renaming and leaving out.
        reading: how it was read.
    """

    root: str
    entries: tuple[Entry, ...] = ()
    rejected: tuple[Skipped, ...] = ()
    ignored: tuple[Skipped, ...] = ()
    aside: tuple[Entry, ...] = ()
    missing: tuple[Skipped, ...] = ()
    sides: dict[str, int] = field(default_factory=dict)
    found: dict[str, int] = field(default_factory=dict)
    reading: Reading = field(default_factory=Reading)
    classes: dict[str, int] = field(init=False)
    """files by class, in alphabetical order"""

    def __post_init__(self) -> None:
        counts = Counter(entry.label for entry in self.entries)
        object.__setattr__(self, "classes", dict(sorted(counts.items())))

    @property
    def keeps_split(self) -> bool:
        """Whether images stay on the side that the archive puts them on."""
        return any(entry.split_given for entry in self.entries)


@dataclass(frozen=True, slots=True)
class Place:
    """What one source of labels says of one file.

    Attributes:
        label: its class; empty where it has none.
        side: where the archive puts it.
        group: what it belongs together with.
        reason: why it cannot be taken, where it has no label; empty: it is kept aside.
    """

    label: str = ""
    side: str | None = None
    group: str | None = None
    reason: str = ""
