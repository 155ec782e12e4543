"""Where a network looks: how much each part of a picture spoke for a class.

Grad-CAM weighs each channel of a feature map by how much the class's logit gains where the
channel grows, and adds the channels up (R. R. Selvaraju et al., Grad-CAM, ICCV 2017, arXiv
1610.02391). Grad-CAM++ weighs place by place before it does so, which divides the heat more
evenly among several places (A. Chattopadhay et al., WACV 2018, arXiv 1710.11063). Occlusion knows
nothing of the network: it covers one patch after the other and notes what the class loses (M. D.
Zeiler and R. Fergus, ECCV 2014, arXiv 1311.2901); it checks the other two.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.errors import ModelProblem
from core.gaze import Way
from core.ml.features import Pixels
from core.ml.run_convert import last_dense

if TYPE_CHECKING:
    from core.ml.run_model import RunModel

Heat = NDArray[np.float32]

_PARTS = 8  # of a side; a patch covers two by two of them
_TINY = 1e-12
_AT_ONCE = 16


class Explainer:
    """Makes heat maps from the gradients of a trained model, kept as TensorFlow graphs.

    Args:
        model: the whole model, images -> probabilities.
        layers: whose feature maps are looked at, all of one size; by default `looked_at`.

    Raises:
        ModelProblem: the model has no feature map.
    """

    def __init__(self, model: keras.Model, layers: Sequence[str] = ()) -> None:
        maps = [model.get_layer(name).output for name in layers or looked_at(model)]
        self._both = keras.Model(model.inputs[0], [*maps, last_dense(model).output])
        size = model.input_shape[1]
        self._asked = tf.function(
            self._gradients,
            input_signature=[
                tf.TensorSpec((None, size, size, 3), tf.float32),
                tf.TensorSpec((None,), tf.int32),
            ],
        )

    def __call__(self, images: Pixels, targets: NDArray[np.integer[Any]], way: Way) -> Heat:
        """Heat maps, (n, side, side), 0 and more; all 0 where nothing spoke for the class.

        Where several feature maps are looked at, each gives as much heat as the others.

        Args:
            images: (n, size, size, 3) uint8.
            targets: (n,) the number of the class that each is asked about.
            way: Grad-CAM or Grad-CAM++.
        """
        weigh = _plus_weights if way is Way.GRAD_CAM_PLUS else _weights
        found = []
        for start in range(0, len(images), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            given = images[part].astype(np.float32)
            every = self._asked(given, targets[part].astype(np.int32))
            heats = [
                _heat(weigh, each.numpy(), by.numpy()) for each, by in zip(*every, strict=True)
            ]
            found.append(np.mean(heats, axis=0))
        return np.concatenate(found)

    def _gradients(self, images: Any, targets: Any) -> Any:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(images)  # else nothing of a frozen network would be noted
            *maps, logits = self._both(images, training=False)
            chosen = tf.reduce_sum(logits * tf.one_hot(targets, logits.shape[-1]))
        return maps, tape.gradient(chosen, maps)


def looked_at(model: keras.Model) -> tuple[str, ...]:
    """The names of the layers whose maps show best where the model looks.

    Of the pretrained networks the end of stage 6 and the top, whose averages the last layer sees:
    of all that was tried, heat at both together names the places best that the answer hangs on
    (`python -m tests.benchmarks heat`). They have 7 by 7 places at 224 pixels. In another network
    the last map before the last pooling.

    Raises:
        ModelProblem: the model has no feature map.
    """
    names = [layer.name for layer in model.layers]
    if "deep_average" in names and "top_average" in names:
        return tuple(_maker(model.get_layer(f"{part}_average").input) for part in ("deep", "top"))
    pools = (keras.layers.MaxPooling2D, keras.layers.GlobalAveragePooling2D)
    before = [layer.input for layer in model.layers if isinstance(layer, pools)]
    if not before:
        raise ModelProblem("The model has no feature map to look at", "", "Train the run again")
    return (_maker(before[-2] if len(before) > 1 else before[-1]),)


def _maker(tensor: keras.KerasTensor) -> str:
    """The name of the layer that ``tensor`` comes from."""
    return str(tensor._keras_history.operation.name)  # noqa: SLF001 (Keras has no public way)


def _heat(weigh: Callable[[Heat, Heat], Heat], maps: Heat, gradients: Heat) -> Heat:
    """(n, side, side), each summing to 1, or 0 throughout."""
    heat = np.maximum(np.einsum("nijc,nc->nij", maps, weigh(maps, gradients)), 0)
    sums = heat.sum(axis=(1, 2), keepdims=True)
    return np.asarray(heat / np.where(sums > _TINY, sums, 1), np.float32)


def heat_of(model: RunModel, image: Pixels, target: int, way: Way) -> Heat:
    """The heat map of one image, (side, side).

    Args:
        model: of the run.
        image: (size, size, 3) uint8.
        target: the number of the class that it is asked about.
        way: how.
    """
    if way is Way.OCCLUSION:
        return occlusion(model, image, target)
    return model.explainer(image[None], np.array([target]), way)[0]


def occlusion(
    model: RunModel,
    image: Pixels,
    target: int,
    check_stop: Callable[[], None] = lambda: None,
) -> Heat:
    """How much the log-odds of a class fall where each part is covered: (8, 8), 0 and more.

    A patch of a quarter of the side, in the mean colour of the image, is moved by half of its
    own side; each part has the mean of the patches that covered it.
    """
    starts = [(row, column) for row in range(_PARTS - 1) for column in range(_PARTS - 1)]
    covered = partial(_covered, image, image.mean(axis=(0, 1)).round().astype(np.uint8))
    loads: list[Callable[[], Pixels]] = [lambda: image]
    loads += [partial(covered, row, column) for row, column in starts]
    said = model.answer(loads, check_stop, embeddings=False).probabilities[:, target]
    odds = np.log(np.maximum(said, _TINY)) - np.log(np.maximum(1 - said, _TINY))
    lost = np.maximum(odds[0] - odds[1:], 0)
    heat, times = np.zeros((2, _PARTS, _PARTS))
    for (row, column), loss in zip(starts, lost, strict=True):
        heat[row : row + 2, column : column + 2] += loss
        times[row : row + 2, column : column + 2] += 1
    return (heat / times).astype(np.float32)


def _covered(image: Pixels, colour: Pixels, row: int, column: int) -> Pixels:
    edges = np.linspace(0, len(image), _PARTS + 1).round().astype(int)
    copy = image.copy()
    copy[edges[row] : edges[row + 2], edges[column] : edges[column + 2]] = colour
    return copy


def _weights(maps: Heat, gradients: Heat) -> Heat:
    """(n, channels): the mean gradient of each channel."""
    return gradients.mean(axis=(1, 2))


def _plus_weights(maps: Heat, gradients: Heat) -> Heat:
    """(n, channels): the gradients that are above 0, each weighed as Grad-CAM++ does.

    With the exponential of the logit as the score, its higher derivatives are powers of the
    first, times a factor that is the same everywhere and falls away when heat is scaled.
    """
    squares = gradients**2
    below = 2 * squares + maps.sum(axis=(1, 2), keepdims=True) * gradients**3
    alphas = np.where(np.abs(below) > _TINY, squares / np.where(below == 0, 1, below), 0)
    return np.asarray((alphas * np.maximum(gradients, 0)).sum(axis=(1, 2)), np.float32)
