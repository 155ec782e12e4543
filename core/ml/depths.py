"""What the pretrained network makes of one image, at the four depths that features are built of."""

from __future__ import annotations

from functools import lru_cache

import keras
import numpy as np
from numpy.typing import NDArray

from core.ml.convert import Converted, converted
from core.ml.features import Pixels
from core.settings import Backbone

Maps = NDArray[np.float32]

_DEPTHS = ("shallow", "middle", "deep", "top")  # as `core.ml.backbones` names their averages
_SAME = 0.8  # correlation from which one channel shows what another does


class Depths:
    """A backbone that gives its four feature maps in place of their averages.

    Args:
        backbone: as it was converted.

    Attributes:
        model: images -> features.
        size: the side in pixels of the images that it takes.
        width: the length of a feature vector.

    Raises:
        ModelProblem: the backbone's files are damaged.
    """

    def __init__(self, backbone: Converted) -> None:
        try:
            self.model = keras.saving.load_model(backbone.keras, compile=False)
            maps = [self.model.get_layer(f"{depth}_average").input for depth in _DEPTHS]
        except Exception as error:  # Keras raises many kinds for a bad file
            raise backbone.damaged(error) from error
        self._maps = keras.Model(self.model.inputs[0], maps)
        self.size, self.width = int(self.model.input_shape[1]), int(self.model.output_shape[1])

    def __call__(self, image: Pixels) -> tuple[Maps, ...]:
        """The maps of one image (size, size, 3), from shallow to deep: (height, width, channels).

        For Lite0 at 224 pixels: (28, 28, 40), (14, 14, 112), (7, 7, 192), (7, 7, 1280).
        """
        found = self._maps(image[None].astype(np.float32), training=False)
        return tuple(np.asarray(each[0]) for each in found)


@lru_cache(maxsize=1)
def depths(network: Backbone) -> Depths:
    """The maps of ``network`` at its own size, kept in this process for the next time.

    Raises:
        ModelProblem: the backbone cannot be prepared, or its files are damaged.
    """
    return Depths(converted(network, network.image_size))


def telling(maps: Maps, count: int) -> NDArray[np.int64]:
    """The channels that differ most from place to place, the first first.

    One that shows nearly what another one before it shows is passed over.

    Args:
        maps: (height, width, channels).
        count: how many; fewer where there are not so many.
    """
    values = maps.reshape(-1, maps.shape[-1]).astype(np.float64)
    values -= values.mean(axis=0)
    lengths = np.linalg.norm(values, axis=0)
    chosen: list[int] = []
    for channel in np.argsort(-lengths, kind="stable"):
        if len(chosen) == count or lengths[channel] == 0:
            break
        alike = values[:, chosen].T @ values[:, channel] / (lengths[chosen] * lengths[channel])
        if not (np.abs(alike) > _SAME).any():
            chosen.append(int(channel))
    return np.array(chosen, np.int64)


def standing_out(channel: Maps) -> Maps:
    """Heat, 0 and more, where a channel (height, width) is far from its average over the picture.

    Of the two sides, above and below, it is the one with the fewer and farther values.
    """
    away = channel - channel.mean()
    return np.maximum(away if (away**3).sum() >= 0 else -away, 0)
