"""`export`: a trained run as a folder that needs First Light no more."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from core.commands.answer import Report
from core.errors import DataProblem, ProjectProblem
from core.jobs.run import Run
from core.share.script_folder import Trained, write_folder


def run_export(run_folder: Path, out: Path) -> Report:
    """Write the run as a Keras script, with its images, their table and the pretrained network.

    Raises:
        DataProblem: ``out`` holds something already, or an original is gone.
    """
    run = Run(run_folder)
    folder, table = _images(run)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise DataProblem(
            f"{out} is there already", "A run is exported into a new folder", "Give another name"
        )
    trained = Trained(table, run.settings, run.recipe, run.classes)
    files = write_folder(trained, folder, out)
    return {"folder": str(out), "files": files, "images": len(table)}


def _images(run: Run) -> tuple[Path, pd.DataFrame]:
    """The project's folder, and the table of the images."""
    try:
        return run.project.folder, run.images()
    except ProjectProblem as problem:
        raise DataProblem(
            "The images of this run were not kept",
            "A training without a project forgets them when it is over",
            "Train again with --project FOLDER, then export",
        ) from problem
