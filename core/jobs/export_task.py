"""The worker's side of taking a run away: its script with all that it needs, as one zip."""

from __future__ import annotations

import shutil
from typing import Any

from core.jobs.folder import JobFolder
from core.jobs.packing import pack_folder
from core.jobs.run import open_run
from core.project import Project
from core.share.script_folder import Trained, write_folder

FILE = "export.zip"
"""name of the zip in the job's folder"""
_PARTS = "parts"


def run(job: JobFolder) -> dict[str, Any]:
    """Write the run that the request names as ``run`` into a zip in the job's folder."""
    project = Project(job.folder.parents[1])
    run = open_run(project, str(job.request.get("run")))
    parts = job.folder / _PARTS
    shutil.rmtree(parts, ignore_errors=True)  # of an earlier attempt

    def tell(done: int, total: int) -> None:
        job.check_stop()
        job.progress(done, total)

    try:
        job.stage("images", "Writing the images", 1, 2)
        trained = Trained(run.images(), run.settings, run.recipe, run.classes)
        write_folder(trained, project.folder, parts, tell)
        job.stage("zip", "Packing", 2, 2)
        size = pack_folder(parts, job.folder / FILE, job)
    finally:
        shutil.rmtree(parts, ignore_errors=True)
    return {"file": FILE, "bytes": size}
