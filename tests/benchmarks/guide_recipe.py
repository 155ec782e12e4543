"""The recipe of Keras' transfer-learning guide, on the images and the split of a run.

python -m tests.benchmarks.guide_recipe ZIP SPLIT.parquet --epochs 10 --json FILE

Source: https://keras.io/guides/transfer_learning/ (the frozen base model in the loop, flipped
and rotated images, global average pooling, dropout of 0.2, one dense layer, Adam, batches of
32, images cached once decoded) with `image_dataset_from_directory`, as the guide advises for
one's own images. The base model is the one that First Light stands on, at the same size.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

import keras
import keras_cv  # noqa: F401  # what the base model is made of; an import, not work
import pandas as pd
import psutil
import tensorflow as tf

from core.jobs.memory import peak_rss_mb
from core.ml.backbones import network
from core.settings import TrainSettings

_IMPORTED = time.perf_counter()
_IMPORT_SECONDS = time.time() - psutil.Process().create_time()
BATCH = 32
SIDES = ("train", "validation", "test")
KINDS = {".jpg", ".jpeg", ".png", ".bmp", ".gif"}  # that image_dataset_from_directory takes


class Clock:
    """The seconds of each step."""

    def __init__(self) -> None:
        self.seconds = {"import": _IMPORT_SECONDS}
        self._last = _IMPORTED

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.seconds[name] = now - self._last
        self._last = now


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("zip", type=Path)
    parser.add_argument("split", type=Path)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--json", type=Path, required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="firstlight-guide-") as folder:
        report = recipe(options.zip, pd.read_parquet(options.split), options.epochs, Path(folder))
    options.json.write_text(json.dumps(report), encoding="utf-8")


def recipe(path: Path, split: pd.DataFrame, epochs: int, folder: Path) -> dict[str, Any]:
    """Train and evaluate; ``split`` has the source, label and split of every image."""
    keras.utils.set_random_seed(0)
    backbone, clock = TrainSettings().backbone, Clock()
    size = backbone.image_size
    classes = unpack(path, split, folder)
    clock.lap("unpack")

    train, validation, test = (
        load(folder / side, size) for side in ("train", "validation", "test")
    )
    augmentation = [keras.layers.RandomFlip("horizontal"), keras.layers.RandomRotation(0.1)]

    def augment(images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        for layer in augmentation:
            images = layer(images, training=True)
        return images, labels

    train = train.map(augment, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)

    base = network(backbone, size)
    base.trainable = False
    images = keras.Input((size, size, 3))
    x = base(images, training=False)[-1]
    x = keras.layers.GlobalAveragePooling2D()(x)
    x = keras.layers.Dropout(0.2)(x)
    model = keras.Model(images, keras.layers.Dense(classes)(x))
    model.compile(
        optimizer=keras.optimizers.Adam(),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
    )
    clock.lap("build")
    model.fit(train, epochs=epochs, validation_data=validation, verbose=0)
    clock.lap("train")
    found = model.evaluate(test, verbose=0, return_dict=True)
    clock.lap("evaluate")
    n_test = int((split["split"] == "test").sum())
    return {
        "accuracy": float(found["accuracy"]),
        "n_test": n_test,
        "correct": round(float(found["accuracy"]) * n_test),
        "epochs": epochs,
        "seconds": clock.seconds,
        "seconds_without_imports": time.perf_counter() - _IMPORTED,
        "peak_rss_mb": peak_rss_mb(),
    }


def unpack(path: Path, split: pd.DataFrame, folder: Path) -> int:
    """Put the images into one folder a class below one a side; returns how many classes."""
    classes = sorted(split["label"].unique())
    places = {
        (side, label): folder / side / f"{index:04d}"
        for side in SIDES
        for index, label in enumerate(classes)
    }
    for place in places.values():
        place.mkdir(parents=True)
    with zipfile.ZipFile(path) as archive:
        for index, row in enumerate(split.itertuples()):
            suffix = Path(str(row.source)).suffix.lower()
            if suffix not in KINDS:
                raise SystemExit(f"the guide's recipe reads no {suffix} files: {row.source}")
            place = places[str(row.split), str(row.label)] / f"{index:06d}{suffix}"
            place.write_bytes(archive.read(str(row.source)))
    return len(classes)


def load(folder: Path, size: int) -> tf.data.Dataset:
    """Batches of images (float32, 0-255) and labels, decoded once."""
    images = keras.utils.image_dataset_from_directory(
        folder, image_size=(size, size), batch_size=BATCH, seed=0, verbose=False
    )
    return images.cache().prefetch(10)


if __name__ == "__main__":
    main()
