"""How a picture was taken: turned, too near, too dark, under another lamp, from the side."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from core.corruptions.kind import Corruption, Pixels, Random
from core.corruptions.tools import drawn_from, mirrored, photons, rounded

_STRONGEST = 0.35  # of the far side of a perspective, as a share of the side
# The two corners of each edge of a square, and the way from the one to the other
_EDGES = ((0, 3, (1, 0)), (1, 2, (1, 0)), (0, 1, (0, 1)), (3, 2, (0, 1)))


def rotation(image: Pixels, degrees: float, random: Random) -> Pixels:
    """Turn by ``degrees`` to either side; what comes in at the corners is a mirror's."""
    side = image.shape[0]
    turned = math.radians(degrees)
    margin = math.ceil(side * (abs(math.cos(turned)) + abs(math.sin(turned)) - 1) / 2) + 1
    sign = 1 if random.random() < 0.5 else -1
    wide = Image.fromarray(mirrored(image, margin))
    found = np.asarray(wide.rotate(sign * degrees, Image.Resampling.BILINEAR))
    return found[margin : margin + side, margin : margin + side].copy()


def crop(image: Pixels, share: float, random: Random) -> Pixels:
    """Keep a square of this ``share`` of the side, anywhere, and blow it up."""
    side = image.shape[0]
    kept = side * share
    left, top = random.uniform(0, side - kept, 2)
    box = (left, top, left + kept, top + kept)
    return np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.BILINEAR, box))


def low_light(image: Pixels, level: tuple[float, float], random: Random) -> Pixels:
    """Take away light, and let the sensor count what is left.

    Args:
        image: to be altered.
        level: the share of each value that is left; the photons that would make white.
        random: the grain.
    """
    left, full = level
    return drawn_from(image, photons(full, left), random)


def colour_cast(image: Pixels, strength: float, random: Random) -> Pixels:
    """Light it by a lamp that is too warm or too cold, by ``strength`` of a channel."""
    warm = 1 if random.random() < 0.5 else -1
    gains = 1 + np.array([warm, 0.1 * warm, -warm], np.float32) * np.float32(strength)
    # The camera keeps the picture as bright as it was.
    gains /= np.float32(0.299 * gains[0] + 0.587 * gains[1] + 0.114 * gains[2])
    return rounded(image * gains)


def perspective(image: Pixels, strength: float, random: Random) -> Pixels:
    """Look at it from one of four sides: the far edge gets shorter by ``strength``."""
    side = image.shape[0]
    margin = math.ceil(side * _STRONGEST)
    wide = Image.fromarray(mirrored(image, margin))
    give = side * strength / 2
    # Where the four corners of the new image look: the far edge sees more, so it looks smaller.
    corners = np.array([[0, 0], [0, side], [side, side], [side, 0]], float) + margin
    first, second, way = _EDGES[int(random.integers(4))]
    corners[first] -= np.array(way) * give
    corners[second] += np.array(way) * give
    seen = _quad_to_perspective(corners, side)
    found = wide.transform(
        (side, side), Image.Transform.PERSPECTIVE, seen, Image.Resampling.BILINEAR
    )
    return np.asarray(found)


def _quad_to_perspective(corners: np.ndarray, side: int) -> tuple[float, ...]:
    """Pillow's eight numbers that take the corners of a square to ``corners``."""
    square = [(0, 0), (0, side), (side, side), (side, 0)]
    rows, values = [], []
    for (x, y), (to_x, to_y) in zip(square, corners.tolist(), strict=True):
        rows.append([x, y, 1, 0, 0, 0, -to_x * x, -to_x * y])
        rows.append([0, 0, 0, x, y, 1, -to_y * x, -to_y * y])
        values += [to_x, to_y]
    return tuple(np.linalg.solve(np.array(rows, float), np.array(values)).tolist())


CAMERA = (
    Corruption(
        "rotation",
        "Turned",
        "Camera",
        "The camera was held at a slant.",
        (6.0, 12.0, 20.0, 30.0, 45.0),
        rotation,
    ),
    Corruption(
        "crop",
        "Too near",
        "Camera",
        "Part of the thing lies outside the picture.",
        (0.9, 0.8, 0.7, 0.6, 0.5),
        crop,
    ),
    Corruption(
        "low_light",
        "Low light",
        "Camera",
        "Taken in the evening: dark and full of grain.",
        ((0.6, 600.0), (0.4, 300.0), (0.26, 200.0), (0.16, 150.0), (0.09, 120.0)),
        low_light,
    ),
    Corruption(
        "colour_cast",
        "Another lamp",
        "Camera",
        "A warm bulb or cold shade that the camera did not make up for.",
        (0.1, 0.18, 0.27, 0.37, 0.5),
        colour_cast,
    ),
    Corruption(
        "perspective",
        "From the side",
        "Camera",
        "Taken at an angle: what is farther away looks smaller.",
        (0.12, 0.22, 0.34, 0.48, 0.65),
        perspective,
    ),
)
