"""Handwritten digits: the small scans that come with scikit-learn, drawn as ink on paper.

The writing is real: 43 people wrote the digits of the UCI set "Optical Recognition of Handwritten
Digits" (Alpaydin and Kaynak 1998), of which scikit-learn carries 1,797 as 8 by 8 counts of ink.
Only the paper, the ink and the size of the picture are added here.
"""

import functools
import io

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

from .fields import Array, between, blur, generator, resize, smooth, step

CLASSES = tuple(str(digit) for digit in range(10))
COUNT = 60
SIZE = 96


@functools.cache
def _scans() -> tuple[Array, Array]:
    """All scans (n, 8, 8), as shares of ink (0..1), and the digit that each shows (n,)."""
    data = load_digits()
    return np.asarray(data.images, dtype=np.float64) / 16, np.asarray(data.target)


def picture(label: str, index: int) -> Image.Image:
    """One digit as ink on paper, before it is encoded: grayscale, SIZE by SIZE.

    Args:
        label: ``0`` to ``9``.
        index: which of the scans of that digit, from 0 (there are 174 at least).
    """
    scans, digits = _scans()
    rows = generator("digits", label, "order").permutation(np.flatnonzero(digits == int(label)))
    rng = generator("digits", label, index)
    ink = blur(resize(np.pad(scans[rows[index]], 1), SIZE, SIZE), 1.2)
    ink = step(0.3, 0.9, ink)
    paper = between(rng, 0.88, 0.96) + 0.012 * smooth(rng, SIZE, 3) + 0.010 * smooth(rng, SIZE, 40)
    pen = between(rng, 0.10, 0.28) + 0.02 * smooth(rng, SIZE, 12)
    grey = paper * (1 - ink) + pen * ink
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
