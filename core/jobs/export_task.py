"""The worker's side of taking a run away: its script with all that it needs, as one zip."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import Any

from core import files
from core.jobs.folder import JobFolder
from core.jobs.run import open_run
from core.project import Project
from core.share.script_folder import Trained, write_folder

FILE = "export.zip"
"""name of the zip in the job's folder"""
_PARTS = "parts"
_PACKED = (".png", ".keras")  # these are small already


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
        with files.replacing(job.folder / FILE) as temporary:
            _pack(parts, temporary, job)
    finally:
        shutil.rmtree(parts, ignore_errors=True)
    return {"file": FILE, "bytes": (job.folder / FILE).stat().st_size}


def _pack(folder: Path, target: Path, job: JobFolder) -> None:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, path in enumerate(paths, start=1):
            job.check_stop()
            how = zipfile.ZIP_STORED if path.suffix in _PACKED else zipfile.ZIP_DEFLATED
            archive.write(path, path.relative_to(folder), how)
            job.progress(number, len(paths))
