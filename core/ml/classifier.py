"""The model that leaves the house: one plain Keras file, from RGB 0-255 to probabilities."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from core import files
from core.errors import ModelProblem
from core.ml.features import Pixels
from core.ml.plain import require_plain

Probabilities = NDArray[np.float64]
_BATCH = 32
_FEW = 8


def save(model: keras.Model, path: Path) -> None:
    """Write ``model`` to ``path`` (ending in .keras) so that a crash leaves no half file."""
    with files.replacing(path) as temporary:
        model.save(temporary)


def load(path: Path) -> keras.Model:
    """The model in ``path``; nothing in the file is run.

    Raises:
        ModelProblem: the file is missing, damaged, or no plain Keras model of images, see
            `core.ml.plain`.
    """
    if not path.is_file():
        raise ModelProblem(
            "There is no trained model", f"{path.name} was not found", "Train this run to its end"
        )
    require_plain(path)
    try:
        model = keras.saving.load_model(path, compile=False, safe_mode=True)
        height, width, channels = model.input_shape[1:]
    except Exception as error:  # Keras raises many kinds for a bad file
        raise ModelProblem(
            "The model cannot be loaded",
            f"{path.name} is damaged or is no image classifier ({type(error).__name__})",
            "Train the run again",
        ) from error
    if height != width or channels != 3:
        raise ModelProblem(
            "The model takes no square RGB images", f"Its input is {model.input_shape}"
        )
    return model


def predict(model: keras.Model, images: list[Pixels]) -> Probabilities:
    """Probabilities of ``images``, each (size, size, 3) uint8: (images, classes)."""
    # Compiling the network takes longer than running it as it is on a handful of images
    run = model.predict_on_batch if len(images) > _FEW else partial(model, training=False)
    parts = [
        np.asarray(run(np.stack(images[i : i + _BATCH]).astype(np.float32)))
        for i in range(0, len(images), _BATCH)
    ]
    classes: Any = model.output_shape[-1]
    return np.concatenate(parts).astype(np.float64) if parts else np.empty((0, classes))
