"""The worker's side of checking images: measure, check, look with the network, check again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.audit import CHECKS, Check, Needs, examine
from core.audit.gather import gather
from core.audit.measure import measure_missing
from core.catalogue import in_force
from core.jobs.folder import JobFolder
from core.jobs.worker import wait_until_warm
from core.project import Project

_QUICK = tuple(check for check in CHECKS if check.needs is not Needs.FEATURES)


def run(job: JobFolder) -> dict[str, Any]:
    """Check the images in force of the project that the job lies in, and save what is found.

    The request may hold ``features``: whether to run the checks that need the features of the
    pretrained network; by default they run. What was measured and computed before is used
    again, so that a second time takes seconds. What the quicker checks find is saved before
    the slower ones begin.
    """
    project = Project(job.folder.parents[1])
    with_features = bool(job.request.get("features", True)) and not in_force(project).empty
    stages = 4 if with_features else 2
    job.stage("measure", "Measuring the images", 1, stages)
    measure_missing(project, in_force(project)["sha256"], job.progress, job.stop_requested)
    job.stage("check", "Checking the images", 2, stages)
    found = examine(gather(project), _QUICK, _told(job, _QUICK))
    found.save(project)
    if with_features:
        job.stage("features", "Looking at the images", 3, stages)
        features = _features(project, job)
        job.stage("compare", "Comparing images and labels", 4, stages)
        # All of them: near duplicates, too, are found better with features than without
        found = examine(gather(project, features), CHECKS, _told(job, CHECKS))
        found.save(project)
    return {"images": len(found.images), "checks": len(found.done)}


def _features(project: Project, job: JobFolder) -> NDArray[np.float32]:
    from core.jobs.features import usual_features  # only now: it brings the networks along

    while not wait_until_warm(0.2):
        job.check_stop()
    return usual_features(project, in_force(project)["sha256"], job)


def _told(job: JobFolder, checks: Sequence[Check]) -> Callable[[str, int, int], None]:
    """Tells ``job`` how many checks are done, and ends the work where that is asked for."""

    def tell(title: str, done: int, total: int) -> None:
        job.check_stop()
        job.progress(done, len(checks))

    return tell
