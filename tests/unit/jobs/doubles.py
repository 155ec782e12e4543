"""Engines for tests: one that works at once, and one that never gets to it."""

from __future__ import annotations

from core.jobs import JobFolder
from core.jobs.tasks import perform


class Desk:
    """An engine that does the work at once, here."""

    def submit(self, job: JobFolder) -> None:
        perform(str(job.folder), job.queue())

    def knows(self, job: JobFolder) -> bool:
        return False


class Nobody(Desk):
    """An engine that never gets to it."""

    def submit(self, job: JobFolder) -> None:
        job.queue()
