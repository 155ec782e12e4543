"""What an augmentation is: a KerasCV layer, what a strength means to it, when it helps and lies.

A strength of 1 is the strongest that is still worth a look; 0 changes nothing and is never
asked of a layer. What a layer counts in pixels grows with the image, so that a small preview
and the training look alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Arguments = dict[str, Any]
USUAL_SIZE = 224
VERSION = 1
"""To be raised when a strength comes to mean something else: views that were kept are made anew"""

VALUES = (0, 255)


@dataclass(frozen=True)
class Between:
    """A range that a layer takes only as KerasCV's UniformFactorSampler."""

    low: float
    high: float


@dataclass(frozen=True)
class Augmentation:
    """One augmentation.

    Attributes:
        name: its key in recipes.
        title: its name for people.
        group: the family in which it is shown.
        helps: one sentence: when it helps.
        lies: one sentence: when it shows the model something untrue.
        layer: its class in `keras_cv.layers`.
        strong: (strength above 0, side of the image in pixels) -> the layer's arguments.
        amount: strength -> what it means, in words.
        share: strength -> the share of the images that are altered at all; the layer's own
            share, as flips have one, is among its arguments.
        mixes: it mixes two images, and their labels with them.
    """

    name: str
    title: str
    group: str
    helps: str
    lies: str
    layer: str
    strong: Callable[[float, int], Arguments]
    amount: Callable[[float], str]
    share: Callable[[float], float] | None = None
    mixes: bool = False

    def arguments(self, strength: float, size: int = USUAL_SIZE) -> Arguments:
        """The layer's keyword arguments at ``strength`` above 0, for square images of ``size``."""
        return self.strong(strength, size)


def percent(value: float) -> str:
    """A share in words."""
    return f"{100 * value:.0f} %"


def share(strength: float) -> float:
    """For layers without a strength of their own: it is the share of the images."""
    return strength


def of_images(strength: float) -> str:
    """The share of the images in words."""
    return f"{percent(strength)} of the images"
