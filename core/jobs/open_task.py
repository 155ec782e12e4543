"""The worker's side of opening a project file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.errors import Problem, ProjectProblem
from core.jobs.folder import JobFolder
from core.jobs.megabytes import Megabytes
from core.jobs.run import Run
from core.project import Project
from core.share.project_file import open_file

UPLOAD = "upload.firstlight"
"""name of the uploaded file in the job's folder"""


def run(job: JobFolder) -> dict[str, Any]:
    """Make a new project of the file in ``job``'s folder; the event tells its id.

    The job lies two folders below that of all projects, see `core.jobs.sources`.
    """
    path = job.folder / UPLOAD
    if not path.is_file():
        raise ProjectProblem(
            "The project file is not there any more",
            "It is kept until it was opened or refused",
            "Upload it again",
        )
    job.stage("open", "Checking and unpacking, in MB", 1, 1)
    try:
        project = open_file(
            path,
            job.folder.parents[1],
            job.folder / "project",
            inspect=_inspect,
            tell=Megabytes(job),
            should_stop=job.stop_requested,
            limits=job.limits.of_ingest() if job.limits else None,
        )
    except Problem:
        path.unlink(missing_ok=True)
        raise
    path.unlink(missing_ok=True)
    return {"project": project.id, "name": project.name}


def _inspect(folder: Path) -> None:
    """Read everything once as pages do: what would trouble them later is refused now."""
    project = Project(folder)
    for place in sorted((folder / "runs").iterdir()) if (folder / "runs").is_dir() else ():
        try:
            run = Run(place)
            run.images(), run.predictions(), run.report(), run.snapshot(), run.state()
        except Exception as error:
            raise ProjectProblem(
                "This project file cannot be opened",
                f"The run {place.name} in it is damaged ({type(error).__name__})",
                "Save the project again where it came from, and open the new file",
            ) from error
    project.read_table(project.catalogue_file)
