"""Parameters and multiply-adds are counted as one would by hand."""

from __future__ import annotations

import keras
import pytest

from core.effort import ALEXNET
from core.ml.arithmetic import learning, multiply_adds, parameters
from core.ml.backbones import published_classifier
from core.ml.convert import Converted
from core.settings import Backbone, Method


def small() -> keras.Model:
    given = keras.Input((8, 6, 3))
    x = keras.layers.Conv2D(5, 3, strides=2, padding="same", use_bias=False)(given)  # 4 x 3 x 5
    x = keras.layers.BatchNormalization()(x)
    x = keras.layers.DepthwiseConv2D(3, padding="same", use_bias=False)(x)
    x = keras.layers.Conv2D(4, 1)(x)
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(given, keras.layers.Dense(2)(x))


def alexnet() -> keras.Model:
    """The layers that the paper describes; where a layer sees one card alone, in two groups."""
    conv, pool = keras.layers.Conv2D, keras.layers.MaxPooling2D
    given = keras.Input((227, 227, 3))
    x = pool(3, 2)(conv(96, 11, strides=4)(given))
    x = pool(3, 2)(conv(256, 5, padding="same", groups=2)(x))
    x = conv(384, 3, padding="same")(x)
    x = conv(384, 3, padding="same", groups=2)(x)
    x = pool(3, 2)(conv(256, 3, padding="same", groups=2)(x))
    x = keras.layers.Flatten()(x)
    for width in (4096, 4096, 1000):
        x = keras.layers.Dense(width)(x)
    return keras.Model(given, x)


def test_a_small_network_counted_by_hand() -> None:
    convolution, depthwise, pointwise, dense = 60 * 27, 60 * 9, 48 * 5, 4 * 2
    layers = small().layers
    assert multiply_adds(layers) == convolution + depthwise + pointwise + dense
    assert parameters(layers) == 135 + 2 * 5 + 45 + (20 + 4) + (8 + 2)


def test_alexnet_is_what_the_page_says() -> None:
    layers = alexnet().layers
    assert multiply_adds(layers) == ALEXNET.multiply_adds
    assert parameters(layers) == ALEXNET.parameters


@pytest.mark.slow
@pytest.mark.parametrize(
    ("backbone", "numbers", "published"),
    [(Backbone.LITE0, 4_652_008, 407e6), (Backbone.LITE2, 6_092_072, 899e6)],
)
def test_the_published_networks_are_counted_a_little_lower_than_with_all_that_is_left_out(
    backbone: Backbone, numbers: int, published: float
) -> None:
    layers = published_classifier(backbone, backbone.image_size).layers
    assert parameters(layers) == numbers
    assert 0.94 * published < multiply_adds(layers) < published


def test_what_learns_depends_on_the_method(lite0: Converted) -> None:
    base = keras.saving.load_model(lite0.keras, compile=False)
    model = keras.Model(base.inputs[0], keras.layers.Dense(3)(base.outputs[0]))
    head, upper, every = (
        learning(model, method) for method in (Method.HEAD, Method.FINETUNE, Method.WHOLE)
    )
    assert multiply_adds(head) == 2840 * 3
    assert parameters(head) == 2841 * 3
    assert multiply_adds(head) < multiply_adds(upper) < multiply_adds(every)
    assert not [one for one in upper if isinstance(one, keras.layers.BatchNormalization)]
    assert {one.name for one in upper} >= {"block6a_expand_conv", "top_conv"}
    assert "block5c_project_conv" not in {one.name for one in upper}
