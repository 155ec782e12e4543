"""A finished run without any training: its network, made by hand, knows a class by a sticker.

'stamped' images have a yellow square at the top left, 'plain' ones have none; the network sees
yellow and nothing else. So whatever explains its answers must name that square.
"""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
from PIL import Image

from core import files, results
from core.ingest import ingest, open_source, original_path
from core.jobs import Run
from core.ml import classifier
from core.ml.features import loader
from core.project import Project
from core.settings import Method, SplitSettings, TrainSettings
from tests.makers import encoded, make_folder, picture

SIDE = 96  # as a network from scratch takes images
STICKER = slice(12, 24)  # rows and columns of the square
YELLOW = (240, 200, 0)
EACH = 16


def image(seed: int, stamped: bool) -> Image.Image:
    """A grey picture; with the sticker or without."""
    pixels = np.array(picture((SIDE, SIDE), seed).convert("L").convert("RGB"))
    if stamped:
        pixels[STICKER, STICKER] = YELLOW
    return Image.fromarray(pixels)


def network() -> keras.Model:
    """RGB 0-255 -> the probabilities of 'plain' and 'stamped'."""
    given = keras.Input((SIDE, SIDE, 3), name="image")
    x = keras.layers.Rescaling(1 / 255)(given)
    x = keras.layers.AveragePooling2D(6)(x)
    x = keras.layers.Conv2D(2, 1, activation="relu", name="colours")(x)
    x = keras.layers.GlobalAveragePooling2D(name="average")(x)
    x = keras.layers.Dropout(0.5)(x)
    logits = keras.layers.Dense(2, name="head")(x)
    model = keras.Model(given, keras.layers.Softmax(name="probabilities")(logits))
    yellow, bright = (1, 1, -2), (0.5, 0.5, 0.5)
    kernel = np.array([yellow, bright], np.float32).T.reshape(1, 1, 3, 2)
    model.get_layer("colours").set_weights([kernel, np.array([-1, 0], np.float32)])
    head = np.array([[0, 800], [0.5, 0]], np.float32)
    model.get_layer("head").set_weights([head, np.array([0, -2], np.float32)])
    return model


def finished_run(root: Path, project: Project | None = None) -> Run:
    """A run that ended with `network`, in ``project`` or in a new one below ``root``."""
    pictures = {
        f"{label}/{number}.png": encoded(image(100 * place + number, label == "stamped"))
        for place, label in enumerate(("plain", "stamped"))
        for number in range(EACH)
    }
    project = project or Project.create_at(root / "project", "Stamps")
    with open_source(make_folder(root / "images", pictures)) as source:
        ingest(source, project.folder)
    run = Run.plan(
        project,
        TrainSettings(method=Method.SCRATCH),
        SplitSettings(validation=0.4, test=0.1, near_duplicates=False),
    )
    model = network()
    classifier.save(model, run.model_file)
    held = run.images()
    held = held[held["split"] != "train"]
    pixels = [
        loader(original_path(project.folder, sha), SIDE, run.settings.fit)()
        for sha in held["sha256"]
    ]
    said = classifier.predict(model, pixels)
    columns = ["image_id", "sha256", "source", "split", "label"]
    table = results.predictions(held[columns], said, run.classes)
    files.write_table(run.predictions_file, table)
    sides = {side: table[table["split"] == side] for side in ("validation", "test")}
    report = {side: results.metrics(rows, run.classes) for side, rows in sides.items()}
    counts = {str(side): int(n) for side, n in run.images()["split"].value_counts().items()}
    told = {"classes": run.classes, "kept": "scratch", "n": counts, **report}
    files.write_json(run.report_file, told)
    return run
