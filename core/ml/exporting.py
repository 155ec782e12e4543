"""A trained model in another format, and what the exported file then says.

Each format is written, loaded again and asked in a process of its own: converting takes a gigabyte
for a moment, and what is asked is the file, not what is in memory.

    python -m core.ml.exporting FORMAT MODEL.keras FOLDER IMAGES.npz ANSWERS.npy

IMAGES.npz holds ``asked`` and ``learnt``, both (n, size, size, 3) uint8: those that the file is
asked about, and training images to round by.
"""

from __future__ import annotations

import contextlib
import io
import shutil
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import files
from core.errors import ModelProblem, Problem
from core.formats import TRAITS, Format
from core.ml.convert import apart, has_litert

Images = NDArray[np.uint8]
Probabilities = NDArray[np.float64]


def export(
    form: Format,
    model_file: Path,
    folder: Path,
    images: Path,
    should_stop: Callable[[], bool] = lambda: False,
) -> Probabilities:
    """Write the model in ``model_file`` as ``form`` into ``folder``, and ask what was written.

    Args:
        form: the format.
        model_file: of a run.
        folder: where the file or folder of this format goes.
        images: see this module.
        should_stop: asked now and then.

    Returns:
        What the written file says of the images asked: (n, classes).

    Raises:
        ModelProblem: it could not be written or read again.
        Stopped: ``should_stop`` said so.
    """
    answers = images.with_name(f"answers-{form}.npy")
    arguments = [str(form), str(model_file), str(folder), str(images), str(answers)]
    apart(__name__, arguments, f"The model as {TRAITS[form].title}", should_stop)
    found: Probabilities = np.load(answers, allow_pickle=False)
    return found


def write(form: Format, model_file: Path, folder: Path, learnt: Images) -> Path:
    """Write the model as ``form`` into ``folder``; returns where it lies."""
    from core.ml import classifier

    target = folder / TRAITS[form].file
    if form is Format.KERAS:
        shutil.copyfile(model_file, target)
        return target
    model = classifier.load(model_file)
    with contextlib.redirect_stdout(io.StringIO()):  # Keras lists every variable
        if form is Format.SAVED_MODEL:
            model.export(target, format="tf_saved_model", verbose=False)
        elif form is Format.ONNX:
            _write_onnx(model, target)
        else:
            files.write_bytes(target, _litert(model, form, learnt))
    return target


def _write_onnx(model: Any, target: Path) -> None:
    import keras

    # The graph names its input after the layer; batches may have any size
    spec = keras.InputSpec(shape=(None, *model.input_shape[1:]), dtype="float32", name="image")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras looks for np.object when it loads tf2onnx
        model.export(target, format="onnx", verbose=False, input_signature=[spec])


def _litert(model: Any, form: Format, learnt: Images) -> bytes:
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    if form is not Format.LITERT:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if form is Format.LITERT_FLOAT16:
        converter.target_spec.supported_types = [tf.float16]
    if form is Format.LITERT_INT8:

        def shown() -> Iterator[list[NDArray[np.float32]]]:
            for image in learnt:
                yield [image[None].astype(np.float32)]

        converter.representative_dataset = shown
    content: bytes = converter.convert()
    return content


def ask(form: Format, path: Path, images: Images) -> Probabilities:
    """What the exported file at ``path`` says of ``images``: (n, classes)."""
    parts = [_ASKED[form](path, images)] if len(images) else []
    return np.concatenate(parts).astype(np.float64)


def _ask_keras(path: Path, images: Images) -> NDArray[Any]:
    from core.ml import classifier

    return classifier.predict(classifier.load(path), list(images))


def _ask_saved_model(path: Path, images: Images) -> NDArray[Any]:
    import tensorflow as tf

    model = tf.saved_model.load(str(path))  # held, or its variables go
    answers = [model.serve(image[None].astype(np.float32)).numpy() for image in images]
    return np.concatenate(answers)


def _ask_litert(path: Path, images: Images) -> NDArray[Any]:
    if has_litert():
        from ai_edge_litert.interpreter import Interpreter
    else:
        from tensorflow.lite import Interpreter
    interpreter = Interpreter(str(path))
    interpreter.allocate_tensors()
    given, said = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    answers = []
    for image in images:
        interpreter.set_tensor(given["index"], image[None].astype(np.float32))
        interpreter.invoke()
        answers.append(interpreter.get_tensor(said["index"]))
    return np.concatenate(answers)


def _ask_onnx(path: Path, images: Images) -> NDArray[Any]:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    each = [session.run(None, {name: image[None].astype(np.float32)})[0] for image in images]
    return np.concatenate(each)


_ASKED: dict[Format, Callable[[Path, Images], NDArray[Any]]] = {
    Format.KERAS: _ask_keras,
    Format.SAVED_MODEL: _ask_saved_model,
    Format.LITERT: _ask_litert,
    Format.LITERT_FLOAT16: _ask_litert,
    Format.LITERT_INT8: _ask_litert,
    Format.ONNX: _ask_onnx,
}


def _main(form: Format, model_file: Path, folder: Path, images: Path, answers: Path) -> None:
    with np.load(images, allow_pickle=False) as both:
        asked, learnt = both["asked"], both["learnt"]
    try:
        path = write(form, model_file, folder, learnt)
        np.save(answers, ask(form, path, asked), allow_pickle=False)
    except Problem:
        raise
    except Exception as error:  # converters raise all kinds
        what = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
        raise ModelProblem(f"{TRAITS[form].title} could not be written", what) from error


if __name__ == "__main__":
    try:
        _main(Format(sys.argv[1]), *map(Path, sys.argv[2:6]))
    except Problem as problem:
        sys.exit(str(problem))
