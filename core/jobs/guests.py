"""Visitors of a hosted server: may one begin a job, and how much may that job take."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from core.errors import LimitProblem, ProjectProblem
from core.hosting import Visitor, admit, visitor_of
from core.jobs.folder import JobFolder, State

_PLACES = ("*/jobs/*/job.json", "*/runs/*/job.json", ".opening/*/job.json")


class Knows(Protocol):
    """Whoever can tell whether a job is queued."""

    def knows(self, job: JobFolder) -> bool | None:
        """Whether ``job`` is queued or in hand; None where nobody can tell."""


def admit_job(folder: Path, engine: Knows) -> None:
    """Refuse a new job in ``folder`` where its visitor has used up what one may.

    Raises:
        LimitProblem: too many jobs at once, or no room on the disk.
    """
    who = visitor_of(folder)
    if who is not None:
        admit(folder, sum(is_active(job, engine) for job in jobs_of_visitor(who)))


def admit_upload_job(folder: Path, upload: Path, engine: Knows) -> None:
    """The same for a job that begins with ``upload``, which goes where the job is refused.

    Raises:
        LimitProblem: too many jobs at once, or no room on the disk.
    """
    try:
        admit_job(folder, engine)
    except LimitProblem:
        upload.unlink(missing_ok=True)
        raise


def jobs_of_visitor(who: Visitor) -> Iterator[JobFolder]:
    """Everything that was ever begun in the projects of ``who`` and is still there."""
    for pattern in _PLACES:
        for path in who.projects.glob(pattern):
            try:
                yield JobFolder(path.parent)
            except ProjectProblem:
                continue


def is_active(job: JobFolder, engine: Knows) -> bool:
    """Whether ``job`` waits or is worked on; only of what waits the engine is asked."""
    state = job.state()
    if state is State.QUEUED:
        state = job.state(engine.knows(job))
    return state.is_active
