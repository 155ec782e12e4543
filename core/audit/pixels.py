"""What the pixels of one image say: light, colour, sharpness."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SIDE = 256
"""the longer side at which pixels are looked at, a little more than the 224 of the networks"""

_TINY = 32  # spots a side at least, for colours, where there are as many pixels
_COLOURED = 12  # a colour whose strongest and weakest channel differ by less looks grey
_SPECKS = 0.005  # share of coloured spots that a grey picture may have
_FAR = 4  # pixels; how a brightness changes over these tells a blur from a sharp edge
_ROUNDING = 2 / 12  # the variance that rounding gives a difference of two levels
_LEVELS = np.arange(256)


def halved(image: Image.Image) -> Image.Image:
    """``image`` with the longer side below twice `SIDE`, by a quick average."""
    factor = max(image.size) // SIDE
    return image.reduce(factor) if factor >= 2 else image


def canonical(luma: Image.Image) -> Image.Image:
    """``luma`` with the longer side at most `SIDE`."""
    longer = max(luma.size)
    if longer <= SIDE:
        return luma
    width, height = (max(1, round(side * SIDE / longer)) for side in luma.size)
    return luma.resize((width, height), Image.Resampling.HAMMING)


def light(luma: Image.Image) -> dict[str, float]:
    """Mean, percentiles, contrast and entropy of an image of mode L; see `measure.COLUMNS`."""
    counts = np.asarray(luma.histogram(), dtype=np.float64)
    shares = counts / counts.sum()
    mean = float(shares @ _LEVELS)
    variance = float(shares @ (_LEVELS - mean) ** 2)
    present = shares[shares > 0]
    # a little more than the level: the share of 1 % itself is reached despite rounding
    levels = np.searchsorted(np.cumsum(shares), np.array([0.01, 0.05, 0.95, 0.99]) - 1e-9)
    p1, p5, p95, p99 = (float(level) / 255 for level in np.minimum(levels, 255))
    return {
        "brightness": mean / 255,
        "p1": p1,
        "p5": p5,
        "p95": p95,
        "p99": p99,
        "contrast": math.sqrt(variance) / 255,
        "entropy": max(0.0, float(-(present @ np.log2(present)))),
    }


def colour(image: Image.Image) -> dict[str, float]:
    """Means and saturation of an RGB image, of small spots: the noise of single pixels is none."""
    image = image.reduce((max(1, image.width // _TINY), max(1, image.height // _TINY)))
    red, green, blue = np.asarray(image, dtype=np.int32).reshape(-1, 3).T
    strongest = np.maximum(np.maximum(red, green), blue)
    chroma = strongest - np.minimum(np.minimum(red, green), blue)
    coloured = np.count_nonzero(chroma > _COLOURED) / chroma.size
    return {
        "saturation": float(chroma.sum()) / max(1, int(strongest.sum())),
        "red": float(red.mean()) / 255,
        "green": float(green.mean()) / 255,
        "blue": float(blue.mean()) / 255,
        "grey": float(coloured <= _SPECKS),
    }


def sharpness(luma: NDArray[np.uint8]) -> float:
    """How abruptly brightness changes: 0 only gently, 1 as in noise.

    The root mean square of the steps between neighbours, against that of the steps over
    `_FAR` pixels. Steps of a smooth picture add up over a distance, those of a sharp one
    happen at once. The contrast cancels out. Source: the structure function of a random
    field (Kolmogorov 1941), at two distances.

    Returns:
        NaN where nothing changes, or the picture is narrower than that.
    """
    values = luma.astype(np.float32)
    near = _energy(values[:, 1:] - values[:, :-1]) + _energy(values[1:] - values[:-1])
    far = _energy(values[:, _FAR:] - values[:, :-_FAR]) + _energy(values[_FAR:] - values[:-_FAR])
    if far <= 0:
        return math.nan
    least = 1 / _FAR  # of a picture that changes evenly
    return min(1.0, max(0.0, (math.sqrt(near / far) - least) / (1 - least)))


def _energy(steps: NDArray[np.float32]) -> float:
    """The sum of squares, less what rounding to whole levels adds to it."""
    flat = steps.ravel()
    return max(0.0, float(np.dot(flat, flat)) - flat.size * _ROUNDING)
