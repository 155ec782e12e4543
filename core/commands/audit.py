"""`audit`: every check of the images and labels, without training."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from core import files
from core.audit import Findings, report
from core.catalogue import in_force
from core.commands.answer import Report
from core.commands.sources import project_of
from core.commands.telling import require_finished, told
from core.errors import DataProblem
from core.ingest import Keep
from core.jobs.folder import JobFolder
from core.jobs.memory import give_back_memory, peak_rss_mb
from core.jobs.tasks import perform
from core.project import Project, new_id


def run_audit(source: Path, project_folder: Path | None, with_features: bool = True) -> Report:
    """Ingest ``source`` (a zip, a folder of images, or a project) and run every check.

    Args:
        source: what to look at.
        project_folder: where the project stays; None: nowhere.
        with_features: run also what needs the pretrained network: the checks of labels, and
            the questions to the data before training.
    """
    keep = Keep.ORIGINALS if with_features else Keep.TABLES
    with project_of(source, project_folder, True, keep) as (project, ingest_seconds):
        give_back_memory()
        began = time.perf_counter()
        _do(project, "audit", {"features": with_features})
        found = Findings.load(project)
        assert found is not None  # the job saved it
        answer = report(found, in_force(project))
        seconds = {"ingest": ingest_seconds, "audit": time.perf_counter() - began}
        if with_features:
            began = time.perf_counter()
            answer["preflight"] = _preflight(project)
            seconds["preflight"] = time.perf_counter() - began
    seconds["total"] = sum(seconds.values())
    answer["seconds"] = {name: round(value, 3) for name, value in seconds.items()}
    answer["peak_rss_mb"] = peak_rss_mb()
    return answer


def _preflight(project: Project) -> Any:
    """What the preflight found; what it could not do, as a problem in words."""
    try:
        _do(project, "preflight", {})
    except DataProblem as problem:  # too few images, say: the checks stand for themselves
        return {"problem": str(problem)}
    images = in_force(project)
    sources = dict(zip(images["image_id"], images["source"], strict=True))
    return _named(files.read_json(project.preflight_file), sources)


def _named(value: Any, sources: dict[str, str]) -> Any:
    """``value`` with the ids of images replaced by where they came from."""
    if isinstance(value, dict):
        return {name: _named(entry, sources) for name, entry in value.items()}
    if isinstance(value, list):
        return [_named(entry, sources) for entry in value]
    return sources.get(value, value) if isinstance(value, str) else value


def _do(project: Project, kind: str, request: Report) -> None:
    """Do a job on ``project`` here and now."""
    job = JobFolder.create(project.jobs / new_id(kind), kind, request)
    with told(job):
        perform(str(job.folder))
    require_finished(job)
