"""Grain: what too little light and faulty electronics do to single pixels."""

from __future__ import annotations

import numpy as np

from core.corruptions.kind import Corruption, Pixels, Random
from core.corruptions.tools import drawn_from, photons, rounded


def gaussian(image: Pixels, deviation: float, random: Random) -> Pixels:
    """Add normal noise; ``deviation`` is a share of the whole range."""
    noise = random.standard_normal(image.shape, np.float32)
    noise *= 255 * deviation
    noise += image
    return rounded(noise)


def shot(image: Pixels, full: float, random: Random) -> Pixels:
    """Count photons, of which ``full`` make white: bright places get the most grain."""
    return drawn_from(image, photons(full), random)


def impulse(image: Pixels, share: float, random: Random) -> Pixels:
    """Set a ``share`` of the values to nothing or all, like dead and hot pixels."""
    chance = random.integers(0, 1 << 16, image.shape, np.uint16)
    half = int(share * (1 << 15))
    found = image.copy()
    found[chance < half] = 0
    found[chance >= (1 << 16) - half] = 255
    return found


NOISE = (
    Corruption(
        "gaussian_noise",
        "Gaussian noise",
        "Noise",
        "Grain all over, as phones make it indoors.",
        (0.04, 0.08, 0.12, 0.18, 0.26),
        gaussian,
    ),
    Corruption(
        "shot_noise",
        "Shot noise",
        "Noise",
        "Grain of too few photons: light itself comes in portions.",
        (250.0, 60.0, 25.0, 12.0, 5.0),
        shot,
    ),
    Corruption(
        "impulse_noise",
        "Impulse noise",
        "Noise",
        "Single wrong dots, from a faulty sensor or a bad transmission.",
        (0.01, 0.03, 0.06, 0.11, 0.2),
        impulse,
    ),
)
