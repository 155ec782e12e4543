"""The From-scratch method: a small network that begins with nothing: what is pretraining worth?

Convolutions with batch normalisation (Ioffe and Szegedy, 2015, arXiv 1502.03167), each on a map
of half the side and twice the channels (Simonyan and Zisserman, 2014, arXiv 1409.1556), averaged
over the image at the end (Lin et al., 2013, arXiv 1312.4400): fewer than 300,000 weights.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import keras

from core.ml.methods import Material, Need, Rows, Start

NEEDS = frozenset({Need.PIXELS})
_STEM, _TOP = 16, 160
_STAGES = (32, 64, 128)
# The usual 0.99 needs hundreds of steps to learn what is usual; an epoch here has a few dozen
_MOMENTUM = 0.9


def inputs(material: Material) -> tuple[Rows, ...]:
    """The images themselves."""
    assert material.pixels is not None
    return (material.pixels,)


def network(start: Start, shapes: tuple[tuple[int, ...], ...]) -> keras.Model:
    """RGB 0-255 -> logits, from random weights."""
    images = keras.Input(shapes[0], name="image")
    x = keras.layers.Rescaling(1 / 127.5, offset=-1, name="scale")(images)
    x = _convolved(x, _STEM, "stem", stride=2)
    for number, filters in enumerate(_STAGES, start=1):
        x = _convolved(x, filters, f"stage{number}")
        x = keras.layers.MaxPooling2D(name=f"stage{number}_pool")(x)
    x = _convolved(x, _TOP, "top")
    x = keras.layers.GlobalAveragePooling2D(name="average")(x)
    x = keras.layers.Dropout(start.settings.dropout, seed=start.settings.seed)(x)
    logits = keras.layers.Dense(start.classes, name="head")(x)
    return keras.Model(images, logits, name="scratch")


def _convolved(x: keras.KerasTensor, filters: int, name: str, stride: int = 1) -> keras.KerasTensor:
    """A 3 by 3 convolution, normalised; what is below 0 becomes 0."""
    x = keras.layers.Conv2D(
        filters, 3, strides=stride, padding="same", use_bias=False, name=f"{name}_conv"
    )(x)
    x = keras.layers.BatchNormalization(momentum=_MOMENTUM, name=f"{name}_norm")(x)
    return keras.layers.ReLU(name=f"{name}_relu")(x)


def whole(trained: keras.Model, start: Start) -> keras.Model:
    """The network itself, with probabilities for an answer."""
    probabilities = keras.layers.Softmax(name="probabilities")(trained.outputs[0])
    return keras.Model(trained.inputs[0], probabilities, name="classifier")


def scope() -> AbstractContextManager[Any]:
    """Nothing to enter: it is too small to be worth sharing out."""
    return nullcontext()
