"""May this be begun: what a visitor's request is checked against before any work or any byte."""

from __future__ import annotations

import shutil
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from core import project
from core.errors import LimitProblem
from core.hosting.limits import HostLimits, host_limits
from core.hosting.visitors import Visitor, size_of, visitor_of, visitors_folder
from core.ingest.limits import MB, readable

_MEMORY: Final = 15.0  # seconds for which the size of everybody's data is believed, at least
_REST: Final = 20.0  # times as long as it took to look it up


def in_force(path: Path) -> HostLimits | None:
    """The limits for what happens in ``path``; None where it is no visitor's."""
    return host_limits() if visitor_of(path) else None


def admit(path: Path, at_work: int = 0) -> None:
    """Refuse new work in ``path`` where its visitor has used up what one may.

    Args:
        path: of a project or of a part of it; what is no visitor's is always admitted.
        at_work: jobs of this visitor that wait or are worked on.

    Raises:
        LimitProblem: too many jobs, or no room on the disk.
    """
    who = visitor_of(path)
    if who is None:
        return
    limits = host_limits()
    if at_work >= limits.jobs:
        raise LimitProblem(
            f"You have {at_work} jobs in hand already",
            f"This server works on at most {limits.jobs} of one visitor's jobs at a time",
            "Wait until one is done, or stop one",
        )
    _require_room(who, 0, limits)


def admit_project(path: Path, projects: int) -> None:
    """Refuse one more project beside the ``projects`` that the visitor of ``path`` has.

    Raises:
        LimitProblem: there are too many, or no room on the disk.
    """
    who = visitor_of(path)
    if who is None:
        return
    limits = host_limits()
    if projects >= limits.projects:
        raise LimitProblem(
            f"You have {projects} projects already",
            f"This server keeps at most {limits.projects} for one visitor",
            "Delete one that you no longer need",
        )
    _require_room(who, 0, limits)


def admit_upload(path: Path, size: int) -> None:
    """Refuse an upload of ``size`` bytes into ``path`` where that is more than one may.

    Raises:
        LimitProblem: it is too large, or there is no room for it.
    """
    who = visitor_of(path)
    if who is None:
        return
    limits = host_limits()
    if size > limits.upload_mb * MB:
        raise LimitProblem(
            "The upload is too large for this server",
            f"It has {readable(size)}, at most {limits.upload_mb} MB are taken",
            "Take fewer or smaller images; 500 pixels a side are plenty",
        )
    _require_room(who, size, limits)


def _require_room(who: Visitor, size: int, limits: HostLimits) -> None:
    own = who.bytes() + size
    if own > limits.visitor_mb * MB:
        raise LimitProblem(
            "Your room on this server is used up",
            f"Your projects would take {readable(own)}, at most {limits.visitor_mb} MB are kept",
            "Delete a project or some runs; save what you want to keep as a file first",
        )
    everybody = _believed(visitors_folder()) + size
    free = shutil.disk_usage(project.home()).free - size
    if everybody > limits.all_mb * MB or free < limits.free_mb * MB:
        raise LimitProblem(
            "This server is full at the moment",
            "The images of all its visitors together take all the room that there is",
            "Try again in some hours, when older ones have gone; what you have is kept",
        )


def _believed(folder: Path) -> int:
    """The size of everybody's data, as it was looked up last: walking it takes a while.

    One thread looks at a time; whoever comes meanwhile believes what was found before.
    """
    known = _found.get(folder)
    if known is None:
        _looking.acquire()
    elif time.monotonic() < known.until or not _looking.acquire(blocking=False):
        return known.size
    try:
        known = _found.get(folder)  # another thread may have looked meanwhile
        if known is None or time.monotonic() >= known.until:
            began = time.monotonic()
            size, done = size_of(folder), time.monotonic()
            _found[folder] = known = _Found(size, done + max(_MEMORY, _REST * (done - began)))
        return known.size
    finally:
        _looking.release()


@dataclass(frozen=True)
class _Found:
    """Bytes, and until when they are believed, by `time.monotonic`."""

    size: int
    until: float


_found: Final[dict[Path, _Found]] = {}
_looking: Final = threading.Lock()
