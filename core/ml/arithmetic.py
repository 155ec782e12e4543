"""How much a network calculates: its parameters, and its multiply-adds for one image.

A multiply-add is one multiplication and the addition of its result to a sum. Counted are those of
the layers that hold nearly all of them: convolutions and dense layers. Normalisation, activations
and averages are left out, as is common (V. Sze et al., Efficient processing of deep neural
networks, Proceedings of the IEEE 105, 2017); counts that hold them too are some percent higher.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import keras

from core.ml.backbones import map_layer
from core.ml.run_convert import last_dense
from core.settings import Method


def multiply_adds(layers: Iterable[keras.layers.Layer]) -> int:
    """The multiply-adds of ``layers`` for one image.

    Args:
        layers: of a functional model. Each is used once, and gives a tensor of known size.
    """
    return sum(_of_layer(layer) for layer in layers)


def parameters(layers: Iterable[keras.layers.Layer]) -> int:
    """The numbers in ``layers`` that training sets; the averages of a normalisation are none."""
    return sum(
        math.prod(weight.shape)
        for layer in layers
        for weight in layer.weights
        if not (_is_normalisation(layer) and weight.name.startswith("moving_"))
    )


def learning(model: keras.Model, method: Method) -> list[keras.layers.Layer]:
    """The layers of a run's ``model`` that learn when it is trained by ``method``."""
    if method is Method.HEAD:
        return [last_dense(model)]
    if method is Method.FINETUNE:
        begin = model.layers.index(map_layer(model)) + 1
        return [layer for layer in model.layers[begin:] if not _is_normalisation(layer)]
    return list(model.layers)


def _is_normalisation(layer: keras.layers.Layer) -> bool:
    return isinstance(layer, keras.layers.BatchNormalization)


def _of_layer(layer: keras.layers.Layer) -> int:
    """Every number that a layer gives is a sum of so many products."""
    if isinstance(layer, keras.layers.Dense):
        inputs, outputs = layer.kernel.shape
        return int(inputs * outputs)
    if not isinstance(layer, keras.layers.Conv2D | keras.layers.DepthwiseConv2D):
        return 0
    _, height, width, channels = layer.output.shape
    tall, wide, inputs = layer.kernel.shape[:3]
    # A depthwise kernel is (tall, wide, channels, multiplier): each output sees one channel
    seen = 1 if isinstance(layer, keras.layers.DepthwiseConv2D) else inputs
    return int(height * width * channels * tall * wide * seen)
