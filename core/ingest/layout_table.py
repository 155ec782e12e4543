"""From a table of labels to classes: which line speaks of which file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from core.ingest import kinds
from core.ingest.entries import Place, Skipped
from core.ingest.labels_table import LabelsTable, TableRow
from core.ingest.names import normalise

_NOT_LISTED = "The table of labels does not list it"
_TWO = "The table gives it two different classes"
_SEVERAL = "The table gives it several classes at once"
_ABSENT = "The table names it, but it is not there"
_AMBIGUOUS = "The table's name for it fits several files"


@dataclass
class Matched:
    """What tables say of the files of an archive.

    Attributes:
        places: one for each file, in order; of a file that no line speaks of, a reason.
        missing: files that lines name and that cannot be told.
        listed: how many files a line speaks of.
    """

    places: list[Place]
    missing: list[Skipped] = field(default_factory=list)
    listed: int = 0

    @property
    def labelled(self) -> int:
        """How many files get a class."""
        return sum(bool(place.label) for place in self.places)


def families(tables: Iterable[LabelsTable]) -> dict[str, list[LabelsTable]]:
    """The tables that could be understood, those together that belong together."""
    found: dict[str, list[LabelsTable]] = {}
    for table in tables:
        if not table.trouble and table.rows:
            found.setdefault(table.family, []).append(table)
    return found


def match(names: Sequence[str], tables: Iterable[LabelsTable]) -> Matched:
    """What ``tables`` say of each of ``names``, paths of files that may be images.

    A line may name a file by its path from the table, from the top or from any folder between,
    by its bare name, with or without its ending, as long as this fits one file alone.
    """
    files = _Files(names)
    said: list[TableRow | None] = [None] * len(names)
    reasons: dict[int, str] = {}
    missing: list[Skipped] = []
    for table in tables:
        for row in table.rows:
            fitting = files.find(row.file, table.folder)
            if len(fitting) != 1:
                why = _AMBIGUOUS if fitting else _ABSENT
                missing.append(Skipped(-1, normalise(row.file)[:500], why))
                continue
            (place,) = fitting
            before = said[place]
            if before is not None and before.label != row.label:
                reasons[place] = _TWO
            elif row.several:
                reasons[place] = _SEVERAL
            said[place] = before or row
    places = [_place(row, reasons.get(at)) for at, row in enumerate(said)]
    return Matched(places, missing, sum(row is not None for row in said))


def _place(row: TableRow | None, reason: str | None) -> Place:
    if row is None:
        return Place(reason=_NOT_LISTED)
    if reason is not None:
        return Place(side=row.side, group=row.group, reason=reason)
    return Place(row.label, row.side, row.group)


class _Files:
    """The files of an archive, found by what a table calls them."""

    def __init__(self, names: Sequence[str]) -> None:
        self._paths = [name.lower() for name in names]
        self._whole: dict[str, list[int]] = defaultdict(list)
        self._bare: dict[str, list[int]] = defaultdict(list)
        self._stems: dict[str, list[int]] = defaultdict(list)
        self._exact = {name: place for place, name in enumerate(names)}
        for place, path in enumerate(self._paths):
            last = path.rpartition("/")[2]
            self._whole[path].append(place)
            self._bare[last].append(place)
            if kinds.looks_like_image(last):
                self._stems[last.rpartition(".")[0]].append(place)

    def find(self, named: str, folder: str) -> list[int]:
        """The places of the files that ``named`` may mean in a table in ``folder``."""
        path = normalise(named)
        while path.startswith("../"):
            path = path[3:]
        path = path.removeprefix("/")
        for whole in ([f"{folder}/{path}"] if folder else []) + [path]:
            if whole in self._exact:
                return [self._exact[whole]]
        path, folder = path.lower(), folder.lower()
        if folder and (found := self._whole.get(f"{folder}/{path}")):
            return found
        if found := self._whole.get(path):
            return found
        last = path.rpartition("/")[2]
        fitting = self._bare.get(last) or self._stems.get(last) or []
        return self._narrowed(fitting, path, folder)

    def _narrowed(self, fitting: list[int], path: str, folder: str) -> list[int]:
        """Of several files of one name, those whose folders agree with the table's best."""
        if len(fitting) < 2:
            return fitting
        ends = [place for place in fitting if f"/{self._paths[place]}".endswith(f"/{path}")]
        fitting = ends or fitting
        beside = [place for place in fitting if self._paths[place].startswith(f"{folder}/")]
        return beside if folder and beside else fitting
