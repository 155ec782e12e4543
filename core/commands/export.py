"""`export`: a trained run as a folder that needs First Light no more."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd

from core import recipe as recipes
from core.commands.answer import Report
from core.errors import DataProblem, ProjectProblem
from core.ingest import load_fitted, original_path
from core.jobs.run import Run
from core.settings import TrainSettings
from core.share.script import AUGMENT, BACKBONE, IMAGES, NAME, TABLE, is_varied, script


def run_export(run_folder: Path, out: Path) -> Report:
    """Write the run as a Keras script, with its images, their table and the pretrained network.

    The images are as the network sees them: turned upright, brought to its size, lossless.

    Raises:
        DataProblem: ``out`` holds something already, or an original is gone.
    """
    run = Run(run_folder)
    settings = run.settings
    folder, table = _images(run)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise DataProblem(
            f"{out} is there already", "A run is exported into a new folder", "Give another name"
        )
    (out / IMAGES).mkdir(parents=True, exist_ok=True)
    names = [f"{IMAGES}/{number:05d}.png" for number in range(1, len(table) + 1)]
    for name, sha in zip(names, table["sha256"], strict=True):
        _write_image(original_path(folder, str(sha)), settings, out / name)
    listed = table.assign(file=names).rename(columns={"split": "part"})[["file", "label", "part"]]
    listed.to_csv(out / TABLE, index=False)
    learnt = table[table["split"] == "train"]["label"].value_counts()
    counts = [int(learnt.get(name, 0)) for name in run.classes]
    (out / NAME).write_text(script(settings, run.recipe, counts), encoding="utf-8")
    files = [NAME, TABLE]
    if is_varied(settings, run.recipe):
        code = recipes.as_code(run.recipe, settings.pixels)
        (out / AUGMENT).write_text(code, encoding="utf-8")
        files.append(AUGMENT)
    if settings.method.is_pretrained:
        from core.ml.convert import converted

        shutil.copyfile(converted(settings.backbone, settings.pixels).keras, out / BACKBONE)
        files.append(BACKBONE)
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


def _write_image(original: Path, settings: TrainSettings, path: Path) -> None:
    from PIL import Image

    try:
        data = original.read_bytes()
    except OSError as error:
        raise DataProblem(
            "An image of the run is gone", str(error.strerror), "Open the project file again"
        ) from error
    pixels = load_fitted(data, settings.pixels, settings.fit)
    Image.fromarray(pixels).save(path, compress_level=1)
