"""Throw away a run that is at work: it is asked to stop, and goes as soon as it has.

A file ``DISCARD`` in its folder says so, and the run is in no list from then on; a crash in
between changes nothing.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from core.errors import ProjectProblem
from core.jobs.removing import delete
from core.jobs.run import DISCARD, Run
from core.project import Project


def discard(run: Run) -> None:
    """Stop ``run`` and delete it, now or once it has stopped.

    Raises:
        ProjectProblem: its folder cannot be changed.
    """
    try:
        (run.folder / DISCARD).touch()
        run.request_stop()
    except FileNotFoundError:
        return  # it is gone already
    except OSError as error:
        raise ProjectProblem(
            f"{run.name} could not be discarded",
            f"Writing to its folder failed: {error.strerror}",
            "Free some space, then try again",
        ) from error
    clear(run.folder)


def sweep(project: Project) -> None:
    """Delete what was to be discarded and has stopped since."""
    for folder in project.runs.iterdir() if project.runs.is_dir() else ():
        clear(folder)


def clear(folder: Path) -> None:
    """Delete the run in ``folder`` if it is to be discarded and nobody works on it."""
    if not (folder / DISCARD).is_file():
        return
    with suppress(ProjectProblem):  # it has not stopped yet, or is gone: another time
        delete(Run(folder))
