"""Handwritten digits: the small scans that come with scikit-learn, drawn as ink on paper.

The writing is real: it is the test half of the UCI set "Optical Recognition of Handwritten Digits"
(Alpaydin and Kaynak 1998), 1,797 digits by 13 people, which scikit-learn carries as 8 by 8 counts
of ink.
They are enlarged here, turned and moved a little, and laid as ink on paper.
"""

import functools
import io

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

from .fields import (
    Array,
    Rng,
    around_zero,
    between,
    blur,
    generator,
    pick,
    resize,
    smooth,
    square,
    step,
)

CLASSES = tuple(str(digit) for digit in range(10))
COUNT = 60
SIZE = 96

TURN = 20
"""How far a digit may be turned, in degrees."""

MOVE = 0.15
"""How far a digit may stand from the middle, as a share of the picture."""


@functools.cache
def _scans() -> tuple[Array, Array]:
    """All scans (n, 8, 8), as shares of ink (0..1), and the digit that each shows (n,)."""
    data = load_digits()
    return np.asarray(data.images, dtype=np.float64) / 16, np.asarray(data.target)


def _placed(rng: Rng, scan: Array) -> Array:
    """The ink of a scan on an empty sheet: enlarged, turned and moved a little, as people write."""
    sheet = blur(resize(np.pad(scan, 4), 2 * SIZE, 2 * SIZE), 1.5)
    image = Image.fromarray(sheet.astype(np.float32))
    angle = np.deg2rad(around_zero(rng, TURN))
    shrink = between(rng, 1.2, 1.9)
    cosine, sine = shrink * np.cos(angle), shrink * np.sin(angle)
    right, down = (SIZE * (1 + around_zero(rng, MOVE)) for _ in range(2))
    middle = SIZE / 2
    across = (cosine, -sine, right - cosine * middle + sine * middle)
    along = (sine, cosine, down - sine * middle - cosine * middle)
    size, way = (SIZE, SIZE), Image.Transform.AFFINE
    placed = image.transform(size, way, (*across, *along), Image.Resampling.BICUBIC)
    return np.asarray(placed, dtype=np.float64)


def _paper(rng: Rng) -> Array:
    """Brightness of an empty sheet, plain, ruled or squared, in uneven light."""
    x, y = square(SIZE)
    turn, tilt = between(rng, 0, 2 * np.pi), np.deg2rad(around_zero(rng, 5))
    sheet = between(rng, 0.82, 0.95) + 0.06 * (np.cos(turn) * x + np.sin(turn) * y)
    sheet = sheet + 0.012 * smooth(rng, SIZE, 3) + 0.010 * smooth(rng, SIZE, 40)
    kind = pick(rng, ["plain", "ruled", "squared"], [4, 3, 3])
    dark, wide = between(rng, 0.06, 0.25), between(rng, 0.010, 0.018)
    pitch = between(rng, 0.3, 0.5)
    start_x, start_y = rng.uniform(0, 1, 2)
    down = (y + tilt * x) / pitch + start_y
    across = (x - tilt * y) / pitch + start_x
    near = np.abs(down - np.round(down)) if kind != "plain" else np.ones_like(x)
    if kind == "squared":
        near = np.minimum(near, np.abs(across - np.round(across)))
    return sheet * (1 - dark * step(2 * wide, 0.5 * wide, near * pitch))


def picture(label: str, index: int) -> Image.Image:
    """One digit as ink on paper, before it is encoded: grayscale, SIZE by SIZE.

    Args:
        label: ``0`` to ``9``.
        index: which of the scans of that digit, from 0 (there are 174 at least).
    """
    scans, digits = _scans()
    rows = generator("digits", label, "order").permutation(np.flatnonzero(digits == int(label)))
    rng = generator("digits", label, index)
    ink = step(0.3, 0.9, _placed(rng, scans[rows[index]]))
    pen = between(rng, 0.08, 0.42) + 0.02 * smooth(rng, SIZE, 12)
    sheet = _paper(rng)
    grey = sheet * (1 - ink) + pen * ink
    return Image.fromarray((np.clip(grey, 0, 1) * 255 + 0.5).astype(np.uint8))


def photo(label: str, index: int) -> bytes:
    """The JPEG of one image.

    Args:
        label: one of ``CLASSES``.
        index: from 0 to 173 at least; each gives another image.
    """
    out = io.BytesIO()
    picture(label, index).save(out, "JPEG", quality=88, optimize=True)
    return out.getvalue()
