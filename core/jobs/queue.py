"""What the engine had in hand and in its queue at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.jobs.folder import JobFolder


@dataclass(frozen=True)
class Queue:
    """All jobs that are not over.

    Attributes:
        ahead: by the key of its task, how many jobs were before it with the same worker.
    """

    ahead: Mapping[str, int]

    def knows(self, job: JobFolder) -> bool:
        """Whether ``job`` is in hand or waits."""
        return key_of(job, job.attempt) in self.ahead

    def position(self, job: JobFolder) -> int | None:
        """The place of ``job``: 0 is being worked on, None is not there."""
        ahead = self.ahead.get(key_of(job, job.attempt))
        if ahead is None:
            return None
        return 0 if job.is_held() else max(1, ahead)


def key_of(job: JobFolder, attempt: int) -> str:
    """What the task is called that is this attempt at ``job``."""
    return f"{job.kind}-{job.id}-{attempt}"
