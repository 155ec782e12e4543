"""An augmentation as Keras code that a learner can read and run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.augmentations.kind import Augmentation, Between

_LONGEST = 84

# Some of KerasCV's layers need a little help; `core.ml.mended` gives them the same
_HELPERS = {
    "RandomJpegQuality": (
        "JpegQuality",
        '''

class JpegQuality(keras_cv.layers.RandomJpegQuality):
    """Takes and gives values of 0-255, as all other layers do."""

    def augment_image(self, image, transformation=None, **options):
        return 255 * super().augment_image(image / 255, transformation, **options)
''',
    ),
    "RandomGaussianBlur": (
        "Blur",
        '''

class Blur(keras_cv.layers.RandomGaussianBlur):
    """Sees a mirror beyond the edge of the image, where the layer alone sees black."""

    def augment_image(self, image, transformation=None, **options):
        edge = self.x // 2
        sides = [[edge, edge], [edge, edge], [0, 0]]
        mirrored = tf.pad(image, sides, mode="REFLECT")
        blurred = super().augment_image(mirrored, transformation, **options)
        return blurred[edge:-edge, edge:-edge]
''',
    ),
    "CutMix": (
        "CutMix",
        '''

class CutMix(keras_cv.layers.CutMix):
    """Shares the label by what is seen of the piece, not by what the edge cuts off."""

    def _cutmix(self, images):
        mixed, _, order, row, column, width, height = super()._cutmix(images)
        whole = tf.cast(tf.shape(images)[1:3], tf.float32)
        seen = 1.0
        for centre, length, side in ((row, height, whole[0]), (column, width, whole[1])):
            centre, length = tf.cast(centre, tf.float32), tf.cast(length, tf.float32)
            ends = [tf.math.ceil(centre - length / 2), tf.math.ceil(centre + length / 2)]
            start, end = tf.unstack(tf.clip_by_value(ends, 0.0, side))
            seen *= (end - start) / side
        return mixed, 1 - seen, order, row, column, width, height
''',
    ),
}


def helpers_code(augmentations: Iterable[Augmentation]) -> list[str]:
    """The classes that the layers of ``augmentations`` need, as code."""
    return [_HELPERS[each.layer][1] for each in augmentations if each.layer in _HELPERS]


def layer_code(augmentation: Augmentation, strength: float, size: int) -> str:
    """The expression that makes the layer; for one that mixes, a pair with its share.

    Args:
        augmentation: its layer is made.
        strength: above 0.
        size: side of the square images.
    """
    arguments = augmentation.arguments(strength, size).items()
    given = [f"{name}={_plain(value)}" for name, value in arguments]
    own = _HELPERS.get(augmentation.layer)
    code = _call(own[0] if own else f"keras_cv.layers.{augmentation.layer}", given)
    if augmentation.share is None:
        return code
    share = _plain(augmentation.share(strength))
    if augmentation.mixes:
        return f"({code}, {share})"
    pipeline = [f"[{code}]", "augmentations_per_image=1", f"rate={share}"]
    return _call("keras_cv.layers.RandomAugmentationPipeline", pipeline)


def _call(name: str, arguments: list[str]) -> str:
    """A call on one line, or with a line for each argument."""
    line = f"{name}({', '.join(arguments)})"
    if len(line) <= _LONGEST:
        return line
    return "\n".join([f"{name}(", *(f"    {each}," for each in arguments), ")"])


def _plain(value: Any) -> str:
    """A value as Python code."""
    if isinstance(value, Between):
        return f"keras_cv.core.UniformFactorSampler({_plain(value.low)}, {_plain(value.high)})"
    if isinstance(value, tuple):
        return f"({', '.join(_plain(part) for part in value)})"
    if isinstance(value, str):
        return f'"{value}"'
    return repr(round(value, 6) if isinstance(value, float) else value)
