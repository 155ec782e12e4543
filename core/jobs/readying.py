"""The check before a lesson: what the engine has to try, begun by a page or by the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from core import project as projects
from core.errors import EngineProblem
from core.jobs import check_task, launch, record
from core.jobs.engine import connect
from core.jobs.folder import JobFolder, State
from core.jobs.sources import OPENING, opening, sweep
from core.jobs.starting import Desk
from core.project import Workspace
from core.ready import Line, Verdict, tried

KIND: Final = "ready"
ENGINE: Final = "Engine"


def plan(folder: Path) -> JobFolder:
    """Write down the job in ``folder``; nobody works on it yet.

    Raises:
        ProjectProblem: the job cannot be written down.
    """
    return JobFolder.create(folder, KIND, {})


def start_trying(workspace: Workspace, engine: Desk) -> JobFolder:
    """Have the engine try what has to be tried; the job stays for an hour.

    Raises:
        ProjectProblem: the job cannot be written down.
        EngineProblem: the engine cannot be reached.
    """
    sweep(workspace)
    job = plan(workspace.root / OPENING / projects.new_id(KIND))
    engine.submit(job)
    return job


def trying(workspace: Workspace, job_id: str) -> JobFolder | None:
    """The job with this id that tries; None where there is none any more."""
    return opening(workspace, job_id)


def tried_by(job: JobFolder) -> list[Line]:
    """What ``job`` found, where it has ended.

    Raises:
        EngineProblem: it finished, and does not say what it found.
    """
    if job.state() is not State.FINISHED:
        problem = job.snapshot().problem or EngineProblem(
            "What has to be tried was not tried to the end", "", "Check again"
        )
        return [Line("Pretrained network", Verdict.NOT_READY, problem.title + ".", problem.fix)]
    return [Line.from_json(each) for each in job.events()[0][-1]["lines"]]


def engine_answers() -> Line:
    """Whether the engine starts and answers; one that was started for this is ended again."""

    def ask() -> str:
        was_alive = record.is_alive()
        try:
            with connect() as engine:
                engine.ask(check_task.echo, "ready")
                is_local = engine.is_local
        finally:
            if not was_alive and record.is_alive():
                launch.stop_local()
        return "It starts and answers." if is_local else "The cluster answers."

    return tried(ENGINE, ask)
