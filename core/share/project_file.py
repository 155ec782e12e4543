"""A whole project as one file: saved for a stick or a friend, opened again as a new project.

The file is a zip in which nothing is packed, since images are packed already. It holds what
`contents` knows: images, thumbnails, tables, decisions, runs and, if wanted, features.
"""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from core import files
from core.errors import DataProblem, ProjectProblem, Stopped
from core.ingest.archives import Member, ZipArchive, read_archive
from core.ingest.limits import MB, Limits, readable
from core.project import Project, new_id
from core.share.contents import KINDS, MARKER, Kind, identity, kind_of, require_whole
from core.share.listing import Found, files_of
from core.share.tables import hashes, refused

ENDING = ".firstlight"
TABLES_OF_IMAGES = ("catalogue.parquet", "unlabelled.parquet")

Progress = Callable[[int, int], None]
"""called with how many bytes are done, and of how many"""

_LIMITS = Limits(
    max_bytes=256 * 1024 * MB,
    max_member_bytes=4096 * MB,
    max_members=2_000_000,
    ratio_floor=64 * MB,
)
_PIECE = 1 * MB
_SPARE = 64 * MB  # of disk space that is left alone
_LARGE = ("originals/", "thumbs/", "features/")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same project gives the same file


def save(
    project: Project,
    target: Path,
    *,
    features: bool = True,
    images: bool = True,
    tell: Progress = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> int:
    """Write all of ``project`` to the file ``target``, and return its size in bytes.

    Args:
        project: may be worked on meanwhile: each table goes in as it stands when its turn comes,
            the images that it names after it.
        target: replaced atomically.
        features: whether to add the cached features; they can be computed again.
        images: whether to add the images, and everything else that shows them or parts of them.
            Without, figures can be shared where pictures must not be; tables stay.
        tell: called after every file.
        should_stop: asked before every file.

    Raises:
        ProjectProblem: a file cannot be read, or the disk is full.
        Stopped: ``should_stop`` said so.
    """
    what = partial(files_of, project.folder, features, images)
    total = sum(item.size for item in what())
    _require_room(target.parent, total)
    done = 0
    try:
        with (
            files.replacing(target) as temporary,
            zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED, strict_timestamps=False) as out,
        ):
            for large in (False, True):  # images are listed once the tables that name them are in
                for item in what():
                    if item.name.startswith(_LARGE) is not large:
                        continue
                    if should_stop():
                        raise Stopped
                    _write(out, item)
                    done += item.size
                    tell(min(done, total), total)
        return target.stat().st_size
    except OSError as error:
        raise ProjectProblem(
            "The project file could not be written",
            f"Writing it failed: {error.strerror or error}",
            "Free some space, then try again",
        ) from error


def open_file(
    path: Path,
    root: Path,
    staging: Path,
    *,
    inspect: Callable[[Path], None] = lambda folder: None,
    tell: Progress = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
    limits: Limits | None = None,
) -> Project:
    """Make a new project below ``root`` of the project file at ``path``.

    Everything is written to ``staging`` and checked; only a project that is whole moves to
    ``root``, in one step, under an id of its own. Files that are refused leave nothing there.

    Args:
        path: of a file that anybody may have made.
        root: the folder of all projects.
        staging: a folder on the same disk that is not there yet.
        inspect: called with the folder before it becomes a project; may raise `ProjectProblem`.
        tell: called after every file.
        should_stop: asked before every file.
        limits: bounds on bytes and images, tighter than those that stand for everybody.

    Raises:
        ArchiveProblem: it is no zip, or an unsafe one.
        ProjectProblem: it is no project file, a damaged one, one from a newer version, or one
            that holds what it should not; or there is no room.
        Stopped: ``should_stop`` said so.
    """
    most = replace(_LIMITS, max_bytes=limits.max_bytes) if limits else _LIMITS
    with read_archive(path, most) as archive:
        members = _known(archive)
        _require_few(members.values(), limits)
        total = sum(member.size for member in members.values())
        _require_room(root, total)
        shutil.rmtree(staging, ignore_errors=True)  # of an attempt that was killed
        try:
            staging.mkdir(parents=True)
            done = 0
            for member, kind in _in_order(members):
                if should_stop():
                    raise Stopped
                _unpack(archive, member, kind, staging)
                done += member.size
                tell(done, total)
            _require_images(staging)
            inspect(staging)
            folder = root / new_id(identity(staging / MARKER))
            staging.rename(folder)
        except OSError as error:
            raise ProjectProblem(
                "The project could not be saved",
                f"Writing it to disk failed: {error.strerror or error}",
                "Free some space, then open the file again",
            ) from error
        finally:
            with suppress(OSError):
                shutil.rmtree(staging)
    return Project(folder)


def _require_few(members: Iterable[Member], limits: Limits | None) -> None:
    images = sum(member.name.startswith("originals/") for member in members)
    if limits is not None and images > limits.max_images:
        raise ProjectProblem(
            "This project has too many images",
            f"It holds {images:,}, at most {limits.max_images:,} are taken here",
            "Open it on your own computer, or save a smaller one",
        )


def _write(out: zipfile.ZipFile, item: Found) -> None:
    entry = zipfile.ZipInfo(item.name, _EPOCH)
    entry.external_attr = 0o100644 << 16
    entry.file_size = item.size  # so that a file beyond 2 GB gets the room it needs
    try:
        source = item.path.open("rb")
    except FileNotFoundError:
        return  # dropped meanwhile; what names it was told so
    with source, out.open(entry, "w") as target:
        left = item.size if item.name.endswith((".jsonl", ".keys", ".vectors")) else None
        while piece := source.read(_PIECE if left is None else min(_PIECE, left)):
            target.write(piece)
            left = None if left is None else left - len(piece)


def _known(archive: ZipArchive) -> dict[str, Member]:
    """The members by path, each of a kind that a project has and within its bounds."""
    require_whole({member.name for member in archive.members})
    found: dict[str, Member] = {}
    for member in archive.members:
        kind = kind_of(member.name)
        if kind is None:
            raise refused(member.name, "is no part of a project")
        if member.name in found:
            raise refused(member.name, "is there twice")
        if member.size > kind.most:
            raise refused(
                member.name,
                f"has {readable(member.size)}, at most {readable(kind.most)} were expected",
            )
        found[member.name] = member
    return found


def _in_order(members: dict[str, Member]) -> list[tuple[Member, Kind]]:
    """What can be judged soonest comes first."""
    pairs = [(member, kind) for name, member in members.items() if (kind := kind_of(name))]
    return sorted(pairs, key=lambda pair: KINDS.index(pair[1]))


def _unpack(archive: ZipArchive, member: Member, kind: Kind, staging: Path) -> None:
    """Write ``member`` to its place in ``staging``; its path has been found harmless."""
    path = staging / member.name
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    try:
        with path.open("wb") as target:
            for piece in archive.pieces(member):
                digest.update(piece)
                target.write(piece)
    except DataProblem as problem:
        raise refused(member.name, f"cannot be read: {problem.detail}") from problem
    if kind.named and digest.hexdigest() != path.name.partition(".")[0]:
        raise refused(member.name, "is not the image that its name promises")
    if kind.check is not None:
        kind.check(path, member.name)


def _require_images(staging: Path) -> None:
    """Every image that a table names must be there; or none, where it was saved without them."""
    if not (staging / "originals").is_dir():
        return
    for table in TABLES_OF_IMAGES:
        if not (staging / table).is_file():
            continue
        for sha256 in sorted(hashes(staging / table)):
            if not (staging / "originals" / sha256[:2] / sha256).is_file():
                raise refused(table, f"names the image {sha256[:16]}, which is missing")


def _require_room(folder: Path, size: int) -> None:
    free = shutil.disk_usage(_existing(folder)).free
    if size + _SPARE > free:
        raise ProjectProblem(
            "There is not enough room on the disk",
            f"The project needs {readable(size)}, {readable(free)} are free",
            "Free some space, then try again",
        )


def _existing(folder: Path) -> Path:
    return next(place for place in (folder, *folder.parents) if place.is_dir())
