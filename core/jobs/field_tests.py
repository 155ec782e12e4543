"""The field tests of a run: begun, found again, and removed. Each has a folder beside its run."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from core import files
from core import project as projects
from core.errors import ProjectProblem
from core.field import FILE, FieldTest
from core.jobs.folder import JobFolder
from core.jobs.guests import admit_upload_job
from core.jobs.run import Run
from core.jobs.starting import UPLOAD, Desk, jobs_of, move
from core.project import Project

KIND = "field"
ANSWERS = "answers.parquet"


@dataclass(frozen=True)
class Kept:
    """One field test of a run: what was found, and the folder with answers and thumbnails."""

    folder: Path
    found: FieldTest

    @property
    def id(self) -> str:
        """Tells it from others of the same run."""
        return self.folder.name

    @property
    def thumbs(self) -> Path:
        """Folder of the thumbnails, named by SHA-256."""
        return self.folder / "thumbs"

    def answers(self) -> pd.DataFrame:
        """What was said of each image; see `core.jobs.field_task.compare`.

        Raises:
            ProjectProblem: the table is damaged or missing.
        """
        try:
            table = files.read_table(self.folder / ANSWERS)
            return table.astype({"correct": bool, "compared": bool})
        except Exception as error:  # pyarrow raises many kinds
            raise ProjectProblem(
                "The answers of the field test cannot be read",
                f"{ANSWERS} is damaged or missing",
                "Upload the images again",
            ) from error

    def delete(self) -> None:
        """Remove it and all that is kept of its images."""
        (self.folder / FILE).unlink(missing_ok=True)  # so that it is gone at one stroke
        shutil.rmtree(self.folder, ignore_errors=True)


def place_of(run: Run, test: str) -> Path:
    """The folder of the field test with the id ``test``."""
    return run.folder / "field" / test


def field_tests(run: Run) -> list[Kept]:
    """The field tests of ``run`` that are done, the newest first; damaged ones are passed over."""
    found = []
    for path in (run.folder / "field").glob(f"*/{FILE}"):
        try:
            found.append(Kept(path.parent, FieldTest.load(path.parent)))
        except ProjectProblem:
            continue
    return sorted(found, key=lambda kept: (kept.found.made, kept.id), reverse=True)


def start_field_test(
    project: Project, run: Run, upload: Path, name: str, engine: Desk
) -> JobFolder:
    """Try ``run`` on the images of ``upload``, which moves into the job's folder.

    It is deleted once its images are answered; those of earlier tests that came to nothing go.

    Args:
        project: of the run.
        run: a finished one.
        upload: a zip.
        name: what the user calls it.
        engine: does the work.

    Raises:
        ProjectProblem: the job cannot be written down.
        EngineProblem: the engine cannot be reached.
        LimitProblem: a visitor of a hosted server has used up what one may.
    """
    admit_upload_job(project.folder, upload, engine)
    for before in jobs_of(project, KIND):
        if not before.state().is_active:
            (before.folder / UPLOAD).unlink(missing_ok=True)
    request = {"run": run.id, "path": UPLOAD, "name": name}
    job = JobFolder.create(project.jobs / projects.new_id(KIND), KIND, request)
    move(upload, job.folder / UPLOAD)
    engine.submit(job)
    return job
