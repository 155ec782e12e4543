"""Images far larger or smaller than the others: often from another source."""

from __future__ import annotations

import numpy as np

from core.audit.check import Check, Evidence, Found
from core.audit.scale import THRESHOLD, Scale, apart, judged, sizes

SCALE = Scale(5.0, 2.0, 0.5)  # doublings of the side, beyond where most images are


def score(evidence: Evidence) -> Found:
    """Every image by the side of a square with as many pixels, against most others."""
    width, height = sizes(evidence)
    doublings = np.log2(np.maximum(1.0, width * height)) / 2
    found = judged(np.abs(apart(doublings)), SCALE, lambda value: "", "")
    usual = 2.0 ** float(np.nanmedian(doublings)) if np.isfinite(doublings).any() else 0.0
    notes = [
        f"{width[place]:.0f} x {height[place]:.0f} pixels; usual here is about {usual:.0f} a side"
        if value < 1
        else ""
        for place, value in enumerate(found.scores)
    ]
    return Found(found.scores, notes)


CHECK = Check("odd_size", "Unusual sizes", THRESHOLD, score)
