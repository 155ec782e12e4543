"""KerasCV's layers where they need a little help.

Scripts carry the same classes (`core.augmentations.code`), except AugMix, whose loops draw anew
by themselves outside `core.ml.stateless`.
"""

from __future__ import annotations

from typing import Any

import keras
import keras_cv
import tensorflow as tf


class JpegQuality(keras_cv.layers.RandomJpegQuality):
    """KerasCV's layer takes and gives values of 0..1, unlike its other layers."""

    def augment_image(self, image: Any, transformation: Any = None, **options: Any) -> Any:
        """Values of 0..255, as everywhere."""
        return 255 * super().augment_image(image / 255, transformation, **options)


class Blur(keras_cv.layers.RandomGaussianBlur):
    """Sees a mirror beyond the edge of the image; KerasCV's layer sees black."""

    def augment_image(self, image: Any, transformation: Any = None, **options: Any) -> Any:
        """Without a dark rim."""
        edge = self.x // 2
        mirrored = tf.pad(image, [[edge, edge], [edge, edge], [0, 0]], mode="REFLECT")
        return super().augment_image(mirrored, transformation, **options)[edge:-edge, edge:-edge]


class CutMix(keras_cv.layers.CutMix):
    """Shares the label by what is seen of the piece (Yun et al., CutMix, 2019).

    KerasCV's layer counts what the edge of the image cuts off as well.
    """

    def _cutmix(self, images: Any) -> Any:
        mixed, _, order, row, column, width, height = super()._cutmix(images)
        whole = tf.cast(tf.shape(images)[1:3], tf.float32)
        seen = 1.0
        for centre, length, side in ((row, height, whole[0]), (column, width, whole[1])):
            centre, length = tf.cast(centre, tf.float32), tf.cast(length, tf.float32)
            ends = [tf.math.ceil(centre - length / 2), tf.math.ceil(centre + length / 2)]
            start, end = tf.unstack(tf.clip_by_value(ends, 0.0, side))
            seen *= (end - start) / side
        return mixed, 1 - seen, order, row, column, width, height


class AugMix(keras_cv.layers.AugMix):
    """Draws anew in every turn of its loops."""

    def _loop_on_width(self, image: Any, weights: Any, chain: Any, result: Any) -> Any:
        with self._random_generator.inside(chain):
            return super()._loop_on_width(image, weights, chain, result)

    def _loop_on_depth(self, depth: Any, image: Any) -> Any:
        with self._random_generator.inside(depth):
            return super()._loop_on_depth(depth, image)


OWN: dict[str, type[keras.Layer]] = {
    "RandomJpegQuality": JpegQuality,
    "RandomGaussianBlur": Blur,
    "CutMix": CutMix,
    "AugMix": AugMix,
}
