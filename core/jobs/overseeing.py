"""A job of a visitor that takes too long, or too much of the disk, is stopped and says so."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from core.errors import LimitProblem, Problem
from core.hosting import HostLimits, visitor_of
from core.ingest.limits import MB
from core.jobs.folder import JobFolder

_LOOK: Final = 0.5  # seconds between two looks at the clock
_MEASURE: Final = 10.0  # seconds between two looks at the disk
_GRACE: Final = 60.0  # seconds that a job may take to stop once it is asked


@dataclass
class Verdict:
    """Why the overseer had a job stopped; None where it did not."""

    problem: Problem | None = None


@contextmanager
def overseen(
    job: JobFolder,
    give_up: Callable[[Problem], None],
    grace: float = _GRACE,
) -> Iterator[Verdict]:
    """Watch over ``job`` for the length of the block; does nothing where nobody limits it.

    Args:
        job: that is being worked on.
        give_up: called where the job was asked to stop and has not within ``grace`` seconds.
        grace: see ``give_up``.
    """
    limits, verdict, over = job.limits, Verdict(), threading.Event()
    if limits is None:
        yield verdict
        return
    watch = threading.Thread(
        target=_watch,
        args=(job, limits, verdict, over, give_up, grace),
        name="overseer",
        daemon=True,
    )
    watch.start()
    try:
        yield verdict
    finally:
        over.set()
        watch.join()


def end_worker() -> None:
    """End this process at once: the last resort against work that does not stop.

    The engine starts another worker; what else this one did is interrupted.
    """
    os._exit(3)


def _watch(
    job: JobFolder,
    limits: HostLimits,
    verdict: Verdict,
    over: threading.Event,
    give_up: Callable[[Problem], None],
    grace: float,
) -> None:
    began = measured = _now()
    while not over.wait(_LOOK):
        now = _now()
        problem = _too_long(limits) if now - began > limits.run_seconds else None
        if problem is None and now - measured > _MEASURE:
            measured = now
            problem = _too_large(job, limits)
        if problem is not None:
            verdict.problem = problem
            job.request_stop()
            if not over.wait(grace):
                give_up(problem)
            return


def _now() -> float:
    return time.monotonic()


def _too_long(limits: HostLimits) -> Problem:
    minutes = limits.run_seconds / 60
    told = f"{minutes:.0f} minutes" if minutes >= 2 else f"{limits.run_seconds} seconds"
    return LimitProblem(
        "This took too long for this server, and was stopped",
        f"One job may take {told} here; others wait for their turn",
        "Use fewer images, fewer epochs, or Head in place of Fine-tune; "
        "going on begins where it stopped, with as much time again",
    )


def _too_large(job: JobFolder, limits: HostLimits) -> Problem | None:
    who = visitor_of(job.folder)
    if who is None or who.bytes() <= limits.visitor_mb * MB:
        return None
    return LimitProblem(
        "Your room on this server is used up, so this was stopped",
        f"At most {limits.visitor_mb} MB are kept for one visitor",
        "Delete a project or some runs, then go on",
    )
