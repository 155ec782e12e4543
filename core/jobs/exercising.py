"""Begin a detective exercise: a ready-made one as a project, or a new one as a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from core import project as projects
from core.exercise import Order, make, open_material
from core.exercise.seal import OPEN
from core.ingest.samples import samples
from core.jobs.folder import JobFolder
from core.jobs.guests import admit_job
from core.jobs.sources import OPENING, opening, sweep
from core.jobs.starting import UPLOAD, Desk
from core.project import Project, Workspace

FILE: Final = "exercise.zip"
"""name of the made file in the job's folder"""


def start_ready(
    project: Project, sample: str, level: int, engine: Desk, seed: int = 0
) -> JobFolder:
    """Take the ready-made exercise of a built-in sample into ``project``, an empty one.

    It is an ingest like any other, only that its upload is made first.

    Raises:
        ProjectProblem: the job cannot be written down.
        EngineProblem: the engine cannot be reached.
        LimitProblem: a visitor of a hosted server has used up what one may.
    """
    admit_job(project.folder, engine)
    asked = {"sample": sample, "level": level, "seed": seed}
    request = {"path": UPLOAD, "keep": False, "exercise": asked}
    job = JobFolder.create(project.jobs / projects.new_id("ingest"), "ingest", request)
    engine.submit(job)
    return job


def make_ready(job: JobFolder) -> None:
    """Make the upload of an ingest that `start_ready` began, unless it is there already."""
    target = job.folder / UPLOAD
    if target.is_file():
        return
    asked: Mapping[str, Any] = job.request["exercise"]
    with open_material(str(asked["sample"])) as material:
        order = Order.of_level(int(asked["level"]), material.size, int(asked["seed"]))
        job.stage("exercise", "Hiding faults")
        make(material, order, target, tell=job.progress, should_stop=job.stop_requested)


def start_making(
    workspace: Workspace,
    source: str,
    order: Order,
    engine: Desk,
    title: str = "",
    secret: str = OPEN,
) -> JobFolder:
    """Make an exercise file; it stays for an hour in the job's folder, as `FILE`.

    Args:
        workspace: of whoever makes it.
        source: the id of a project in it, or the name of a built-in sample.
        order: what is planted.
        engine: does the work.
        title: of the exercise; '' follows from the source.
        secret: of the seal, see `core.exercise.stretched`.

    Raises:
        ProjectProblem: there is no such project, or the job cannot be written down.
        EngineProblem: the engine cannot be reached.
        LimitProblem: a visitor of a hosted server has used up what one may.
    """
    if source not in {sample.name for sample in samples()}:
        workspace.open(source)
    admit_job(workspace.root, engine)
    sweep(workspace)
    request = {
        "source": source,
        "plant": {str(fault): number for fault, number in order.plant.items()},
        "level": order.level,
        "seed": order.seed,
        "title": title,
        "secret": secret,
    }
    folder: Path = workspace.root / OPENING / projects.new_id("exercise")
    job = JobFolder.create(folder, "exercise", request)
    engine.submit(job)
    return job


def making(workspace: Workspace, job_id: str) -> JobFolder | None:
    """The job with this id that makes an exercise file; None where there is none any more."""
    return opening(workspace, job_id)
