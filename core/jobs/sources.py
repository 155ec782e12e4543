"""Begin what brings images in from elsewhere, and what saves and opens whole projects."""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from pathlib import Path

from core import project as projects
from core.errors import LimitProblem, ProjectProblem
from core.hosting import admit_project, visitor_of
from core.ingest.reading import LabelsFrom, Reading
from core.jobs.export_task import FILE as EXPORT_FILE
from core.jobs.folder import JobFolder
from core.jobs.guests import admit_upload_job
from core.jobs.model_task import FILE as MODEL_FILE
from core.jobs.open_task import UPLOAD as PROJECT_UPLOAD
from core.jobs.pack_task import FILE as PROJECT_FILE
from core.jobs.run import Run
from core.jobs.starting import UPLOAD, Desk, latest, move, start
from core.project import Project, Workspace
from core.share import web_runtime

OPENING = ".opening"  # beside the projects, so that moving is renaming; no id begins like this
_HOUR, _DAY = 3_600, 86_400  # seconds


def start_known_set(
    project: Project, name: str, each: int, engine: Desk, seed: int = 0
) -> JobFolder:
    """Download a well-known set and take a sample of it into ``project``.

    Args:
        project: where the images go.
        name: of one of `core.ingest.known_sets.known_sets`.
        each: images of each class at most.
        engine: does the work.
        seed: another one draws another sample.

    Raises:
        ProjectProblem: the job cannot be written down.
        EngineProblem: the engine cannot be reached.
        LimitProblem: this is a hosted server, which strangers must not fill.
    """
    if visitor_of(project.folder) is not None:
        raise LimitProblem(
            "Well-known sets are not offered here",
            "They would take room from the server's visitors",
            "Upload a part of one as a zip, or run First Light on your own computer",
        )
    return start(project, "known_set", engine, {"name": name, "each": each, "seed": seed})


def start_loose(project: Project, packed: Path, label: str, engine: Desk) -> JobFolder:
    """Take the images of ``packed`` into one class of ``project``.

    Args:
        project: where the images go.
        packed: a zip as `core.ingest.loose.pack` makes it; it moves into the job's folder and is
            deleted once its images are taken.
        label: the class of all of them.
        engine: does the work.

    Raises:
        ProjectProblem: the job cannot be written down.
        EngineProblem: the engine cannot be reached.
        LimitProblem: a visitor of a hosted server has used up what one may.
    """
    admit_upload_job(project.folder, packed, engine)
    reading = Reading(labels=LabelsFrom.ONE, one=label)
    request = {"path": UPLOAD, "keep": False, "reading": reading.to_json()}
    folder = project.jobs / projects.new_id("ingest")
    job = JobFolder.create(folder, "ingest", request)
    move(packed, job.folder / UPLOAD)
    engine.submit(job)
    return job


def start_export(run: Run, engine: Desk) -> JobFolder:
    """Begin to write ``run`` as a script with all that it needs, into a zip of the job's folder.

    Zips of earlier exports are dropped.

    Raises:
        ProjectProblem: the job cannot be written down.
        EngineProblem: the engine cannot be reached.
    """
    _drop_last(run.project, "export", EXPORT_FILE, engine)
    return start(run.project, "export", engine, {"run": run.id})


def start_model(
    run: Run, formats: list[str], engine: Desk, demo: bool = False, web: bool = False
) -> JobFolder:
    """Begin to export the model of ``run``, into a zip of the job's folder.

    Zips of earlier exports are dropped.

    Args:
        run: a finished one.
        formats: of `core.formats.Format`.
        engine: does the work.
        demo: add a demo for the web; LiteRT is then among the formats.
        web: add a page that needs no server; ONNX is then among the formats. What it runs on is
            laid in where the environment names a copy (`core.share.web_runtime.VARIABLE`).

    Raises:
        ModelProblem: the copy is not what was tested.
        ProjectProblem: the job cannot be written down.
        EngineProblem: the engine cannot be reached.
    """
    asked: dict[str, object] = {"run": run.id, "formats": formats}
    asked |= {"demo": True} if demo else {}
    if web:
        asked["web"] = True
        runtime = web_runtime.named()
        if runtime is not None:
            web_runtime.find(runtime)
            asked["runtime"] = str(runtime.resolve())
    _drop_last(run.project, "model", MODEL_FILE, engine)
    return start(run.project, "model", engine, asked)


def start_pack(project: Project, features: bool, engine: Desk, images: bool = True) -> JobFolder:
    """Save ``project`` as one file, with or without its cached features and its images.

    Files of earlier saves are dropped.

    Raises:
        ProjectProblem: the job cannot be written down.
        EngineProblem: the engine cannot be reached.
    """
    _drop_last(project, "pack", PROJECT_FILE, engine)
    return start(project, "pack", engine, {"features": features, "images": images})


def _drop_last(project: Project, kind: str, name: str, engine: Desk) -> None:
    """Remove the file ``name`` that the latest job of ``kind`` made, unless it is at work."""
    last = latest(project, kind)
    if last is not None and not last.state(engine.knows(last)).is_active:
        (last.folder / name).unlink(missing_ok=True)


def start_open(workspace: Workspace, upload: Path, engine: Desk) -> JobFolder:
    """Open the project file ``upload``, which moves into the job's folder, as a new project.

    The job's ``finished`` event holds the ``project``'s id and name.

    Raises:
        ProjectProblem: the job cannot be written down.
        EngineProblem: the engine cannot be reached.
        LimitProblem: a visitor of a hosted server has used up what one may.
    """
    admit_upload_job(workspace.root, upload, engine)
    admit_project(workspace.root, len(workspace.projects()))
    sweep(workspace)
    folder = workspace.root / OPENING / projects.new_id("open")
    job = JobFolder.create(folder, "open", {})
    move(upload, folder / PROJECT_UPLOAD)
    engine.submit(job)
    return job


def opening(workspace: Workspace, job_id: str) -> JobFolder | None:
    """The job with this id that opens a project file; None where there is none."""
    if not job_id.replace("-", "").isalnum():
        return None
    try:
        return JobFolder(workspace.root / OPENING / job_id)
    except ProjectProblem:
        return None


def sweep(workspace: Workspace) -> None:
    """Remove what openings left that ended an hour ago, or were begun a day ago."""
    folder = workspace.root / OPENING
    for place in folder.iterdir() if folder.is_dir() else ():
        with suppress(OSError):
            try:
                done = not JobFolder(place).state().is_active
            except ProjectProblem:
                done = False  # begun this moment, or no job at all
            if time.time() - place.stat().st_mtime > (_HOUR if done else _DAY):
                shutil.rmtree(place) if place.is_dir() else place.unlink()
