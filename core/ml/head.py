"""The Head method: one softmax layer on the frozen network's features, trained in seconds."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from core.ml.convert import Converted
from core.ml.features import Features
from core.ml.methods import Material, Need, Rows, Start
from core.ml.stepping import softmax

# Unit-length features give tiny gradients; scaled up, usual learning rates are right for them.
FEATURE_SCALE = 16.0
NEEDS = frozenset({Need.FEATURES})


@dataclass(frozen=True)
class Head:
    """A trained softmax layer: features @ kernel + bias are the logits.

    Attributes:
        kernel: (width, classes) float32.
        bias: (classes,) float32.
    """

    kernel: NDArray[np.float32]
    bias: NDArray[np.float32]

    def probabilities(self, features: Features) -> NDArray[np.float64]:
        """(n, width) -> (n, classes); each row sums to 1."""
        return softmax(features.astype(np.float64) @ self.kernel + self.bias)


def inputs(material: Material) -> tuple[Rows, ...]:
    """The features alone."""
    assert material.features is not None
    return (material.features,)


def network(start: Start, shapes: tuple[tuple[int, ...], ...]) -> keras.Model:
    """Features -> logits, from weights of 0."""
    features = keras.Input(shapes[0], name="features")
    return keras.Model(features, layer(features, start))


def whole(trained: keras.Model, start: Start) -> keras.Model:
    """The frozen network with the trained layer on it."""
    return on_features(loaded(start.backbone), head_of(trained))


def scope() -> AbstractContextManager[Any]:
    """Nothing to enter: several accelerators would only wait for each other."""
    return nullcontext()


def head_of(trained: keras.Model) -> Head:
    """The softmax layer of a network that ends with `layer`."""
    kernel, bias = trained.get_layer("head").get_weights()
    return Head(kernel * FEATURE_SCALE, bias)


def layer(features: keras.KerasTensor, start: Start) -> keras.KerasTensor:
    """Features -> logits: the trained head where there is one, else one that begins with 0."""
    settings = start.settings
    x = keras.layers.Rescaling(FEATURE_SCALE)(features)
    x = keras.layers.Dropout(settings.dropout, seed=settings.seed)(x)
    dense = keras.layers.Dense(start.classes, kernel_initializer="zeros", name="head")
    logits = dense(x)
    if start.head is not None:
        dense.set_weights([start.head.kernel / FEATURE_SCALE, start.head.bias])
    return logits


def on_features(base: keras.Model, head: Head) -> keras.Model:
    """Images -> probabilities: ``head`` on ``base`` (images -> features).

    Input: (batch, size, size, 3), RGB in 0-255. Output: (batch, classes), rows sum to 1.
    """
    dense = keras.layers.Dense(head.bias.shape[0], name="logits")
    probabilities = keras.layers.Softmax(name="probabilities")(dense(base.output))
    dense.set_weights([head.kernel, head.bias])
    # The input itself, not a list with it: called with images, the model then says nothing
    return keras.Model(base.inputs[0], probabilities, name="classifier")


def loaded(backbone: Converted | None) -> keras.Model:
    """The network of ``backbone``, images -> features.

    Raises:
        ModelProblem: its file is damaged.
    """
    assert backbone is not None
    try:
        return keras.saving.load_model(backbone.keras, compile=False)
    except Exception as error:  # Keras raises many kinds for a bad file
        raise backbone.damaged(error) from error
