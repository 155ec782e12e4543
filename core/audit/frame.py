"""Bars and frames around a picture: letterboxes, scanner margins, drawn frames."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_FLAT = 10  # levels within which a line of pixels counts as plain, for JPEG's sake
_STEP = 16  # levels by which the picture differs from the bar where it begins
_EDGE = 0.6  # of the line where the bar ends; less is a thing on a plain ground, no bar
_BLEND = 2  # lines that scaling mixes from bar and picture


def frame_colour(image: Image.Image) -> tuple[float, float, float]:
    """The mean of the outermost pixels all around: red, green, blue in 0..1."""
    width, height = image.size
    sides = [(0, 0, width, 1), (0, height - 1, width, height)]
    sides += [(0, 0, 1, height), (width - 1, 0, width, height)]
    rim = b"".join(image.crop(side).tobytes() for side in sides)
    red, green, blue = np.frombuffer(rim, np.uint8).reshape(-1, 3).T
    return float(red.mean()) / 255, float(green.mean()) / 255, float(blue.mean()) / 255


def plain_frame(luma: NDArray[np.uint8]) -> float:
    """The share of a picture that plain bars at its sides take, 0..1.

    A bar is plain along whole lines, and the picture begins along most of a line at once: so
    a thing in front of a plain ground has none. A picture that is plain all over has none.

    Args:
        luma: (height, width).
    """
    height, width = luma.shape
    if not any(np.ptp(line) <= _FLAT for line in (luma[0], luma[-1], luma[:, 0], luma[:, -1])):
        return 0.0  # as most photos
    top, bottom = _bars(luma)
    left, right = _bars(luma.T)
    if not any((top, bottom, left, right)):
        return 0.0
    top, bottom, left, right = _real(luma, top, bottom, left, right)
    inner = int((height - top - bottom) * (width - left - right))
    return 1.0 - inner / int(luma.size)


def _bars(luma: NDArray[np.uint8]) -> tuple[int, int]:
    """How many lines are plain at the top and at the bottom; 0 where all are."""
    low, high = luma.min(axis=1).astype(np.int16), luma.max(axis=1).astype(np.int16)
    first = _run(low, high)
    if first >= len(luma) - _BLEND:
        return 0, 0
    return first, _run(low[::-1], high[::-1])


def _run(low: NDArray[np.int16], high: NDArray[np.int16]) -> int:
    """The number of lines from the first on that are plain and of its colour."""
    plain = (np.maximum(high, high[0]) - np.minimum(low, low[0])) <= _FLAT
    return len(plain) if plain.all() else int(np.argmin(plain))


def _real(
    luma: NDArray[np.uint8], top: int, bottom: int, left: int, right: int
) -> tuple[int, int, int, int]:
    """The bars that end in an edge; 0 for those that only are plain ground."""
    height, width = luma.shape
    inner = luma[top : height - bottom, left : width - right].astype(np.int16)
    if not inner.size:
        return 0, 0, 0, 0
    corner = luma.astype(np.int16)

    def edge(lines: NDArray[np.int16], bar: NDArray[np.int16]) -> bool:
        differs = np.abs(lines[:_BLEND] - int(bar.mean())) > _STEP
        return bool(differs.any(axis=0).mean() >= _EDGE)

    return (
        top if top and edge(inner, corner[0]) else 0,
        bottom if bottom and edge(inner[::-1], corner[-1]) else 0,
        left if left and edge(inner.T, corner[:, 0]) else 0,
        right if right and edge(inner.T[::-1], corner[:, -1]) else 0,
    )
