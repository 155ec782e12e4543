"""The tables that ingest leaves in a project: what was taken, and what was not and why."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import pandas as pd

from core import files
from core.errors import ProjectProblem
from core.ingest.describe import ImageFacts
from core.ingest.entries import Entry

CATALOGUE = "catalogue.parquet"
REJECTED = "rejected.parquet"
UNLABELLED = "unlabelled.parquet"


@dataclass(frozen=True, slots=True)
class Row:
    """One image that was taken: the columns of the catalogue.

    Attributes:
        image_id: the same for the same content from the same place.
        sha256: of the bytes as they came; names the original and the thumbnail.
        label: the class, as the archive has it.
        source: the path inside the archive.
        split_given: the side that the archive puts it on, if it says.
        group: images with the same group belong together, if the archive says.
        width, height: in pixels, when upright.
        mode, format: Pillow's names.
        bytes: of the file.
        exif_orientation: 1 to 8; 1 is upright.
        taken: local time as ISO 8601, if the file tells.
        camera: make and model, if the file tells.
        added: when it was taken in, ISO 8601 in UTC.
    """

    image_id: str
    sha256: str
    label: str
    source: str
    split_given: str | None
    group: str | None
    width: int
    height: int
    mode: str
    format: str
    bytes: int
    exif_orientation: int
    taken: str | None
    camera: str | None
    added: str


@dataclass(frozen=True, slots=True)
class Rejection:
    """One file that was not taken: the columns of the table of rejected files.

    Attributes:
        source: the path inside the archive.
        reason: a short sentence that a learner understands.
        detail: what was found, for those who want to know more.
        bytes: of the file.
    """

    source: str
    reason: str
    detail: str
    bytes: int


def image_id(source: str, sha256: str) -> str:
    """The id of the content ``sha256`` from the path ``source``: 16 hexadecimal digits."""
    return hashlib.sha256(f"{source}\0{sha256}".encode()).hexdigest()[:16]


def make_row(entry: Entry, facts: ImageFacts, sha256: str, size: int, added: str) -> Row:
    """The catalogue's row of an image."""
    return Row(
        image_id=image_id(entry.name, sha256),
        sha256=sha256,
        label=entry.label,
        source=entry.name,
        split_given=entry.split_given,
        group=entry.group,
        width=facts.width,
        height=facts.height,
        mode=facts.mode,
        format=facts.format,
        bytes=size,
        exif_orientation=facts.exif_orientation,
        taken=facts.taken,
        camera=facts.camera,
        added=added,
    )


def to_table(rows: Sequence[Row] | Sequence[Rejection], kind: type) -> pd.DataFrame:
    """``rows`` as a table with the columns of ``kind``, typed also where there are none."""
    columns = {}
    for column in fields(kind):
        values = [getattr(row, column.name) for row in rows]
        columns[column.name] = pd.Series(values, dtype="int64" if column.type == "int" else "str")
    return pd.DataFrame(columns)


def read_catalogue(folder: Path) -> pd.DataFrame:
    """The catalogue of the project in ``folder``; an empty one where there is none yet.

    Raises:
        ProjectProblem: it is damaged.
    """
    return _read(folder / CATALOGUE, Row)


def read_rejected(folder: Path) -> pd.DataFrame:
    """The rejected files of the project in ``folder``; none where nothing was written yet.

    Raises:
        ProjectProblem: the table is damaged.
    """
    return _read(folder / REJECTED, Rejection)


def read_unlabelled(folder: Path) -> pd.DataFrame:
    """The images kept aside in the project in ``folder``: a catalogue without labels.

    Raises:
        ProjectProblem: a table is damaged.
    """
    aside = _read(folder / UNLABELLED, Row)
    if aside.empty:
        return aside
    labelled = aside["image_id"].isin(read_catalogue(folder)["image_id"])
    return aside[~labelled].reset_index(drop=True)


def save(
    folder: Path,
    rows: Sequence[Row],
    rejections: Sequence[Rejection],
    aside: Sequence[Row] = (),
) -> pd.DataFrame:
    """Add ``rows``, ``rejections`` and ``aside`` to the tables in ``folder``, each atomically.

    The catalogue comes last: once it is there, all is. It is written where it has any row.
    Returns the whole catalogue.

    Raises:
        ProjectProblem: a table is damaged, or the disk is full or may not be written.
    """
    rejected = _append(read_rejected(folder), to_table(rejections, Rejection), None)
    catalogue = _append(read_catalogue(folder), to_table(rows, Row), "image_id")
    tables = [(REJECTED, rejected)]
    if aside:
        both = _append(read_unlabelled(folder), to_table(aside, Row), "image_id")
        tables.append((UNLABELLED, both))
    if len(catalogue):
        tables.append((CATALOGUE, catalogue))
    write(folder, tables)
    return catalogue


def put_in_class(folder: Path, image_ids: Collection[str], label: str) -> int:
    """Move images that were kept aside into the catalogue, as images of class ``label``.

    Not to be run while an ingest is at work on the project. Returns how many were moved.

    Raises:
        ProjectProblem: a table is damaged, or the disk is full or may not be written.
    """
    aside = read_unlabelled(folder)
    chosen = aside["image_id"].isin(list(image_ids))
    if not chosen.any():
        return 0
    moved = aside[chosen].assign(label=label)
    catalogue = _append(read_catalogue(folder), moved, "image_id")
    # The catalogue first: what stands in both tables counts as labelled
    write(folder, [(CATALOGUE, catalogue), (UNLABELLED, aside[~chosen].reset_index(drop=True))])
    return len(moved)


def write(folder: Path, tables: Iterable[tuple[str, pd.DataFrame]]) -> None:
    """Write ``tables`` into ``folder``, one after the other, each atomically.

    Raises:
        ProjectProblem: the disk is full or may not be written.
    """
    try:
        for name, table in tables:
            files.write_table(folder / name, table)
    except OSError as error:
        raise ProjectProblem(
            "The tables could not be saved",
            f"Writing to the project failed: {error.strerror or error}",
            "Free some space, or choose another folder for the project",
        ) from error


def _append(before: pd.DataFrame, new: pd.DataFrame, key: str | None) -> pd.DataFrame:
    if before.empty:
        both = new
    elif new.empty:
        both = before
    else:
        both = pd.concat([before, new], ignore_index=True)
    return both.drop_duplicates(subset=key, ignore_index=True)


def _read(path: Path, kind: type) -> pd.DataFrame:
    if not path.is_file():
        return to_table([], kind)
    try:
        return files.read_table(path)
    except Exception as error:  # pyarrow raises many kinds
        raise ProjectProblem(
            f"{path.name} cannot be read",
            f"The file is damaged ({type(error).__name__})",
            "Make a new project and add the images again",
        ) from error
