"""Pictures that are shown to a model without joining the project: a folder a visit, for a while.

A visit's folder is laid out like a project's (`core.ingest.store`), so that whatever finds an
original or a thumbnail there finds it here. It holds the last few pictures; a visit that nobody
came back to is removed whole.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from core import files
from core.errors import ProjectProblem
from core.ingest import store
from core.ingest.decode import examine
from core.ingest.guard import check_size
from core.ingest.limits import Limits
from core.ingest.thumbs import THUMB_SIDE, make_thumb
from core.project import now

KEPT: Final = 12
"""the pictures of a visit that are kept, the last ones"""
_FOLDER, _LOG = "tried", "tried.jsonl"
_ABANDONED = 12 * 3_600  # seconds without a new picture
_NAME_LENGTH = 120
_ID = re.compile(r"[0-9a-f]{16}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Tried:
    """One picture that was tried.

    Attributes:
        sha256: of its bytes.
        name: what its file is called; text, never a path.
        at: when, ISO 8601 in UTC.
        joined: whether it was made one of the project's images from here.
    """

    sha256: str
    name: str
    at: str
    joined: bool = False


class Visit:
    """What one visitor tries in one project.

    Args:
        project_folder: of the project.
        visit: the visit's id, 16 hexadecimal letters.

    Raises:
        ValueError: ``visit`` is no such id.
    """

    def __init__(self, project_folder: Path, visit: str) -> None:
        if not _ID.fullmatch(visit):
            raise ValueError(f"This is no id of a visit: {visit!r}")
        self.folder = project_folder / _FOLDER / visit

    @property
    def thumbs(self) -> Path:
        """The folder of the thumbnails."""
        return self.folder / "thumbs"

    def original(self, picture: Tried) -> Path:
        """Where the bytes of ``picture`` lie as they came."""
        return store.original_path(self.folder, picture.sha256)

    def take(self, name: str, data: bytes, limits: Limits | None = None) -> Tried:
        """Keep a picture to be tried; what was tried long before it goes.

        Args:
            name: of its file, to be shown.
            data: the whole file.
            limits: bounds on its bytes and pixels.

        Raises:
            DataProblem: it is no image, or damaged, cut off, or too large.
            ProjectProblem: the disk is full or may not be written.
        """
        limits = limits or Limits()
        check_size(len(data), limits)
        _, image = examine(data, limits, at_least=THUMB_SIDE // 2)
        sha256 = hashlib.sha256(data).hexdigest()
        store.put(store.original_path(self.folder, sha256), lambda: data, len(data))
        store.put(store.thumb_path(self.folder, sha256), lambda: make_thumb(image))
        was = next((each for each in self.pictures() if each.sha256 == sha256), None)
        taken = Tried(sha256, _shown(name), now(), was is not None and was.joined)
        self._write(taken)
        for old in self.pictures()[KEPT:]:
            self._drop(old)
        return taken

    def pictures(self) -> list[Tried]:
        """What was tried and is still there, the last one first."""
        lines, _ = files.read_lines(self.folder / _LOG)
        found: dict[str, Tried] = {}
        for picture in filter(None, map(_read, lines)):
            before = found.get(picture.sha256)
            if before is not None and before.at != picture.at:
                del found[picture.sha256]  # tried again: it comes last now
            found[picture.sha256] = picture
        return [each for each in reversed(found.values()) if self.original(each).is_file()]

    def note_joined(self, picture: Tried, joined: bool) -> None:
        """Write down whether ``picture`` was made one of the project's images from here.

        Raises:
            ProjectProblem: the disk is full or may not be written.
        """
        self._write(Tried(picture.sha256, picture.name, picture.at, joined))

    def forget(self) -> None:
        """Remove every picture of this visit; those that joined the project stay there."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _write(self, picture: Tried) -> None:
        line = {"sha256": picture.sha256, "name": picture.name, "at": picture.at}
        try:
            files.append_line(self.folder / _LOG, {**line, "joined": picture.joined})
        except OSError as error:
            raise ProjectProblem(
                "The picture could not be kept",
                f"Writing to the project failed: {error.strerror or error}",
                "Free some space and try it again",
            ) from error

    def _drop(self, picture: Tried) -> None:
        store.discard([self.original(picture), store.thumb_path(self.folder, picture.sha256)])


def sweep(project_folder: Path) -> None:
    """Remove the visits to a project that nobody came back to."""
    for folder in (project_folder / _FOLDER).glob("*/"):
        try:
            last = (folder / _LOG).stat().st_mtime
        except OSError:
            last = folder.stat().st_mtime if folder.exists() else time.time()
        if time.time() - last > _ABANDONED:
            shutil.rmtree(folder, ignore_errors=True)


def _read(line: Any) -> Tried | None:
    if not isinstance(line, Mapping):
        return None
    found = [line.get(key) for key in ("sha256", "name", "at")]
    texts = [value for value in found if isinstance(value, str)]
    if len(texts) < len(found) or not _SHA256.fullmatch(texts[0]):
        return None
    return Tried(texts[0], texts[1], texts[2], line.get("joined") is True)


def _shown(name: str) -> str:
    """``name`` on one line, its last part, without what cannot be seen."""
    last = " ".join(name.replace("\\", "/").rpartition("/")[2].split())[:_NAME_LENGTH]
    return "".join(letter for letter in last if letter.isprintable()) or "picture"
