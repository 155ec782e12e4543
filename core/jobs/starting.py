"""Begin work on a project, go on with it, and find it again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from core import project as projects
from core.errors import ProjectProblem
from core.ingest.lost import require_images
from core.ingest.reading import Reading
from core.jobs.folder import JobFolder, State
from core.jobs.guests import admit_job
from core.jobs.run import Run
from core.jobs.snapshot import Snapshot
from core.locking import locked
from core.project import Project
from core.settings import SplitSettings, TrainSettings

UPLOAD = "upload.zip"
_TURN = 10.0  # seconds that another page may take to begin a job
MOST_EPOCHS = 500  # as the settings have it
_NEEDS_IMAGES = {
    *("preflight", "alarm", "worth", "sight", "stress", "gaze", "export", "model"),
}


class Desk(Protocol):
    """Whoever takes jobs: an `Engine`, or one that will pass them on."""

    def submit(self, job: JobFolder) -> None:
        """Queue ``job``."""

    def knows(self, job: JobFolder) -> bool | None:
        """Whether ``job`` is queued or in hand; None where nobody can tell."""


def start(
    project: Project, kind: str, engine: Desk, request: Mapping[str, Any] | None = None
) -> JobFolder:
    """Begin a job on ``project``.

    Args:
        project: the job's folder lies in it.
        kind: one of `core.jobs.tasks.KINDS`.
        engine: does the work.
        request: what is asked, as JSON values; what may be left out, see the kind's task.

    Raises:
        DataProblem: it needs the images themselves, and the project came without them.
        ProjectProblem: the job cannot be written down.
        EngineProblem: the engine cannot be reached.
        LimitProblem: a visitor of a hosted server has used up what one may.
    """
    admit_job(project.folder, engine)
    if kind in _NEEDS_IMAGES:
        require_images(project.folder)
    job = JobFolder.create(project.jobs / projects.new_id(kind), kind, request or {})
    engine.submit(job)
    return job


def start_first(project: Project, kind: str, engine: Desk) -> JobFolder:
    """Begin the first job of ``kind``, or return the latest where there was one.

    Two pages that are drawn at the same moment begin one job between them.

    Raises:
        EngineProblem: the engine cannot be reached.
        LimitProblem: a visitor of a hosted server has used up what one may.
        ProjectProblem: the job cannot be written down.
    """
    project.jobs.mkdir(exist_ok=True)
    with locked(project.jobs / f"{kind}.first", _TURN):
        return latest(project, kind) or start(project, kind, engine)


def start_ingest(
    project: Project, zip_path: Path, engine: Desk, reading: Reading | None = None
) -> JobFolder:
    """Take the images of a zip into ``project``.

    Args:
        project: where they go.
        zip_path: a zip file. One inside the project's folder is an upload: it moves into the
            job's folder and is deleted once its images are taken. Any other stays as it is.
        engine: does the work.
        reading: how the classes are found; None finds the way that fits best.

    Raises:
        ProjectProblem: the job cannot be written down.
        EngineProblem: the engine cannot be reached.
        LimitProblem: a visitor of a hosted server has used up what one may.
    """
    admit_job(project.folder, engine)
    folder = project.jobs / projects.new_id("ingest")
    path = Path(os.path.abspath(zip_path))
    is_upload = path.is_relative_to(os.path.abspath(project.folder))
    named = UPLOAD if is_upload else str(path)
    request: dict[str, Any] = {"path": named, "keep": not is_upload}
    if reading is not None:
        request["reading"] = reading.to_json()
    job = JobFolder.create(folder, "ingest", request)
    if is_upload:
        move(path, folder / UPLOAD)
        _drop_old_uploads(project, job)
    engine.submit(job)
    return job


def start_training(
    project: Project, settings: TrainSettings, split: SplitSettings, engine: Desk
) -> Run:
    """Train a classifier on the images of ``project``.

    Raises:
        DataProblem: the images cannot be divided, or none of them is here.
        ProjectProblem: the run cannot be written down.
        EngineProblem: the engine cannot be reached.
        LimitProblem: a visitor of a hosted server has used up what one may.
    """
    admit_job(project.folder, engine)
    require_images(project.folder)
    run = Run.plan(project, settings, split)
    engine.submit(run)
    return run


def train_on(run: Run, more_epochs: int, engine: Desk) -> Run:
    """Go on with a finished run for more epochs, as a new run; ``run`` stays as it is.

    Args:
        run: whose checkpoint, images and recipe the new run takes over.
        more_epochs: at most so many beyond those that it ran.
        engine: does the work.

    Raises:
        DataProblem: none of the images is here.
        ProjectProblem: there is nothing to go on from, or the run cannot be written down.
        EngineProblem: the engine cannot be reached.
        LimitProblem: a visitor of a hosted server has used up what one may.
    """
    admit_job(run.folder, engine)
    require_images(run.project.folder)
    before = run.snapshot()
    done = max((int(epoch["epoch"]) for epoch in before.epochs), default=0)
    settings = replace(run.settings, epochs=min(MOST_EPOCHS, done + more_epochs))
    again = Run.plan(run.project, settings, run.split, continues=run)
    _tell_again(again, before)
    engine.submit(again)
    return again


def _tell_again(run: Run, before: Snapshot) -> None:
    """Write the epochs of the run that went before into the log, so that the curves are whole."""
    stages = (("head", before.earlier_epochs), (before.counting, before.epochs))
    for stage, epochs in stages:
        if epochs:
            run.stage(stage, "Training")
        for epoch in epochs:
            figures = {name: value for name, value in epoch.items() if name not in ("at", "event")}
            run.emit("epoch", **figures)


def resume(job: JobFolder, engine: Desk) -> None:
    """Go on with ``job`` after it stopped, failed or was interrupted.

    Does nothing where it has finished, or is being worked on or queued.

    Raises:
        ProjectProblem: it was deleted.
        EngineProblem: the engine cannot be reached.
        LimitProblem: a visitor of a hosted server has used up what one may.
    """
    if not (job.folder / "job.json").is_file():
        raise ProjectProblem("This is not there any more", "It was deleted meanwhile", "Start anew")
    state = job.state(engine.knows(job))
    if state.is_active or state is State.FINISHED:
        return
    admit_job(job.folder, engine)
    job.forget_stop()
    job.emit("resumed")
    engine.submit(job)


def latest(project: Project, kind: str) -> JobFolder | None:
    """The job of this kind that was begun last; None where there never was one."""
    return max(jobs_of(project, kind), key=lambda job: (job.created, job.id), default=None)


def latest_ingest(project: Project) -> JobFolder | None:
    """The ingest that was begun last; None where there never was one."""
    return latest(project, "ingest")


def jobs_of(project: Project, kind: str) -> list[JobFolder]:
    """All readable jobs of this kind, in no order."""
    if not project.jobs.is_dir():
        return []
    found = []
    for folder in project.jobs.iterdir():
        try:
            found.append(JobFolder(folder))
        except ProjectProblem:
            continue
    return [job for job in found if job.kind == kind]


def _drop_old_uploads(project: Project, newest: JobFolder) -> None:
    """Free the room that uploads take whose ingest failed or was given up."""
    for job in jobs_of(project, "ingest"):
        if job != newest and not job.state().is_active:
            (job.folder / UPLOAD).unlink(missing_ok=True)


def move(source: Path, target: Path) -> None:
    """Move an upload to its place.

    Raises:
        ProjectProblem: there is no room for it.
    """
    try:
        shutil.move(source, target)
    except OSError as error:
        raise ProjectProblem(
            "The upload could not be put in its place",
            f"Moving it failed: {error.strerror}",
            "Free some space and upload it again",
        ) from error
