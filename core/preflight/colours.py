"""Names for colours, as people use them."""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

_HUES = (
    (20, "red"),
    (45, "orange"),
    (70, "yellow"),
    (165, "green"),
    (195, "turquoise"),
    (260, "blue"),
    (290, "purple"),
    (335, "pink"),
    (360, "red"),
)


def name_of(colour: Sequence[float] | NDArray[Any]) -> str:
    """The name of a colour, red, green, blue in 0..255: 'dark red', 'gray', 'unknown' for NaN."""
    if not np.isfinite(np.asarray(colour, float)).all():
        return "unknown"
    red, green, blue = (float(value) / 255 for value in colour)
    hue, light, strong = colorsys.rgb_to_hls(red, green, blue)
    chroma = max(red, green, blue) - min(red, green, blue)
    if light < 0.12:
        return "black"
    if light > 0.93:
        return "white"
    if chroma < 0.1 or strong < 0.08:
        return "dark gray" if light < 0.35 else "light gray" if light > 0.7 else "gray"
    name = next(name for limit, name in _HUES if hue * 360 <= limit)
    if name == "orange" and (light < 0.4 or chroma < 0.4):
        name = "brown"
    if chroma < 0.3:
        return f"grayish {name}"
    return f"dark {name}" if light < 0.25 else name
