"""A lock on a file that ends with its process, however that process ends.

The kernel releases the lock when the holder dies, so 'is somebody working on this' needs
neither a heartbeat nor a guess about process ids. On POSIX it is `flock`, which NFS turns
into a lock that other machines see; on Windows it is a locked byte.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import EngineProblem

_STEP = 0.01
_TAKEN = {errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK}


class Occupied(Exception):
    """Somebody else holds the lock."""


if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int, shared: bool) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def _release(descriptor: int) -> None:
        os.lseek(descriptor, 0, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _take(descriptor: int, shared: bool) -> None:
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)

    def _release(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


@contextmanager
def locked(path: Path, patience: float = 2.0) -> Iterator[None]:
    """Hold the lock on ``path`` for the length of the block; the file is made where missing.

    Args:
        path: the lock file; it stays behind, unlocked.
        patience: seconds to go on trying. `is_locked` takes the lock for a moment to look,
            so a single try could fail although nobody works.

    Raises:
        Occupied: somebody else holds it.
        EngineProblem: the file system cannot lock, or the file cannot be made.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        raise _no_lock(path, error) from error
    try:
        _take_within(descriptor, path, patience)
        try:
            yield
        finally:
            _release(descriptor)
    finally:
        os.close(descriptor)


def is_locked(path: Path) -> bool:
    """Whether somebody holds the lock on ``path``; asking makes no file."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        _take(descriptor, shared=True)
        _release(descriptor)
        return False
    except OSError as error:
        return error.errno in _TAKEN
    finally:
        os.close(descriptor)


def _take_within(descriptor: int, path: Path, patience: float) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            return _take(descriptor, shared=False)
        except OSError as error:
            if error.errno not in _TAKEN:
                raise _no_lock(path, error) from error
            if time.monotonic() >= deadline:
                raise Occupied(str(path)) from None
        time.sleep(_STEP)


def _no_lock(path: Path, error: OSError) -> EngineProblem:
    return EngineProblem(
        f"The folder {path.parent.name} cannot be locked for work",
        f"Locking {path.name} in it failed: {error.strerror}",
        "Set FIRSTLIGHT_HOME to a folder that you may write to, on a disk that knows file locks",
    )
