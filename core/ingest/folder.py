"""A folder on disk, read through the same interface as a zip."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import ArchiveProblem, DataProblem
from core.ingest import guard
from core.ingest.archives import Closing, Member
from core.ingest.limits import Limits
from core.ingest.names import normalise


@dataclass(frozen=True, slots=True)
class _Found:
    """A path below the folder; ``trouble`` says why it will not be read."""

    path: str  # a Path would take several times the memory
    size: int
    trouble: str | None = None


class Folder(Closing):
    """The files of a folder and its subfolders; made by `read_folder`."""

    def __init__(self, root: Path, found: Sequence[_Found], limits: Limits) -> None:
        self._found = found
        self._limits = limits
        self.members: Sequence[Member] = [
            Member(index, normalise(Path(item.path).relative_to(root).as_posix()), item.size)
            for index, item in enumerate(found)
        ]

    def read(self, member: Member) -> bytes:
        """The bytes of ``member``.

        Raises:
            DataProblem: it is a link out of the folder or no plain file, or it is too large or
                cannot be read.
        """
        found = self._found[member.index]
        if found.trouble is not None:
            raise DataProblem(found.trouble, "", "Put the image itself in the folder")
        guard.check_size(found.size, self._limits)
        try:
            with open(found.path, "rb") as file:
                data = file.read(self._limits.max_member_bytes + 1)
        except OSError as error:
            detail = f"Opening it failed: {error.strerror or error}"
            raise DataProblem("The file cannot be read", detail, "Check who may read it") from error
        guard.check_size(len(data), self._limits)
        return data


def read_folder(path: Path, limits: Limits | None = None) -> Folder:
    """List the files in the folder at ``path``, sorted by name, links not followed out of it.

    Raises:
        ArchiveProblem: it is no folder, or holds more bytes or files than ``limits`` allow.
    """
    limits = limits or Limits()
    if not path.is_dir():
        raise ArchiveProblem(
            "There is no such folder", f"{path.name} is no folder", "Check how it is written"
        )
    root = path.resolve()
    found: list[_Found] = []
    for item in _walk(root):
        found.append(item)
        if len(found) > limits.max_members:
            raise guard.too_many(limits)
    guard.check_total(sum(item.size for item in found), limits)
    return Folder(root, found, limits)


def _walk(root: Path) -> Iterator[_Found]:
    unreadable: list[OSError] = []
    for parent, folders, names in os.walk(root, onerror=unreadable.append):
        folders.sort()
        here = Path(parent)
        yield from (_judge(here / name, root) for name in sorted(names))
        links = [name for name in folders if (here / name).is_symlink()]
        yield from (_Found(str(here / name), 0, "This is a link to a folder") for name in links)
    for error in unreadable:
        yield _Found(os.fsdecode(error.filename), 0, "The folder cannot be read")


def _judge(path: Path, root: Path) -> _Found:
    try:
        if path.is_symlink() and not path.resolve().is_relative_to(root):
            return _Found(str(path), 0, "This is a link that leads out of the folder")
        status = path.stat()
    except (OSError, RuntimeError):
        return _Found(str(path), 0, "The file cannot be read")
    if not stat.S_ISREG(status.st_mode):
        return _Found(str(path), 0, "This is not a plain file")
    return _Found(str(path), status.st_size)
