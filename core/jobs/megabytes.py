"""Progress of work that is counted in bytes, told in whole megabytes."""

from __future__ import annotations

import time

from core.ingest.limits import MB
from core.jobs.folder import JobFolder

_SELDOM = 0.3


class Megabytes:
    """Tells how many megabytes of a stage are done; to be called with bytes.

    Args:
        job: whose stage has begun.
    """

    def __init__(self, job: JobFolder) -> None:
        self._job = job
        self._began = time.monotonic()
        self._told = float("-inf")

    def __call__(self, done: int, total: int) -> None:
        """Tell that ``done`` of ``total`` bytes are done; a few times a second are written."""
        now = time.monotonic()
        if done < total and now - self._told < _SELDOM:
            return
        self._told = now
        elapsed = now - self._began
        left = elapsed * (total - done) / done if done > 0 and elapsed > 1 else None
        whole = max(1, -(-total // MB))
        self._job.emit(
            "progress",
            done=whole if done >= total else done // MB,
            total=whole,
            seconds_left=None if left is None else round(left, 1),
        )
