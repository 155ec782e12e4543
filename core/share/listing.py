"""Which files of a project go into its project file, and how many bytes they make."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from core.project import Project
from core.share.contents import KINDS, kind_of

_AROUND = 290  # bytes of a zip around one file of a project
_PICTURE = ".webp"  # ends the name of every picture beside the originals
_REFERENCE = "reference.npz"  # of a run; counts as a feature
_DISCARD = "DISCARD"  # in the folder of a run that goes, see `core.jobs.run`


@dataclass(frozen=True)
class Found:
    """A file of a project: where it is, and its path within the project."""

    path: Path
    name: str
    size: int


def files_of(folder: Path, features: bool, images: bool) -> Iterator[Found]:
    """The files that a project file holds, in the order of their kinds, then by name.

    Args:
        folder: of the project.
        features: whether those that can be computed again are among them.
        images: whether those that show images are.
    """
    found = []
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        kind = kind_of(name)
        if kind is None or not path.is_file():
            continue
        if (kind.feature and not features) or (kind.picture and not images):
            continue
        with suppress(FileNotFoundError):  # a file that was replaced this moment
            found.append((KINDS.index(kind), Found(path, name, path.stat().st_size)))
    names = {item.name for _, item in found}
    for _, item in sorted(found, key=lambda pair: (pair[0], pair[1].name)):
        if _is_done(folder, item.name, names):
            yield item


def _is_done(folder: Path, name: str, names: Collection[str]) -> bool:
    """Whether what the file ``name`` is part of is there, and stays: a run, a field test."""
    parts = name.split("/")
    if parts[0] != "runs":
        return True
    run = "/".join(parts[:2])
    if f"{run}/job.json" not in names or (folder / run / _DISCARD).exists():
        return False
    return parts[2] != "field" or f"{run}/field/{parts[3]}/field.json" in names


def size_of(project: Project, images: bool = True) -> tuple[int, int]:
    """About how many bytes a project file has without features, and the features add.

    Goes by the folders alone, so that a page can ask for a project with many images.

    Args:
        project: that would be saved.
        images: whether with its images.
    """
    folder = project.folder
    shown = "" if images else _PICTURE
    plain = _bytes_in(folder, deep=False, but=shown) + _bytes_in(project.runs, but=shown)
    if images:
        plain += _bytes_in(project.originals) + _bytes_in(project.thumbs)
    kept = sum(path.stat().st_size for path in project.runs.glob(f"*/{_REFERENCE}"))
    return plain - kept, _bytes_in(project.features) + kept


def _bytes_in(folder: str | Path, deep: bool = True, but: str = "") -> int:
    """Bytes of the files in ``folder``, those left out whose names end with ``but``."""
    total = 0
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_file():
                left_out = but and entry.name.endswith(but)
                total += 0 if left_out else entry.stat().st_size + _AROUND
            elif deep:
                total += _bytes_in(entry.path, but=but)
    return total
