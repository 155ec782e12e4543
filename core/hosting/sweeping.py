"""What visitors leave behind goes: at their word, or some time after their last visit."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from typing import Final

from core import locking
from core.hosting.limits import HostLimits
from core.hosting.visitors import Visitor, visitors, visitors_folder

_GONE: Final = ".gone-"
_LOCKS: Final = ("*/jobs/*/lock", "*/runs/*/lock", ".opening/*/lock")
_PROJECTS: Final = ("*/project.json", ".opening/*/job.json")
_EMPTY: Final = 1800.0  # seconds after which a folder without a project goes
_GRACE: Final = 24 * 3600.0  # seconds that a job which nobody begins may hold up the sweeping


def sweep(
    limits: HostLimits,
    waits: Callable[[Visitor], bool] = lambda who: False,
    moment: float | None = None,
) -> int:
    """Remove the data of everybody who was not here for as long as the limits say.

    Who has a job that is being worked on is spared, and who has one waiting, for a day more.

    Args:
        limits: of this server.
        waits: whether a visitor has a job in the queue.
        moment: seconds since 1970; by default now.

    Returns:
        How many visitors' data went.
    """
    moment = time.time() if moment is None else moment
    gone = 0
    for who in list(visitors()):
        away = moment - who.last_seen()
        late = away - limits.keep_hours * 3600
        is_over = late > 0 or (away > _EMPTY and not _has_project(who))
        if not is_over or is_at_work(who) or (late < _GRACE and waits(who)):
            continue
        remove(who)
        gone += 1
    _clear_remains()
    return gone


def remove(who: Visitor) -> None:
    """Remove all that is kept of a visitor: out of sight at one stroke, then from the disk."""
    if not who.folder.is_dir():
        return
    aside = who.folder.with_name(f"{_GONE}{who.id}-{time.time_ns():x}")
    try:
        who.folder.rename(aside)
    except OSError:  # a system that does not rename what is open
        aside = who.folder
    shutil.rmtree(aside, ignore_errors=True)


def is_at_work(who: Visitor) -> bool:
    """Whether somebody works on a job of this visitor."""
    return any(locking.is_locked(path) for pattern in _LOCKS for path in who.projects.glob(pattern))


def _has_project(who: Visitor) -> bool:
    """Whether there is one, or one is just being opened."""
    return any(True for pattern in _PROJECTS for _ in who.projects.glob(pattern))


def _clear_remains() -> None:
    """Try once more what could not be removed whole."""
    for rest in visitors_folder().glob(f"{_GONE}*"):
        shutil.rmtree(rest, ignore_errors=True)
