"""The local engine's card at the door: where it listens, and whether it lives.

``engine.lock`` is held as long as the engine lives, so two never run and a card that a
crash left behind deceives nobody. ``engine.json`` tells how to reach it.
"""

from __future__ import annotations

import dataclasses
import os
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from core import files, locking, project

ROOT = Path(__file__).resolve().parents[2]
_NOT_WORK = {"ui", "lessons", "__pycache__"}


@dataclass(frozen=True)
class Record:
    """How to reach the local engine.

    Attributes:
        pid: of its process.
        address: of its scheduler.
        scheduler_id: tells it from another that got the same port later.
        started: ISO 8601.
        version: of the code that it runs, see `code_version`.
    """

    pid: int
    address: str
    scheduler_id: str
    started: str
    version: str


def card() -> Path:
    """The file that tells how to reach the engine."""
    return project.home() / "engine.json"


def lock_file() -> Path:
    """The file that the living engine holds locked."""
    return project.home() / "engine.lock"


def log_file() -> Path:
    """Where the engine and its worker write what they have to say."""
    return project.home() / "engine.log"


def write(address: str, scheduler_id: str) -> None:
    """Tell how to reach this process, the engine."""
    record = Record(os.getpid(), address, scheduler_id, project.now(), code_version())
    files.write_json(card(), dataclasses.asdict(record))


def forget() -> None:
    """Take the card away; only who holds the lock may."""
    card().unlink(missing_ok=True)


def read() -> Record | None:
    """How to reach the engine; None where none lives, or it is not ready yet."""
    try:
        record = Record(**files.read_json(card()))
    except (OSError, ValueError, TypeError):
        return None
    return record if is_alive() else None


def is_alive() -> bool:
    """Whether a local engine lives."""
    return locking.is_locked(lock_file())


def code_version() -> str:
    """Changes with any file that the engine runs, so that an update is not run by old code."""
    digest = sha256()
    for folder, folders, names in os.walk(ROOT / "core"):
        folders[:] = sorted(set(folders) - _NOT_WORK)
        for name in sorted(names):
            if name.endswith(".py"):
                status = os.stat(os.path.join(folder, name))
                digest.update(f"{folder}/{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:16]
