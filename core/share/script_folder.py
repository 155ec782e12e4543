"""A run as a folder that needs First Light no more: script, images, table, pretrained network."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from PIL import Image

from core import recipe as recipes
from core.ingest import load_fitted, original_path
from core.ingest.lost import gone
from core.recipe import Recipe
from core.settings import TrainSettings
from core.share.notebook import NOTEBOOK, notebook
from core.share.script import AUGMENT, BACKBONE, IMAGES, NAME, TABLE, is_varied, script

Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Trained:
    """What a script is written from.

    Attributes:
        images: sha256, label and split of every image of the run.
        settings: of the run.
        recipe: that the run saw.
        classes: in the order of the model's answers.
    """

    images: pd.DataFrame
    settings: TrainSettings
    recipe: Recipe
    classes: Sequence[str]


def write_folder(
    trained: Trained, project: Path, out: Path, tell: Tell = lambda done, total: None
) -> list[str]:
    """Write script, notebook and all that they need into ``out``; returns the names of its files.

    The images are as the network sees them: turned upright, brought to its size, lossless.

    Args:
        trained: the run.
        project: the folder with its originals.
        out: a folder that is empty or not there yet.
        tell: called with how many images are written, and how many there are.

    Raises:
        DataProblem: an original is gone.
    """
    table, settings = trained.images, trained.settings
    (out / IMAGES).mkdir(parents=True, exist_ok=True)
    names = [f"{IMAGES}/{number:05d}.png" for number in range(1, len(table) + 1)]
    for done, (name, sha) in enumerate(zip(names, table["sha256"], strict=True)):
        tell(done, len(table))
        _write_image(original_path(project, str(sha)), settings, out / name)
    tell(len(table), len(table))
    listed = table.assign(file=names).rename(columns={"split": "part"})[["file", "label", "part"]]
    listed.to_csv(out / TABLE, index=False)
    learnt = table[table["split"] == "train"]["label"].value_counts()
    counts = [int(learnt.get(name, 0)) for name in trained.classes]
    (out / NAME).write_text(script(settings, trained.recipe, counts), encoding="utf-8")
    told = notebook(settings, trained.recipe, counts)
    (out / NOTEBOOK).write_text(told, encoding="utf-8")
    files = [NAME, NOTEBOOK, TABLE]
    if is_varied(settings, trained.recipe):
        code = recipes.as_code(trained.recipe, settings.pixels)
        (out / AUGMENT).write_text(code, encoding="utf-8")
        files.append(AUGMENT)
    if settings.method.is_pretrained:
        from core.ml.convert import converted

        shutil.copyfile(converted(settings.backbone, settings.pixels).keras, out / BACKBONE)
        files.append(BACKBONE)
    return files


def _write_image(original: Path, settings: TrainSettings, path: Path) -> None:
    try:
        data = original.read_bytes()
    except OSError as error:
        raise gone(original.name, error) from error
    pixels = load_fitted(data, settings.pixels, settings.fit)
    Image.fromarray(pixels).save(path, compress_level=1)
