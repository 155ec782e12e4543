"""A heat map drawn over its picture."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.settings import Fit

Heat = NDArray[np.floating[Any]]
Pixels = NDArray[np.uint8]

# From cold to hot: each step is lighter than the one before, so that it can be read without
# colours too (the scale known as inferno, by N. Smith and S. van der Walt, 2015).
_STEPS = ((0, 0, 4), (87, 16, 110), (188, 55, 84), (249, 142, 9), (252, 255, 164))
_QUALITY = 85
_COVER = 0.7  # how much of the picture the hottest place hides
_FADED = 0.6  # how much of a picture's colours is taken out, so that those of the heat stand out


def drawn_over(pixels: Pixels, heat: Heat) -> Pixels:
    """``pixels`` (height, width, 3), paler, with ``heat`` of any size over all of it."""
    height, width = pixels.shape[:2]
    values = _scaled(heat, width, height)
    picture = pixels.astype(np.float32)
    grey = picture @ np.array([0.299, 0.587, 0.114], np.float32)
    picture = (1 - _FADED) * picture + _FADED * grey[..., None]
    cover = _COVER * values[..., None] ** 0.7
    return np.rint((1 - cover) * picture + cover * _coloured(values)).astype(np.uint8)


def in_places(heat: Heat, width: int, height: int) -> Heat:
    """``heat`` (rows, columns) at that size, each of its places an even block of its own."""
    rows = np.arange(height) * heat.shape[0] // height
    columns = np.arange(width) * heat.shape[1] // width
    return np.asarray(heat[rows[:, None], columns])


def heat_alone(heat: Heat, side: int) -> Pixels:
    """``heat`` in its colours, (side, side, 3)."""
    return np.rint(_coloured(_scaled(heat, side, side))).astype(np.uint8)


def as_it_came(heat: Heat, width: int, height: int, fit: Fit) -> NDArray[np.float32]:
    """``heat`` of the square that the model saw, as heat of the image that it was made of.

    Args:
        heat: (side, side).
        width: of the image, in pixels.
        height: of the same.
        fit: how the image became square, see `core.ingest.fit`.

    Returns:
        (height, width); 0 where the model saw nothing.
    """
    values = np.asarray(heat, np.float32)
    if fit is Fit.CROP:
        side = min(width, height)
        whole = np.zeros((height, width), np.float32)
        left, top = (width - side) // 2, (height - side) // 2
        whole[top : top + side, left : left + side] = _resized(values, side, side)
        return whole
    if fit is Fit.PAD:
        longer = max(width, height)
        square = _resized(values, longer, longer)
        left, top = (longer - width) // 2, (longer - height) // 2
        return square[top : top + height, left : left + width]
    return _resized(values, width, height)


def encoded(pixels: Pixels) -> bytes:
    """``pixels`` as WebP."""
    target = BytesIO()
    Image.fromarray(pixels).save(target, "WEBP", quality=_QUALITY, method=2)
    return target.getvalue()


def _scaled(heat: Heat, width: int, height: int) -> NDArray[np.float32]:
    """The heat at that size, its hottest place 1."""
    values = _resized(np.maximum(np.nan_to_num(heat), 0).astype(np.float32), width, height)
    return np.asarray(values / max(float(values.max(initial=0)), 1e-12), np.float32)


def _resized(values: NDArray[np.float32], width: int, height: int) -> NDArray[np.float32]:
    if values.shape == (height, width):
        return values
    image = Image.fromarray(values).resize((width, height), Image.Resampling.BICUBIC)
    return np.maximum(np.asarray(image, np.float32), 0)


def _coloured(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """0..1 -> (..., 3), 0..255."""
    at = np.linspace(0, 1, len(_STEPS))
    parts = [np.interp(values, at, channel) for channel in np.array(_STEPS, np.float32).T]
    return np.stack(parts, axis=-1).astype(np.float32)
