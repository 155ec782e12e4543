"""The whole network: every layer of the pretrained network learns on, from a trained head.

On a processor an epoch takes many times as long as Fine-tune's, which keeps what the frozen part
sees; on an accelerator it is a matter of minutes. Batch normalisation keeps its published
statistics: batches of 32 tell less about them than a million photos did.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import keras

from core.ml import devices, head
from core.ml.methods import Material, Need, Rows, Start

NEEDS = frozenset({Need.PIXELS})


def inputs(material: Material) -> tuple[Rows, ...]:
    """The images themselves: every layer sees them anew in every epoch."""
    assert material.pixels is not None
    return (material.pixels,)


def network(start: Start, shapes: tuple[tuple[int, ...], ...]) -> keras.Model:
    """RGB 0-255 -> logits, from the published weights and the trained head."""
    base = head.loaded(start.backbone)
    for layer in base.layers:
        layer.trainable = not isinstance(layer, keras.layers.BatchNormalization)
    model = keras.Model(base.inputs[0], head.layer(base.outputs[0], start), name="whole")
    model.base = base  # shares its layers: what the model learns, it knows
    return model


def whole(trained: keras.Model, start: Start) -> keras.Model:
    """The network with the learnt weights, and the learnt head on it."""
    return head.on_features(trained.base, head.head_of(trained))


def scope() -> AbstractContextManager[Any]:
    """Several GPUs share each batch."""
    return devices.shared()
