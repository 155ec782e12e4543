"""Tables of labels that come with images: labels.csv, metadata.csv, one-hot _classes.csv.

Whoever wrote the table used their own program, so columns go by many names, and the delimiter,
the encoding and the case are found out. What makes no sense is told, never raised.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from core.errors import DataProblem
from core.ingest import kinds
from core.ingest.archives import Archive, Member
from core.ingest.limits import MB, readable
from core.ingest.sides import side_of

MAX_BYTES = 16 * MB
"""of one table"""
MAX_ROWS = 500_000
_MAX_TABLES = 24
_MAX_COLUMNS = 2_000
_DELIMITERS = ",;\t|"
_ENDINGS = (".csv", ".tsv")
_USUAL = ("labels", "metadata", "_classes", "label", "annotations", "classes", "train")

_FILES = (
    "file_name filename file_names filenames file files filepath filepaths file_path image_path "
    "img_path path image_name img_name image_file image_filename image images img fname name "
    "image_id id"
)
_LABELS = (
    "label_name class_name category_name label labels class classes class_label category "
    "target tag species breed diagnosis dx y"
)
_SPLITS = "split data_set dataset set subset partition fold usage"
_GROUPS = "group group_id groups subject subject_id patient patient_id lesion_id source_id"
_YES = frozenset({"1", "1.0", "true", "yes", "y", "x"})
_NO = frozenset({"0", "0.0", "false", "no", "n", ""})


@dataclass(frozen=True, slots=True)
class TableRow:
    """One line: a file as the table names it, and what is said of it."""

    file: str
    label: str = ""
    side: str | None = None
    group: str | None = None
    several: bool = False
    """whether it is said to be of several classes at once"""


@dataclass(frozen=True)
class LabelsTable:
    """A table as it was understood.

    Attributes:
        index: its place among the names of the archive.
        name: its path inside the archive.
        rows: one for each line that names a file.
        has_labels: whether it tells classes; it may tell groups and sides alone.
        trouble: why it could not be understood, as a short sentence; empty where it could.
    """

    index: int
    name: str
    rows: tuple[TableRow, ...] = ()
    has_labels: bool = False
    trouble: str = ""

    @property
    def folder(self) -> str:
        """The folder that the table lies in, ``''`` for the top."""
        return self.name.rpartition("/")[0]

    @property
    def family(self) -> str:
        """What tables that belong together share: ``_classes.csv`` in every folder of a split."""
        last = self.name.rpartition("/")[2].lower()
        return "train.csv, test.csv" if side_of(last.rpartition(".")[0]) else last


def read_tables(source: Archive) -> tuple[LabelsTable, ...]:
    """The tables in ``source`` that may tell labels, each read within bounds."""
    likely = [member for member in source.members if member.name.lower().endswith(_ENDINGS)]
    likely = [member for member in likely if not _is_junk(member.name)]
    likely.sort(key=lambda member: (_rank(member.name), member.name.count("/")))
    return tuple(_read(source, member) for member in likely[:_MAX_TABLES])


def parse(index: int, name: str, data: bytes) -> LabelsTable:
    """The table in ``data``, a file called ``name``; one with a `trouble` where it is none."""
    text = _text(data)
    header = text.lstrip().partition("\n")[0]
    delimiter = max(_DELIMITERS, key=header.count)
    lines = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, skipinitialspace=True)
    try:
        cells = [row for row in islice(lines, MAX_ROWS + 2) if any(cell.strip() for cell in row)]
    except csv.Error as error:
        return LabelsTable(index, name, trouble=f"The table is damaged: {error}")
    if not cells:
        return LabelsTable(index, name, trouble="The table is empty")
    if len(cells) > MAX_ROWS + 1 or len(cells[0]) > _MAX_COLUMNS:
        return LabelsTable(index, name, trouble="The table is too large")
    return _understood(index, name, cells)


def _read(source: Archive, member: Member) -> LabelsTable:
    if member.size > MAX_BYTES:
        trouble = f"The table is too large, at most {readable(MAX_BYTES)} are read"
        return LabelsTable(member.index, member.name, trouble=trouble)
    try:
        data = source.read(member)
    except DataProblem as problem:
        return LabelsTable(member.index, member.name, trouble=problem.title)
    return parse(member.index, member.name, data)


def _understood(index: int, name: str, cells: list[list[str]]) -> LabelsTable:
    header = [_key(cell) for cell in cells[0]]
    if kinds.looks_like_image(cells[0][0].strip()) and len(header) > 1:
        header = ["file_name", "label", "split", *[""] * len(header)][: len(header)]
        cells = [[], *cells]  # without a header of its own
    file = _column(header, _FILES)
    if file is None:
        return LabelsTable(index, name, trouble="The table has no column of file names")
    split, group = _column(header, _SPLITS), _column(header, _GROUPS)
    label = _column(header, _LABELS, but=(file, split, group))
    hot = _one_hot(cells, (file, split, group)) if label is None else {}
    side = side_of(name.rpartition("/")[2].rpartition(".")[0])
    rows = []
    for line in cells[1:]:
        if not (named := _cell(line, file)):
            continue
        labels = [_cell(line, label)]
        if hot:
            labels = [what for place, what in hot.items() if _cell(line, place).lower() in _YES]
        rows.append(
            TableRow(
                named,
                labels[0] if len(labels) == 1 else "",
                side_of(_cell(line, split)) or side,
                _cell(line, group) or None,
                several=len(labels) > 1,
            )
        )
    return LabelsTable(index, name, tuple(rows), has_labels=bool(hot) or label is not None)


def _one_hot(cells: Sequence[Sequence[str]], but: Sequence[int | None]) -> dict[int, str]:
    """The columns with a class each, by place: every one of them says yes or no in all lines.

    None where any other column is left, or a single one, which may mean anything.
    """
    hot = {place: _cell(cells[0], place) for place in range(len(cells[0])) if place not in but}
    hot = {place: what for place, what in hot.items() if what}
    answers = _YES | _NO
    plain = all(_cell(line, place).lower() in answers for line in cells[1:] for place in hot)
    return hot if plain and len(hot) > 1 else {}


def _text(data: bytes) -> str:
    """``data`` decoded: by its mark, as UTF-8, else as the usual code page of Windows."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _key(cell: str) -> str:
    return re.sub(r"[\W_]+", "_", cell.strip().lower()).strip("_")


def _column(header: Sequence[str], names: str, but: Sequence[int | None] = ()) -> int | None:
    """The first column of ``header`` that goes by one of ``names``, in the order of these."""
    for name in names.split():
        for place, cell in enumerate(header):
            if cell == name and place not in but:
                return place
    return None


def _cell(cells: Sequence[str], column: int | None) -> str:
    """One cell as printable text; empty where the line is too short."""
    if column is None or column >= len(cells):
        return ""
    text = " ".join(cells[column].split())
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def _rank(name: str) -> int:
    """Where a table's name stands among the usual ones."""
    front = name.rpartition("/")[2].lower().rpartition(".")[0]
    return _USUAL.index(front) if front in _USUAL else len(_USUAL)


def _is_junk(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in name.split("/"))
