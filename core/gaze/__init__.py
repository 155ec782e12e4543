"""Where a model looks: heat maps as figures, as pictures, and in words.

What makes heat maps is `core.ml.explain`; here is what is made of them, without any network.
"""

from __future__ import annotations

from core.gaze import picture, words
from core.gaze.found import FILE, ClassGaze, Example, Gaze, Swap, keep_picture, pictures
from core.gaze.measure import (
    BORDER_AREA,
    GRID,
    OUTSIDE_AREA,
    SPOT_AREA,
    Share,
    Spot,
    border,
    mean_share,
    normal,
    on_grid,
    outside,
    spot,
)
from core.gaze.ways import Way

__all__ = [
    "BORDER_AREA",
    "FILE",
    "GRID",
    "OUTSIDE_AREA",
    "SPOT_AREA",
    "ClassGaze",
    "Example",
    "Gaze",
    "Share",
    "Spot",
    "Swap",
    "Way",
    "border",
    "keep_picture",
    "mean_share",
    "normal",
    "on_grid",
    "outside",
    "picture",
    "pictures",
    "spot",
    "words",
]
