"""The trained network of a run as a LiteRT file, so that many images are answered fast.

It ends before the last dense layer: what comes out describes the image, and the answers are one
matrix product away. Made once, in a process of its own, because converting takes a gigabyte for
a moment:

    python -m core.ml.run_convert MODEL.keras TARGET.tflite
"""

from __future__ import annotations

import contextlib
import io
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from core import files
from core.errors import ModelProblem
from core.ml.convert import apart

if TYPE_CHECKING:
    import keras

WEIGHTS = "model.weights.h5"  # what Keras calls the weights within its file


def identity(model_file: Path) -> str:
    """Names the weights in a Keras file by their content, without reading them.

    Raises:
        ModelProblem: there is no such file, or it is damaged.
    """
    try:
        with zipfile.ZipFile(model_file) as archive:
            return f"{archive.getinfo(WEIGHTS).CRC:08x}"
    except FileNotFoundError:
        raise ModelProblem(
            "There is no trained model",
            f"{model_file.name} was not found",
            "Train this run to its end",
        ) from None
    except (OSError, zipfile.BadZipFile, KeyError) as error:
        raise damaged(model_file, error) from error


def damaged(model_file: Path, error: Exception) -> ModelProblem:
    """What to say where a trained model cannot be read."""
    return ModelProblem(
        "The model cannot be loaded",
        f"{model_file.name} is damaged or is no image classifier ({type(error).__name__})",
        "Train the run again",
    )


def converted_run(model_file: Path, should_stop: Callable[[], bool] = lambda: False) -> Path:
    """The LiteRT file of a trained model, beside it; made now where it is not there.

    Raises:
        ModelProblem: it could not be made.
        Stopped: ``should_stop`` said so while it was being made.
    """
    target = place_of(model_file)
    if not target.is_file():
        for old in model_file.parent.glob("embedding-*.tflite"):
            old.unlink(missing_ok=True)
        apart(__name__, [str(model_file), str(target)], "The trained model", should_stop)
    return target


def place_of(model_file: Path) -> Path:
    """Where the LiteRT file of a trained model lies, or would."""
    return model_file.with_name(f"embedding-{identity(model_file)}.tflite")


def embedder(model: keras.Model) -> keras.Model:
    """``model`` (images -> probabilities) up to its last dense layer: images -> embeddings."""
    import keras

    return keras.Model(model.inputs[0], last_dense(model).input, name="embedding")


def last_dense(model: keras.Model) -> keras.layers.Dense:
    """The layer that gives the logits.

    Raises:
        ModelProblem: the model has none.
    """
    import keras

    for layer in reversed(model.layers):
        if isinstance(layer, keras.layers.Dense):
            return layer
    raise ModelProblem("The model has no last dense layer", "", "Train the run again")


def convert(model_file: Path, target: Path) -> None:
    """Write the LiteRT file of the trained model in ``model_file``."""
    import tensorflow as tf

    from core.ml import classifier

    model = embedder(classifier.load(model_file))
    with contextlib.redirect_stdout(io.StringIO()):  # Keras lists every variable
        content = tf.lite.TFLiteConverter.from_keras_model(model).convert()
    files.write_bytes(target, content)


if __name__ == "__main__":
    try:
        convert(Path(sys.argv[1]), Path(sys.argv[2]))
    except ModelProblem as problem:
        sys.exit(str(problem))
