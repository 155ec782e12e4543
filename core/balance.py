"""How even the classes are, and what the training does about it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.settings import Balance

UNEQUAL = 1.1  # weights start where the largest class is so many times the smallest


def class_weights(counts: Sequence[int], balance: Balance) -> list[float] | None:
    """What one training image of each class counts, so that all classes count alike.

    The weights average 1 over the images. None: every image counts 1.

    Args:
        counts: the training images of each class; a class without any plays no part.
        balance: off: never; auto: where the classes are unequal; on: always.
    """
    images = np.asarray(counts, dtype=np.int64)
    present = images[images > 0]
    if balance is Balance.OFF or not present.size:
        return None
    if balance is Balance.AUTO and present.max() <= UNEQUAL * present.min():
        return None
    weights = images.sum() / (len(present) * np.maximum(images, 1))
    return [float(weight) for weight in weights]


def missing(counts: Sequence[int], share: float = 1.0) -> list[int]:
    """How many images each class lacks to have ``share`` of those of the largest class."""
    goal = int(np.ceil(share * max(counts, default=0)))
    return [max(0, goal - int(number)) for number in counts]
