"""Images that a project knows and does not have: its file came without them, or they were lost.

The one place that tells so, and what helps: uploading the same zip again, since `ingest` writes
every original and thumbnail that is missing, and adds nothing that is known.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from core.errors import DataProblem
from core.ingest import store, tables

FIX = "Upload the same zip of images on the Data page: what is missing comes back as it was"


@dataclass(frozen=True)
class Lost:
    """How many images are not here.

    Attributes:
        missing: images whose originals are missing.
        known: images that the project's tables name.
    """

    missing: int
    known: int

    @property
    def all(self) -> bool:
        """Whether none of the images is here, as in a project that came without them."""
        return 0 < self.known == self.missing


def lost(folder: Path) -> Lost:
    """How many of its images the project in ``folder`` does not have.

    Raises:
        ProjectProblem: a table of the project is damaged.
    """
    known: set[str] = set()
    for table in (tables.read_catalogue(folder), tables.read_unlabelled(folder)):
        known.update(table["sha256"].astype(str) if len(table) else ())
    return Lost(len(known - _there(folder)), len(known))


def require_images(folder: Path) -> None:
    """Refuse what needs the images themselves where none of them is here.

    Raises:
        DataProblem: the project came without its images.
        ProjectProblem: a table of the project is damaged.
    """
    if lost(folder).all:
        raise DataProblem(
            "The images of this project did not come along",
            "This needs the images themselves, and the project was opened without them",
            FIX,
        )


def gone(sha256: str, error: OSError) -> DataProblem:
    """What is to be told where the original of one image cannot be read."""
    return DataProblem(
        "An image of this project is gone",
        f"{sha256[:12]} in its folder 'originals' cannot be read: {error.strerror or error}",
        FIX,
    )


def _there(folder: Path) -> set[str]:
    """The names of all originals that are here."""
    found: set[str] = set()
    root = store.original_path(folder, "00").parents[1]
    with suppress(OSError), os.scandir(root) as parts:
        for part in parts:
            with suppress(OSError), os.scandir(part.path) as originals:
                found.update(entry.name for entry in originals)
    return found
