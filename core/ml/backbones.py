"""The pretrained networks: KerasCV's EfficientNet-Lite with the published ImageNet weights.

Source: Tan and Le, EfficientNet, 2019 (arXiv 1905.11946), and its Lite variants. The graph
is rebuilt as a plain functional Keras model, so what is saved needs nothing but Keras.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import keras
import numpy as np

from core.errors import ModelProblem
from core.ml.weights import Array, published_weights
from core.settings import Backbone

CHANNELS = 3
_REPEATS = (1, 2, 2, 3, 3, 4, 1)
_DEPTHS = (3, 5, 6)  # features are taken after these stages, and at the top


@dataclass(frozen=True)
class Scale:
    """How a variant stretches the base network."""

    width: float
    depth: float


SCALES = {Backbone.LITE0: Scale(1.0, 1.0), Backbone.LITE2: Scale(1.1, 1.2)}


def feature_layers(backbone: Backbone) -> tuple[str, ...]:
    """Names of the four layers whose outputs become features, from shallow to deep."""
    names = [f"block{stage}{_last_block(backbone, stage)}_add" for stage in _DEPTHS]
    return (*names, "top_activation")


def network(backbone: Backbone, image_size: int) -> keras.Model:
    """The pretrained network without its classifier.

    Input: (batch, image_size, image_size, 3) float32, RGB in 0-255; the published scaling
    (RGB - 127) / 128 is inside. Outputs: the four feature maps of `feature_layers`.
    """
    images = keras.Input((image_size, image_size, CHANNELS), name="image")
    scaled = keras.layers.Rescaling(1 / 128, offset=-127 / 128, name="scale")(images)
    body = _graph(backbone, scaled)
    _assign(body, published_weights(backbone), backbone)
    # From the images on, one flat graph: every layer can be reached by its name
    model = keras.Model(images, [body.get_layer(n).output for n in feature_layers(backbone)])
    model.trainable = False
    return model


def feature_model(backbone: Backbone, image_size: int) -> keras.Model:
    """From RGB 0-255 to one feature vector: `network`, pooled at four depths.

    (batch, image_size, image_size, 3) -> (batch, 2840) for Lite0, see `pooled_features`.
    """
    base = network(backbone, image_size)
    return keras.Model(base.input, pooled_features(base.outputs), name="features")


def map_layer(model: keras.Model) -> keras.layers.Layer:
    """The layer of `feature_model` whose map fine-tuning starts from: the end of stage 5.

    Its output is (batch, side, side, channels); 14, 14, 112 for Lite0 at 224 pixels.
    """
    pooled = model.get_layer("middle_average").input
    return pooled._keras_history.operation  # noqa: SLF001 (Keras has no public way)


def map_model(model: keras.Model) -> keras.Model:
    """``model`` (a `feature_model`) with two outputs: the features, and the map half-way."""
    return keras.Model(model.inputs[0], [model.outputs[0], map_layer(model).output])


def pooled_features(maps: list[keras.KerasTensor]) -> keras.KerasTensor:
    """Pool each feature map, scale it to unit length, concatenate.

    Every map is averaged over all places. The two in the middle are averaged over each quarter
    of the image too, at half the weight, so that the features still tell where something is:
    on hand signs that is worth two points of accuracy, and it costs no time.
    """
    shallow, middle, deep, top = maps
    named = {"shallow": shallow, "middle": middle, "deep": deep, "top": top}
    vectors = [_average(feature_map, name) for name, feature_map in named.items()]
    vectors += [_quarters(named[name], name) for name in ("middle", "deep")]
    return keras.layers.Concatenate(name="features")(vectors)


def _average(feature_map: keras.KerasTensor, name: str) -> keras.KerasTensor:
    pooled = keras.layers.GlobalAveragePooling2D(name=f"{name}_average")(feature_map)
    return keras.layers.UnitNormalization(name=f"{name}_unit")(pooled)


def _quarters(feature_map: keras.KerasTensor, name: str) -> keras.KerasTensor:
    side = feature_map.shape[1]  # where it is odd, the quarters share the middle row and column
    pooled = keras.layers.AveragePooling2D(
        pool_size=(side + 1) // 2, strides=side // 2, name=f"{name}_quarters"
    )(feature_map)
    flat = keras.layers.Flatten(name=f"{name}_quarters_flat")(pooled)
    unit = keras.layers.UnitNormalization(name=f"{name}_quarters_unit")(flat)
    return keras.layers.Rescaling(0.5, name=f"{name}_quarters_half")(unit)


def published_classifier(backbone: Backbone, image_size: int) -> keras.Model:
    """The whole published ImageNet classifier, RGB 0-255 -> 1,000 logits; for tests."""
    base = network(backbone, image_size)
    weights = published_weights(backbone)
    pooled = keras.layers.GlobalAveragePooling2D()(base.outputs[-1])
    dense = keras.layers.Dense(1000, name="logits")
    model = keras.Model(base.input, dense(pooled))
    dense.set_weights([weights["_fc.weight"].T, weights["_fc.bias"]])
    return model


def _last_block(backbone: Backbone, stage: int) -> str:
    repeats = math.ceil(SCALES[backbone].depth * _REPEATS[stage - 1])
    return chr(ord("a") + repeats - 1)


def _graph(backbone: Backbone, images: keras.KerasTensor) -> keras.Model:
    # Imported late: KerasCV brings TensorFlow Datasets along, which few workers need.
    import keras_cv

    scale = SCALES[backbone]
    # Given one by one: the alias EfficientNetLiteB0 would ask the network for its config.
    return keras_cv.models.EfficientNetLiteBackbone(
        stackwise_kernel_sizes=[3, 3, 5, 3, 5, 5, 3],
        stackwise_num_repeats=list(_REPEATS),
        stackwise_input_filters=[32, 16, 24, 40, 80, 112, 192],
        stackwise_output_filters=[16, 24, 40, 80, 112, 192, 320],
        stackwise_expansion_ratios=[1, 6, 6, 6, 6, 6, 6],
        stackwise_strides=[1, 2, 2, 2, 1, 2, 1],
        width_coefficient=scale.width,
        depth_coefficient=scale.depth,
        include_rescaling=False,
        input_tensor=images,
    )


def _assign(model: keras.Model, weights: dict[str, Array], backbone: Backbone) -> None:
    """Give each layer of ``model`` its published weights, in the order in which both stand."""
    used = _set_layer(model, weights, "stem_conv", "_conv_stem")
    used += _set_layer(model, weights, "stem_bn", "_bn0")
    block = 0
    for stage, repeats in enumerate(_REPEATS, start=1):
        inner = stage not in (1, len(_REPEATS))  # the first and last stage are never deepened
        count = math.ceil(SCALES[backbone].depth * repeats) if inner else repeats
        for letter in range(count):
            keras_name = f"block{stage}{chr(ord('a') + letter)}_"
            torch_name = f"_blocks.{block}."
            used += _assign_block(model, weights, keras_name, torch_name)
            block += 1
    used += _set_layer(model, weights, "top_conv", "_conv_head")
    used += _set_layer(model, weights, "top_bn", "_bn1")
    left = {n for n in weights if not n.startswith("_fc.") and "num_batches" not in n} - set(used)
    if left or any(not layer.built for layer in model.layers):
        raise ModelProblem(
            f"The weights of {backbone} do not fit its network",
            f"{len(left)} tensors have no layer, for example {min(left, default='none')}",
            "Install the pinned requirements again",
        )


def _assign_block(
    model: keras.Model, weights: dict[str, Array], keras_name: str, torch_name: str
) -> list[str]:
    used = []
    if f"{torch_name}_expand_conv.weight" in weights:
        used += _set_layer(model, weights, f"{keras_name}expand_conv", f"{torch_name}_expand_conv")
        used += _set_layer(model, weights, f"{keras_name}expand_bn", f"{torch_name}_bn0")
    used += _set_layer(model, weights, f"{keras_name}dwconv", f"{torch_name}_depthwise_conv")
    used += _set_layer(model, weights, f"{keras_name}bn", f"{torch_name}_bn1")
    used += _set_layer(model, weights, f"{keras_name}project_conv", f"{torch_name}_project_conv")
    used += _set_layer(model, weights, f"{keras_name}project_bn", f"{torch_name}_bn2")
    return used


def _set_layer(
    model: keras.Model, weights: dict[str, Array], keras_name: str, torch_name: str
) -> list[str]:
    """Set one layer; returns the torch names that it took."""
    layer = model.get_layer(keras_name)
    if isinstance(layer, keras.layers.BatchNormalization):
        parts = ("weight", "bias", "running_mean", "running_var")
        layer.set_weights([weights[f"{torch_name}.{part}"] for part in parts])
        return [f"{torch_name}.{part}" for part in parts]
    kernel = weights[f"{torch_name}.weight"]
    # torch: (out, in, height, width), depthwise (channels, 1, height, width);
    # Keras: (height, width, in, out), depthwise (height, width, channels, 1)
    depthwise = isinstance(layer, keras.layers.DepthwiseConv2D)
    axes = (2, 3, 0, 1) if depthwise else (2, 3, 1, 0)
    layer.set_weights([np.transpose(kernel, axes)])
    return [f"{torch_name}.weight"]
