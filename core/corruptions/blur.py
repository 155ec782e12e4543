"""Loss of sharpness: out of focus, through glass, in motion."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from core.corruptions.kind import Corruption, Pixels, Random, scale_of
from core.corruptions.tools import blurred, shuffled, spread_along, spread_over_disc

_ZOOMS = 7  # pictures that a zoom is made of


def defocus(image: Pixels, radius: float, random: Random) -> Pixels:
    """Spread every point over a disc of ``radius`` pixels."""
    return spread_over_disc(image, radius * scale_of(image))


def glass(image: Pixels, level: tuple[float, float, int], random: Random) -> Pixels:
    """Blur, let pixels change places with near ones several times, and blur again.

    Args:
        image: to be altered.
        level: the blur's sigma, how far pixels move at most, how often.
        random: where they go.
    """
    sigma, reach, turns = level
    scale = scale_of(image)
    found = shuffled(blurred(image, sigma * scale), max(1, round(reach * scale)), turns, random)
    return blurred(found, sigma * scale / 2)


def motion(image: Pixels, length: float, random: Random) -> Pixels:
    """Draw every point out into a line of ``length`` pixels, at a slant of up to 45 degrees."""
    angle = random.uniform(-math.pi / 4, math.pi / 4)
    return spread_along(image, max(2.0, length * scale_of(image)), angle)


def zoom(image: Pixels, most: float, random: Random) -> Pixels:
    """The mean of the image and of views ever nearer, up to ``most`` times as large."""
    side = image.shape[0]
    whole, total = Image.fromarray(image), image.astype(np.uint16)
    for factor in np.linspace(1, most, _ZOOMS)[1:]:
        margin = (side - side / factor) / 2
        box = (margin, margin, side - margin, side - margin)
        total += np.asarray(whole.resize((side, side), Image.Resampling.BILINEAR, box))
    return ((total + _ZOOMS // 2) // _ZOOMS).astype(np.uint8)


BLUR = (
    Corruption(
        "defocus_blur",
        "Out of focus",
        "Blur",
        "The camera focused on something else.",
        (1.5, 2.5, 4.0, 6.0, 8.0),
        defocus,
    ),
    Corruption(
        "glass_blur",
        "Through glass",
        "Blur",
        "Seen through frosted glass or a scratched lens cover.",
        ((0.5, 1.0, 1), (0.7, 1.0, 2), (0.9, 2.0, 2), (1.1, 3.0, 2), (1.4, 4.0, 3)),
        glass,
    ),
    Corruption(
        "motion_blur",
        "Motion blur",
        "Blur",
        "The hand shook, or the thing moved.",
        (5.0, 9.0, 14.0, 20.0, 28.0),
        motion,
    ),
    Corruption(
        "zoom_blur",
        "Zoom blur",
        "Blur",
        "The camera came quickly nearer while it took the picture.",
        (1.05, 1.1, 1.16, 1.24, 1.34),
        zoom,
    ),
)
