"""Snow, frost, fog, and too much light. All of it is drawn: no pictures are needed."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from core.corruptions.kind import Corruption, Pixels, Random, scale_of
from core.corruptions.tools import Floats, clouds, rounded, smooth_noise, spread_along

_WHITE = np.float32(255)
_ICE = np.array([205, 225, 240], np.float32)  # the colour of ice, in RGB


def snow(image: Pixels, level: tuple[float, float, float, float], random: Random) -> Pixels:
    """Pale the image and let flakes fall across it.

    Args:
        image: to be altered.
        level: the share of flakes, their size and their streak in pixels, how pale the rest gets.
        random: where they fall, and at what slant.
    """
    share, size, length, paler = level
    side, scale = image.shape[0], scale_of(image)
    cells = max(8, round(side / max(1.0, size * scale)))
    fallen = random.random((cells, cells), np.float32) < share
    flakes = (fallen * random.integers(128, 256, fallen.shape)).astype(np.uint8)
    large = Image.fromarray(flakes).resize((side, side), Image.Resampling.BICUBIC)
    angle = math.pi / 2 + random.uniform(-0.6, 0.6)
    seen = spread_along(np.asarray(large)[..., None], max(1.5, length * scale), angle)
    cover = np.minimum(seen * np.float32(2.2 / 255), 1)
    grey = image.mean(axis=2, dtype=np.float32, keepdims=True)
    pale = image * np.float32(1 - paler) + np.float32(paler) * (0.5 * grey + 127)
    return rounded(pale * (1 - cover) + _WHITE * cover)


def frost(image: Pixels, level: tuple[float, float], random: Random) -> Pixels:
    """Let ice grow over the image from its border.

    The needles are ridges of noise: where smooth noise crosses zero, 1 - |noise| is sharpest.

    Source: F. K. Musgrave in Ebert and others, Texturing and Modeling (1994), for the ridges.

    Args:
        image: to be altered.
        level: how far the ice reaches in, as a share of the side; how dense it is.
        random: how it grows.
    """
    reach, dense = level
    side = image.shape[0]
    needles = np.zeros((side, side), np.float32)
    for cells, weight in ((7, 0.5), (15, 0.3), (31, 0.2)):
        needles += weight * np.maximum(0, 1 - 1.6 * np.abs(smooth_noise(side, random, cells)))
    border = _inwards(side) + 0.25 * smooth_noise(side, random, 4) * np.float32(reach)
    thick = np.clip((reach - border) / max(reach, 1e-6), 0, 1)
    cover = np.clip(dense * thick * (0.35 + 1.3 * needles), 0, 0.95)[..., None]
    return rounded(image * (1 - cover) + _ICE * cover)


def fog(image: Pixels, level: tuple[float, float], random: Random) -> Pixels:
    """Lay clouds over the image and take its contrast.

    Args:
        image: to be altered.
        level: how thick the fog is; how fast its details fade, 0..1.
        random: its shape.
    """
    thick, decay = level
    cover = 255 * thick * clouds(image.shape[0], random, 2, 5, decay)[..., None]
    found = image + np.float32(0.5 * 255 * thick) + cover * np.float32(0.5)
    brightest = np.float32(max(1, int(image.max())))
    return rounded(found * (brightest / (brightest + 255 * thick)))


def brightness(image: Pixels, more: float, random: Random) -> Pixels:
    """Raise the value of the HSV model by ``more`` of its range; hue and saturation stay."""
    value = image.max(axis=2, keepdims=True).astype(np.float32)
    raised = np.minimum(value + np.float32(255 * more), 255)
    scaled = image * (raised / np.maximum(value, 1))
    return rounded(np.where(value > 0, scaled, raised))


def _inwards(side: int) -> Floats:
    """How far each pixel lies from the border, as a share of the side: 0 to 0.5."""
    steps = (np.arange(side, dtype=np.float32) + np.float32(0.5)) / side
    near = np.minimum(steps, 1 - steps)
    return np.minimum(near[:, None], near[None, :])


WEATHER = (
    Corruption(
        "snow",
        "Snow",
        "Weather",
        "Flakes between the camera and the thing, and a white sky behind.",
        (
            (0.015, 2.5, 6.0, 0.1),
            (0.03, 2.5, 8.0, 0.2),
            (0.05, 3.0, 10.0, 0.3),
            (0.08, 3.0, 12.0, 0.35),
            (0.12, 3.5, 14.0, 0.4),
        ),
        snow,
    ),
    Corruption(
        "frost",
        "Frost",
        "Weather",
        "Ice on the window or on the lens, growing from the border.",
        ((0.15, 0.9), (0.25, 1.1), (0.4, 1.3), (0.6, 1.5), (0.9, 1.7)),
        frost,
    ),
    Corruption(
        "fog",
        "Fog",
        "Weather",
        "Mist, smoke or a steamed-up lens.",
        ((0.5, 0.5), (0.9, 0.5), (1.4, 0.55), (2.0, 0.6), (3.0, 0.6)),
        fog,
    ),
    Corruption(
        "brightness",
        "Too bright",
        "Weather",
        "Direct sun, or an exposure that was too long.",
        (0.1, 0.2, 0.3, 0.4, 0.5),
        brightness,
    ),
)
