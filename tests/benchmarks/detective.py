"""A detective that does nothing but what the tool itself suggests, for the benchmark of exercises.

It never sees the answer key: it takes the exercise in as the Data page does, has it checked, acts
on what the checks ask, and names in its report what the checks and the preflight show.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from core import catalogue
from core.audit import standing
from core.exercise import Fault, name_faults
from core.jobs.folder import JobFolder, State
from core.jobs.tasks import perform
from core.preflight import Level, Preflight
from core.preflight.shortcuts import NOTICEABLE
from core.project import Project, new_id
from tests.benchmarks.processes import Failed

ALONE = {"dark": None, "blurry": None, "outliers": 0.7}
"""checks whose images are dropped, each for itself; with where the slider is put, if anywhere"""
COPIES = ("exact_duplicates", "near_duplicates")
"""checks of which all but the first of a set are dropped"""
# Of the cues of the preflight, those about the picture's edge: what a class is about, such as a
# leaf's colour, does not stand there
EDGES = ("frame", "border_1px", "border_4px", "border_8pc", "surroundings")


def investigate(exercise: Path, folder: Path) -> Project:
    """Take ``exercise`` into a new project in ``folder`` and decide as the tool suggests."""
    project = Project.create_at(folder, "Detective")
    do(project, "ingest", {"path": str(exercise.resolve()), "keep": True})
    do(project, "audit", {"features": True})
    _drop_copies(project)
    _drop_single(project)
    do(project, "audit", {"features": True})  # what is left is judged anew, without them
    _drop_single(project)
    _relabel(project)
    do(project, "preflight", {})
    _report(project)
    return project


def do(project: Project, kind: str, request: dict[str, Any]) -> None:
    """Do a job here and now."""
    job = JobFolder.create(project.jobs / new_id(kind), kind, request)
    perform(str(job.folder))
    if job.state() is not State.FINISHED:
        raise Failed(f"{kind} did not finish: {job.snapshot().problem}")


def _asked(project: Project, check: str, threshold: float | None = None) -> pd.DataFrame:
    return standing(project).asked[check].rows(threshold)


def _drop_copies(project: Project) -> None:
    for check in COPIES:
        rows = _asked(project, check)
        again = rows[rows.duplicated("group") & (rows["group"] != "")]
        _decide(project, "drop", list(again["subject"]), check)


def _drop_single(project: Project) -> None:
    for check, threshold in ALONE.items():
        _decide(project, "drop", list(_asked(project, check, threshold)["subject"]), check)


def _relabel(project: Project) -> None:
    rows = _asked(project, "wrong_labels")
    rows = rows[rows["suggested"] != ""]
    if len(rows):
        labels = list(rows["suggested"])
        _decide(project, "relabel", list(rows["subject"]), "wrong_labels", labels=labels)


def _decide(project: Project, act: str, images: list[str], check: str, **details: Any) -> None:
    if images:
        catalogue.decide(project, act, images=images, check=check, **details)


def _report(project: Project) -> None:
    name_faults(project, Fault.BROKEN, list(project.rejected()["source"]))
    name_faults(project, Fault.IMBALANCE, list(_asked(project, "imbalance")["subject"]))
    name_faults(project, Fault.SHORTCUT, given_away(project))


def given_away(project: Project) -> list[str]:
    """The class that the edge of the picture gives away most plainly; none where none is.

    Plainly: by the preflight's own limit for a single class.
    """
    answers = Preflight.load(project)
    assert answers is not None
    best: dict[str, float] = {}
    for cue in answers.shortcuts:
        if cue.name in EDGES and cue.level is not Level.NONE:
            for given in cue.classes:
                best[given.label] = max(best.get(given.label, 0.0), given.informed)
    most = max(best, key=best.__getitem__, default="")
    return [most] if best.get(most, 0.0) >= NOTICEABLE[1] else []
