"""Files that come one by one, for one class: dropped together, or taken with a camera.

They go into a small zip of our own making, so that what follows is the same as for any zip:
it waits on disk, not in memory, and outlives the page that made it.
"""

from __future__ import annotations

import unicodedata
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from core.errors import DataProblem, ProjectProblem
from core.ingest.names import normalise

LABEL_LENGTH = 80
_NAME_LENGTH = 120
_PIECE = 1 << 20


def class_name(text: str) -> str:
    """``text`` as the name of a class: one line, no slashes, not hidden, not too long.

    Raises:
        DataProblem: nothing is left of it.
    """
    label = " ".join(normalise(text).replace("/", " ").split()).lstrip(".").strip()
    if not label or len(label) > LABEL_LENGTH:
        raise DataProblem(
            "The class needs a name",
            f"It has {len(label)} characters, expected 1 to {LABEL_LENGTH}",
            "Write what these images show, such as: cat",
        )
    return label


def pack(files: Iterable[tuple[str, BinaryIO]], label: str, target: Path) -> int:
    """Put ``files`` of the class ``label`` into the zip ``target``; returns how many.

    Args:
        files: names, of which only the last part counts, and open files, read piece by piece.
        label: the folder that they lie in.
        target: replaced.

    Raises:
        DataProblem: the class has no proper name, or there are no files.
        ProjectProblem: there is no room.
    """
    label = class_name(label)
    taken: set[str] = set()
    try:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            for name, source in files:
                entry = zipfile.ZipInfo(f"{label}/{_free(_file_name(name), taken)}")
                entry.external_attr = 0o100644 << 16
                with archive.open(entry, "w", force_zip64=True) as out:
                    while piece := source.read(_PIECE):
                        out.write(piece)
    except OSError as error:
        target.unlink(missing_ok=True)
        raise ProjectProblem(
            "The images could not be saved",
            f"Writing them to disk failed: {error.strerror or error}",
            "Free some space and add them again",
        ) from error
    if not taken:
        target.unlink(missing_ok=True)
        raise DataProblem("There are no images to add", "No file was chosen", "Choose some images")
    return len(taken)


def _file_name(name: str) -> str:
    """The last part of ``name``, harmless and not too long, its ending kept."""
    last = normalise(name).rpartition("/")[2].lstrip(".") or "image"
    return last if len(last) <= _NAME_LENGTH else last[: _NAME_LENGTH - 16] + last[-16:]


def _free(name: str, taken: set[str]) -> str:
    """``name``, or with a number where one like it is ``taken`` already."""
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, f".{ending}") if dot else (name, "")
    number = 1
    while (key := unicodedata.normalize("NFC", name).casefold()) in taken:
        number += 1
        name = f"{stem} ({number}){ending}"
    taken.add(key)
    return name
