"""Who comes to a hosted server: a secret that the visitor's browser keeps, and a folder here.

The folder is named by a hash of the secret, so that neither a path, nor a log, nor a backup of
the folder's name lets anybody in.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core import project

_TOKEN: Final = re.compile(r"[0-9a-f]{64}")
_ID: Final = re.compile(r"[0-9a-f]{40}")
_FOLDER, _SEEN = "visitors", "seen"
_OFTEN: Final = 60.0  # seconds between two notes of one visit


@dataclass(frozen=True)
class Visitor:
    """One visitor's place.

    Attributes:
        folder: holds all that is kept of the visitor; made with the first project.
    """

    folder: Path

    @property
    def id(self) -> str:
        """Names the visitor; no secret."""
        return self.folder.name

    @property
    def projects(self) -> Path:
        """Folder of the visitor's projects."""
        return self.folder / "projects"

    def note_visit(self) -> None:
        """Write down that the visitor is here; at most once a minute, and only who has a folder."""
        seen = self.folder / _SEEN
        with suppress(OSError):
            if not self.folder.is_dir():
                return
            if not seen.exists() or time.time() - seen.stat().st_mtime > _OFTEN:
                seen.touch()

    def last_seen(self) -> float:
        """When the visitor was here last, in seconds since 1970."""
        times = [
            path.stat().st_mtime for path in (self.folder / _SEEN, self.folder) if path.exists()
        ]
        return max(times, default=0.0)

    def bytes(self) -> int:
        """How much of the disk the visitor's data takes."""
        return size_of(self.folder)


def new_token() -> str:
    """A secret that nobody can guess."""
    return secrets.token_hex(32)


def visitor(token: str) -> Visitor | None:
    """The visitor who knows ``token``; None where that is no token at all."""
    if not _TOKEN.fullmatch(token):
        return None
    return Visitor(visitors_folder() / hashlib.sha256(token.encode("ascii")).hexdigest()[:40])


def visitor_of(path: Path) -> Visitor | None:
    """Whose data ``path`` belongs to; None where it is no visitor's."""
    root, inside = os.path.abspath(visitors_folder()), os.path.abspath(path)
    if not inside.startswith(root + os.sep):
        return None
    name = inside[len(root) + 1 :].split(os.sep)[0]
    return Visitor(visitors_folder() / name) if _ID.fullmatch(name) else None


def visitors() -> Iterator[Visitor]:
    """Everybody of whom something is kept."""
    root = visitors_folder()
    for folder in root.iterdir() if root.is_dir() else ():
        if _ID.fullmatch(folder.name) and folder.is_dir():
            yield Visitor(folder)


def size_of(folder: Path) -> int:
    """Bytes of all files below ``folder``; what goes meanwhile counts nothing."""
    total, open_folders = 0, [os.fspath(folder)]
    while open_folders:
        try:
            with os.scandir(open_folders.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        open_folders.append(entry.path)
                    else:
                        with suppress(OSError):
                            total += entry.stat(follow_symlinks=False).st_size
        except OSError:
            continue
    return total


def visitors_folder() -> Path:
    """Holds the folders of all visitors."""
    return project.home() / _FOLDER
