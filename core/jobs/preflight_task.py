"""The worker's side of the preflight: features, then four questions to the data."""

from __future__ import annotations

from typing import Any

import pandas as pd

from core import grouping, preflight, split
from core.audit import Evidence
from core.audit.gather import gather
from core.audit.measure import measure_missing
from core.audit.near_duplicates import near_groups, near_repeats
from core.catalogue import in_force
from core.errors import DataProblem
from core.jobs.features import usual_features
from core.jobs.folder import JobFolder
from core.preflight import STAGES
from core.project import Project


def run(job: JobFolder) -> dict[str, Any]:
    """Ask the images in force of the project that the job lies in, and save the answers.

    The request may hold ``seed``; 0 by default.
    """
    project = Project(job.folder.parents[1])
    images = in_force(project)
    if images.empty:
        raise DataProblem("There are no images to ask about", "", "Add images first")
    stages = len(STAGES) + 2
    job.stage("measure", "Measuring the images", 1, stages)
    measure_missing(project, images["sha256"], job.progress, job.stop_requested)
    job.stage("features", "Looking at the images", 2, stages)
    features = usual_features(project, images["sha256"], job)
    begun: list[str] = []

    def tell(stage: str, done: int, total: int) -> None:
        job.check_stop()
        if stage not in begun:
            begun.append(stage)
            job.stage(stage, STAGES[stage], len(begun) + 2, stages)
        job.progress(done, total)

    evidence = gather(project, features)
    found = preflight.examine(
        evidence,
        groups_of(project, evidence),
        preflight.originals(project),
        seed=int(job.request.get("seed", 0)),
        tell=tell,
        should_stop=job.stop_requested,
    )
    found.save(project)
    telling = sum(one.level is not preflight.Level.NONE for one in found.shortcuts)
    return {"images": found.images, "telling": telling}


def groups_of(project: Project, evidence: Evidence) -> pd.Series:
    """image_id -> the name of its group, by the split settings in force.

    Near duplicates are looked for where nobody has checked these images yet.
    """
    near = near_groups(project)
    if near is None:
        found = near_repeats(evidence).groups
        near = pd.Series(
            [f"near {number}" if number >= 0 else "" for number in found],
            index=evidence.images["image_id"],
        )
    return grouping.groups(evidence.images, split.in_force(project), near)
