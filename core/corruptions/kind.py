"""What a corruption is: a way in which a picture gets worse, at five severities.

Every corruption takes and gives square images of 8 bits, draws all its random numbers from the
generator that it is handed, and counts what it does in pixels for a side of 224: on smaller
images a blur is smaller too, so that the same severity means the same loss everywhere.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
"""(side, side, 3), RGB"""
Random = np.random.Generator

VERSION = 1
"""To be raised when a severity comes to mean something else: results that were kept are stale"""
SEVERITIES = (1, 2, 3, 4, 5)
USUAL_SIDE = 224
FAMILIES = ("Noise", "Blur", "Weather", "Digital", "Camera")


@dataclass(frozen=True)
class Corruption:
    """One way to make a picture worse.

    Attributes:
        name: its key in results.
        title: its name for people.
        family: one of `FAMILIES`.
        story: one sentence: where it comes from in real life.
        levels: what each severity means to ``change``, from mild to harsh.
        change: (image, level, random numbers) -> the image made worse, of the same shape.
    """

    name: str
    title: str
    family: str
    story: str
    levels: tuple[Any, ...]
    change: Callable[[Pixels, Any, Random], Pixels]

    def __call__(self, image: Pixels, severity: int, seed: int = 0) -> Pixels:
        """``image`` made worse; with severity 0 it comes back as it is.

        Args:
            image: (side, side, 3), RGB, 8 bits; it is not altered.
            severity: 0 to 5.
            seed: the same seed, the same result. It does not depend on the severity, so that a
                fog, say, keeps its shape while it gets thicker.

        Raises:
            ValueError: the severity is none.
        """
        if severity not in (0, *SEVERITIES):
            raise ValueError(f"severity {severity} is not 0 to {SEVERITIES[-1]}")
        if severity == 0:
            return image.copy()
        mixed = [seed & 0xFFFFFFFF, seed >> 32 & 0xFFFFFFFF, zlib.crc32(self.name.encode())]
        random = np.random.Generator(np.random.SFC64(mixed))
        return self.change(image, self.levels[severity - 1], random)


def scale_of(image: Pixels) -> float:
    """How large ``image`` is beside one of the usual side."""
    return len(image) / USUAL_SIDE
