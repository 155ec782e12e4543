"""The program that asks an exported model, as it is written beside it."""

from __future__ import annotations

from typing import Final

PREDICT: Final = '''\
"""What is on this picture? python predict.py PHOTO [PHOTO ...] or python predict.py --check"""

import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

HERE = Path(__file__).parent
ABOUT = json.loads((HERE / "model.json").read_text(encoding="utf-8"))
CLASSES, SIZE, FIT = ABOUT["classes"], ABOUT["input"]["size"], ABOUT["input"]["fit"]
RATES = ("0.05", "0.1", "0.2")  # how often an answer may miss the truth: the first that can be kept


def fitted(image):
    """As the model learnt them: upright, RGB, on white, a square of its size."""
    image = ImageOps.exif_transpose(image)
    if image.has_transparency_data:  # it stood on white
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image.convert("RGBA"))
    image = image.convert("RGB")
    width, height = image.size
    if FIT == "pad":
        longer = max(width, height)
        inner = [max(1, (2 * side * SIZE + longer) // (2 * longer)) for side in (width, height)]
        square = Image.new("RGB", (SIZE, SIZE), (ABOUT["input"]["pad"],) * 3)
        place = tuple((SIZE - side) // 2 for side in inner)
        square.paste(image.resize(inner, Image.Resampling.BILINEAR), place)
        image = square
    elif FIT == "crop":
        side = min(width, height)
        left, top = (width - side) // 2, (height - side) // 2
        image = image.crop((left, top, left + side, top + side))
    return np.asarray(image.resize((SIZE, SIZE), Image.Resampling.BILINEAR), np.float32)


def loaded():
    """A function from one image (1, SIZE, SIZE, 3) to probabilities, by what is installed."""
    path = HERE / next(iter(ABOUT["files"].values()))
    if path.suffix == ".tflite":
        from ai_edge_litert.interpreter import Interpreter

        model = Interpreter(str(path))
        model.allocate_tensors()
        given, said = model.get_input_details()[0], model.get_output_details()[0]

        def answer(image):
            model.set_tensor(given["index"], image)
            model.invoke()
            return model.get_tensor(said["index"])[0].copy()

        return answer
    if path.suffix == ".onnx":
        import onnxruntime

        model = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
        return lambda image: model.run(None, {model.get_inputs()[0].name: image})[0][0]
    if path.suffix == ".keras":
        import keras

        model = keras.saving.load_model(path, compile=False)
        return lambda image: np.asarray(model(image, training=False))[0]
    import tensorflow as tf

    model = tf.saved_model.load(str(path))
    return lambda image: model.serve(image).numpy()[0]


def fitting(probabilities):
    """The classes that cannot be ruled out, the likeliest first; one of them is an answer.

    Where too few images were kept aside to promise anything, the likeliest alone.
    """
    order = [int(place) for place in np.argsort(-probabilities)]
    known = ABOUT["i_do_not_know"]["thresholds"]
    least = next((known[rate] for rate in RATES if known[rate] > 0), None)
    if least is None:
        return order[:1]
    return [place for place in order if probabilities[place] >= least - 1e-6]


def told(probabilities):
    """The answer in words."""
    fits = fitting(probabilities)
    place = int(probabilities.argmax())
    best = f"{CLASSES[place]} ({100 * probabilities[place]:.1f} %)"
    if len(fits) == 1:
        return best
    others = ", ".join(CLASSES[each] for each in fits) or "none"
    return f"I don't know. Likeliest: {best}; cannot be ruled out: {others}"


def check(answer):
    """Compare with what was said when the model was made."""
    worst = 0.0
    for sample in ABOUT["samples"]:
        found = answer(fitted(Image.open(HERE / sample["file"]))[None])
        worst = max(worst, float(np.abs(found - sample["probabilities"]).max()))
    print(f"{len(ABOUT['samples'])} samples; largest difference of a probability: {worst:.1e}")


if __name__ == "__main__":
    ask = loaded()
    if sys.argv[1:] == ["--check"]:
        check(ask)
    elif not sys.argv[1:]:
        sys.exit(__doc__)
    else:
        for name in sys.argv[1:]:
            print(f"{name}: {told(ask(fitted(Image.open(name))[None]))}")
'''
"""uses the first file that ``model.json`` names, with the runtime that reads it"""
