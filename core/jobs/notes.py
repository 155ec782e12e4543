"""What the user calls a run and writes about it, in ``notes.json`` of its folder."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from core import files
from core.errors import ProjectProblem

NAME_LENGTH = 60
NOTE_LENGTH = 2000
_FILE = "notes.json"
_NUMBERED = re.compile(r"Run (\d{1,9})")


@dataclass(frozen=True)
class Notes:
    """The name and the note that the user gave; empty where there is none."""

    name: str = ""
    note: str = ""


def read(folder: Path) -> Notes:
    """The notes of the run in ``folder``; empty where there are none, or they are damaged."""
    try:
        found = files.read_json(folder / _FILE)
    except (OSError, ValueError, RecursionError):
        return Notes()
    if not isinstance(found, dict):
        return Notes()
    name, note = found.get("name"), found.get("note")
    return Notes(
        _one_line(name) if isinstance(name, str) else "",
        note.strip()[:NOTE_LENGTH] if isinstance(note, str) else "",
    )


def save(folder: Path, name: str, note: str) -> Notes:
    """Keep ``name`` and ``note`` with the run in ``folder``, cut to what can be shown.

    Args:
        folder: of a run.
        name: on one line; empty: the run is called as it was at first.
        note: any text.

    Raises:
        ProjectProblem: the run was deleted, or its folder cannot be written.
    """
    kept = Notes(_one_line(name), note.strip()[:NOTE_LENGTH])
    if not (folder / "job.json").is_file():
        raise ProjectProblem(
            "There is no such run any more", "It was deleted meanwhile", "Choose another run"
        )
    try:
        files.write_json(folder / _FILE, {"name": kept.name, "note": kept.note})
    except OSError as error:
        raise ProjectProblem(
            "The note could not be saved",
            f"Writing to the run failed: {error.strerror}",
            "Free some space, then try again",
        ) from error
    return kept


def next_name(given: Iterable[str]) -> str:
    """What the next run is called: one more than the highest number that was ``given``."""
    numbers = [int(found[1]) for name in given if (found := _NUMBERED.fullmatch(name))]
    return f"Run {max(numbers, default=0) + 1}"


def _one_line(name: str) -> str:
    return " ".join(name.split())[:NAME_LENGTH].strip()
