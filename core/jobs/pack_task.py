"""The worker's side of saving a project as one file."""

from __future__ import annotations

from typing import Any

from core.jobs.folder import JobFolder
from core.jobs.megabytes import Megabytes
from core.project import Project
from core.share.project_file import save

FILE = "project.firstlight"
"""name of the file in the job's folder"""


def run(job: JobFolder) -> dict[str, Any]:
    """Write the project that ``job`` lies in to a file in the job's folder.

    The request may hold ``features``: whether the cached features go in too; and ``images``:
    whether the images and all that shows them do.
    """
    project = Project(job.folder.parents[1])
    job.stage("pack", "Saving, in MB", 1, 1)
    size = save(
        project,
        job.folder / FILE,
        features=bool(job.request.get("features", False)),
        images=bool(job.request.get("images", True)),
        tell=Megabytes(job),
        should_stop=job.stop_requested,
    )
    return {"bytes": size, "file": FILE}
