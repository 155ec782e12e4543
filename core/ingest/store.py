"""Files named by the SHA-256 of an image's bytes: originals and thumbnails."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from core.errors import ProjectProblem

_MANY = 256  # files; from here on, one sync of everything beats a sync of each


def original_path(folder: Path, sha256: str) -> Path:
    """Where the project in ``folder`` keeps the bytes of an image as they came."""
    return folder / "originals" / sha256[:2] / sha256


def thumb_path(folder: Path, sha256: str) -> Path:
    """Where the project in ``folder`` keeps the thumbnail of an image, as WebP."""
    return folder / "thumbs" / sha256[:2] / f"{sha256}.webp"


def put(path: Path, make: Callable[[], bytes], size: int | None = None) -> bool:
    """Write what ``make`` returns to ``path``, all or nothing, unless it is there already.

    A process that dies leaves no part of a file. The bytes reach the disk with `flush`.

    Args:
        path: the parent folder is made where it is missing.
        make: called only if the file must be written.
        size: of the content in bytes; a file of another size is a cut one and is replaced.

    Returns:
        Whether the file was written.

    Raises:
        ProjectProblem: the disk is full or may not be written.
    """
    with suppress(OSError):
        if (found := path.stat().st_size) and size in (None, found):
            return False
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    data = make()
    try:
        _write(temporary, data)
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        if isinstance(error, PermissionError) and path.exists():
            return False  # on Windows: another thread has just put the same content there
        raise ProjectProblem(
            "The images could not be saved",
            f"Writing to the project failed: {error.strerror or error}",
            "Free some space, or choose another folder for the project",
        ) from error
    return True


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def flush(paths: Sequence[str | Path]) -> None:
    """Have ``paths``, just written, reach the disk, so that they outlive a power cut."""
    if len(paths) >= _MANY and hasattr(os, "sync"):
        os.sync()
        return
    for path in paths:
        with suppress(OSError), open(path, "rb+") as file:
            os.fsync(file.fileno())


def discard(paths: Iterable[Path]) -> None:
    """Remove ``paths`` and the folders that this leaves empty."""
    parents: set[Path] = set()
    for path in paths:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        parents.update((path.parent, path.parent.parent))
    for parent in sorted(parents, key=lambda parent: len(parent.parts), reverse=True):
        with suppress(OSError):
            parent.rmdir()
