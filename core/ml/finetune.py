"""The Fine-tune method: the upper third of the pretrained network learns too.

It begins with the trained head. The trunk up to the end of stage 5 stays frozen, so what it sees
in each image is computed once and kept on disk; stages 6 and 7, the top and the head learn. They
hold three quarters of the weights and cost a sixth of the work. Batch normalisation keeps the
published statistics: batches of 32 tell less about them than a million photos did.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import keras

from core.ml import devices, head
from core.ml.backbones import map_layer
from core.ml.folded import folded
from core.ml.methods import Material, Need, Rows, Start

NEEDS = frozenset({Need.FEATURES, Need.MAPS})


def inputs(material: Material) -> tuple[Rows, ...]:
    """The maps, and the features: the shallowest of them do not change."""
    assert material.maps is not None and material.features is not None
    return material.maps, material.features


def network(start: Start, shapes: tuple[tuple[int, ...], ...]) -> keras.Model:
    """(map, features) -> logits, from the published weights and the trained head."""
    base = head.loaded(start.backbone)
    base.trainable = False
    middle, shallow = map_layer(base).output, base.get_layer("shallow_unit").output
    upper = keras.Model([middle, shallow], base.outputs[0], name="upper")
    for layer in upper.layers:
        layer.trainable = not isinstance(layer, keras.layers.BatchNormalization)
    maps = keras.Input(shapes[0], name="map")
    features = keras.Input(shapes[1], name="features")
    seen = folded(upper)([maps, features[:, : shallow.shape[-1]]])
    model = keras.Model([maps, features], head.layer(seen, start))
    model.base = base  # shares its layers: what `upper` learns, it knows
    return model


def whole(trained: keras.Model, start: Start) -> keras.Model:
    """The network with the learnt stages, and the learnt head on it."""
    return head.on_features(trained.base, head.head_of(trained))


def scope() -> AbstractContextManager[Any]:
    """Several GPUs share each batch."""
    return devices.shared()
