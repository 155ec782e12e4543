"""An upload that waits in its project until the user has seen what is in it.

It lies on disk, so that a reload or another browser finds it again: ``waiting/ID/`` holds the
file, ``waiting.json`` (written last) tells its name and how it is to be read. One upload waits
at a time; a new one takes its place, and one that nobody came back to is removed.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from core import files
from core.errors import ProjectProblem, SettingsProblem
from core.ingest.reading import Reading
from core.project import new_id, now

_FOLDER, _NOTE, _FILE = "waiting", "waiting.json", "upload.zip"
_ABANDONED = timedelta(days=2)
_NAME_LENGTH = 120


@dataclass(frozen=True)
class Waiting:
    """One upload that waits.

    Attributes:
        folder: its own, inside the project.
        name: what the user calls the file; text, never a path.
        received: when, ISO 8601 in UTC.
        reading: how it is to be read; None: the way that fits best.
    """

    folder: Path
    name: str
    received: str
    reading: Reading | None = None

    @property
    def path(self) -> Path:
        """The file itself."""
        return self.folder / _FILE

    def choose(self, reading: Reading | None) -> Waiting:
        """Write down how it is to be read.

        Raises:
            ProjectProblem: the disk is full or may not be written.
        """
        chosen = replace(self, reading=reading)
        chosen.save()
        return chosen

    def discard(self) -> None:
        """Remove the upload and all that was made of it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def save(self) -> None:
        """Write down what is known of it; a page sees it from then on."""
        reading = None if self.reading is None else self.reading.to_json()
        note = {"name": self.name, "received": self.received, "reading": reading}
        try:
            files.write_json(self.folder / _NOTE, note)
        except OSError as error:
            raise _unsaved(error) from error


def receive(project_folder: Path, name: str, write: Callable[[Path], None]) -> Waiting:
    """Have an upload wait in a project, in place of any other.

    Args:
        project_folder: of the project.
        name: of the file, to be shown.
        write: writes the content to the path that it is given.

    Raises:
        ProjectProblem: the disk is full or may not be written.
    """
    folder = project_folder / _FOLDER / new_id("upload")
    shown = " ".join(name.split())[:_NAME_LENGTH] or "upload"
    waiting = Waiting(folder, "".join(c for c in shown if c.isprintable()), now())
    try:
        folder.mkdir(parents=True)
        write(waiting.path)
        waiting.save()
    except OSError as error:
        waiting.discard()
        raise _unsaved(error) from error
    except BaseException:
        waiting.discard()
        raise
    _sweep(project_folder, waiting.folder)
    return waiting


def current(project_folder: Path) -> Waiting | None:
    """The upload that waits in a project; None where none does."""
    newest = max(_all(project_folder), key=lambda found: found.received, default=None)
    if newest is None:
        return None
    if datetime.now(UTC) - datetime.fromisoformat(newest.received) > _ABANDONED:
        newest.discard()
        return None
    return newest


def _all(project_folder: Path) -> list[Waiting]:
    folders = (project_folder / _FOLDER).glob("*/")
    return [found for folder in folders if (found := _read(folder)) is not None]


def _read(folder: Path) -> Waiting | None:
    try:
        note: dict[str, Any] = files.read_json(folder / _NOTE)
        wanted = note["reading"]
        reading = None if wanted is None else Reading.from_json(wanted)
        received = datetime.fromisoformat(note["received"]).astimezone(UTC)
        found = Waiting(folder, str(note["name"]), received.isoformat(), reading)
    except (OSError, ValueError, KeyError, TypeError, SettingsProblem):
        return None
    return found if found.path.is_file() else None


def _sweep(project_folder: Path, kept: Path) -> None:
    """Remove what waited before, and what never arrived whole."""
    for folder in (project_folder / _FOLDER).glob("*/"):
        if folder != kept:
            shutil.rmtree(folder, ignore_errors=True)


def _unsaved(error: OSError) -> ProjectProblem:
    return ProjectProblem(
        "The upload could not be saved",
        f"Writing it to disk failed: {error.strerror or error}",
        "Free some space and upload it again",
    )
