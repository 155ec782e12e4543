"""Delete a run for good."""

from __future__ import annotations

import shutil
from pathlib import Path

from core.errors import ProjectProblem
from core.jobs import seal
from core.jobs.run import GOING, Run


def delete(run: Run, known_to_engine: bool | None = None) -> None:
    """Remove ``run`` with its model, predictions and notes.

    It is gone at one stroke: its folder is renamed to what no list shows, and then emptied. What
    a crash leaves of that goes with the next run that is deleted. That its test images were
    looked at stays known, see `core.jobs.seal`.

    Args:
        run: what to delete.
        known_to_engine: what `Engine.knows` says of it, see `JobFolder.state`.

    Raises:
        ProjectProblem: it is being worked on or waits to be, or the folder cannot be changed.
    """
    if run.state(known_to_engine).is_active:
        raise ProjectProblem(
            f"{run.name} is at work or waits its turn",
            "Only a run that has ended can be deleted",
            "Stop it first, then delete it",
        )
    gone = run.folder.with_name(f"{GOING}{run.id}")
    try:
        seal.hand_over(run)
        run.request_stop()  # whoever still has it in a queue lets it be
        run.folder.rename(gone)
    except FileNotFoundError:
        return  # another page was quicker
    except OSError as error:
        raise ProjectProblem(
            f"{run.name} could not be deleted",
            f"Removing its folder failed: {error.strerror}",
            "Close programs that show its files, and try again",
        ) from error
    _sweep(gone.parent)


def _sweep(runs: Path) -> None:
    for folder in runs.glob(f"{GOING}*"):
        shutil.rmtree(folder, ignore_errors=True)
