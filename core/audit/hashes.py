"""A small fingerprint of an image, by which copies and repeated shots find each other.

It holds the fine detail of the picture with its lighting taken out, and its colours coarsely:
enough to compare two images without opening their files again, and short enough to keep for
forty thousand of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from PIL import Image

SIDE = 32  # places of detail along a side
TINTS = 4  # places of colour along a side
_DETAIL = SIDE * SIDE // 2  # bytes: four bits a place
LENGTH = _DETAIL + 2 * TINTS * TINTS  # bytes
_FINE, _WIDE = 0.7, 1.5  # widths in places: finer than the first is noise, wider is lighting
_NEGLIGIBLE = 1e-9  # weight of a place
_FLAT = 0.5  # contrast in grey levels below which there is nothing to see
_STEP = 0.18  # of the local contrast: one of the sixteen steps that four bits tell apart


def perceptual_hash(image: Image.Image) -> str:
    """The fingerprint of an upright RGB image, as hexadecimal text of 2 x `LENGTH` letters.

    Brightness is cut to a band of detail and divided by the contrast around each place, so that
    light, exposure and contrast cancel out (as in the contrast normalisation of N. Pinto et al.,
    Why is real-world visual object recognition hard?, PLoS Computational Biology 4, 2008).
    """
    small = image.resize((SIDE, SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0)
    pixels = np.asarray(small.convert("YCbCr"), dtype=np.float32)
    detail = np.clip(np.rint(_detail(pixels[..., 0]) / _STEP), -8, 7).astype(np.int8).ravel() + 8
    packed = (detail[0::2] << 4 | detail[1::2]).astype(np.uint8)
    step = SIDE // TINTS
    tints = pixels[..., 1:].reshape(TINTS, step, TINTS, step, 2).mean(axis=(1, 3))
    return str((packed.tobytes() + np.rint(tints).astype(np.uint8).tobytes()).hex())


def as_column(rows: NDArray[np.uint8], there: NDArray[np.bool_]) -> pd.Series:
    """Fingerprints as a column of a table, without a copy: a Python object each is much larger.

    Args:
        rows: (images, `LENGTH`).
        there: (images,): whether there is one; None stands where there is none.
    """
    valid = np.packbits(there, bitorder="little")
    buffers = [pa.py_buffer(valid), pa.py_buffer(np.ascontiguousarray(rows))]
    kind = pa.binary(LENGTH)
    array = pa.FixedSizeBinaryArray.from_buffers(kind, len(rows), buffers)
    return pd.Series(pd.arrays.ArrowExtensionArray(array))


def packed(values: Iterable[object]) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Fingerprints as bytes: (images, `LENGTH`), and which of them are there: (images,).

    Args:
        values: a column that `as_column` made, or hexadecimal text or bytes one by one. What is
            no fingerprint (an image that could not be measured) gives zeros.
    """
    if isinstance(values, pd.Series) and isinstance(values.dtype, pd.ArrowDtype):
        return _view(values)
    listed = list(values)
    there = np.zeros(len(listed), np.bool_)
    rows = np.zeros((len(listed), LENGTH), np.uint8)
    for place, value in enumerate(listed):
        is_text = isinstance(value, str) and len(value) == 2 * LENGTH
        content = bytes.fromhex(str(value)) if is_text else value
        if isinstance(content, bytes) and len(content) == LENGTH:
            rows[place], there[place] = np.frombuffer(content, np.uint8), True
    return rows, there


def _view(column: pd.Series) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """What `packed` gives, without a copy where nothing is missing."""
    array: Any = pa.chunked_array(pa.array(column)).combine_chunks()
    there = np.asarray(array.is_valid())
    if not len(array):
        return np.zeros((0, LENGTH), np.uint8), there
    start, content = array.offset * LENGTH, np.frombuffer(array.buffers()[1], np.uint8)
    rows = content[start : start + len(array) * LENGTH].reshape(-1, LENGTH)
    return (rows if there.all() else np.where(there[:, None], rows, np.uint8(0))), there


def unpacked(rows: NDArray[np.uint8]) -> NDArray[np.int8]:
    """The details in fingerprints: (images, `SIDE`, `SIDE`), -8..7; 0 where there is none."""
    detail = np.empty((len(rows), 2 * _DETAIL), np.int8)
    detail[:, 0::2], detail[:, 1::2] = rows[:, :_DETAIL] >> 4, rows[:, :_DETAIL] & 15
    detail -= 8
    detail[~rows.any(axis=1)] = 0
    return detail.reshape(-1, SIDE, SIDE)


def colours_of(rows: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The colours in fingerprints: (images, 2 `TINTS`²), blue and red difference 0..255."""
    return rows[:, _DETAIL:]


def _detail(luma: NDArray[np.float32]) -> NDArray[np.float32]:
    band = _GENTLE @ luma @ _GENTLE.T - _BROAD @ luma @ _BROAD.T
    contrast = np.sqrt(np.maximum(_BROAD @ (band * band) @ _BROAD.T, 0))
    return np.asarray(band / (contrast + _FLAT), np.float32)


def blurring(width: float, side: int = SIDE) -> NDArray[np.float32]:
    """The matrix (``side``, ``side``) that blurs a row of places by a Gaussian of this width."""
    places = np.arange(side)
    weights = np.exp(-((places[:, None] - places) ** 2) / (2 * width**2))
    weights[weights < _NEGLIGIBLE] = 0  # numbers close to the smallest are very slow to multiply
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), np.float32)


_GENTLE, _BROAD = blurring(_FINE), blurring(_WIDE)
