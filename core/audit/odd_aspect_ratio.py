"""Images much longer than they are wide, or the reverse, beside the others.

A classifier looks at a square: a long picture is squeezed, or loses its ends.
"""

from __future__ import annotations

import numpy as np

from core.audit.check import Check, Evidence, Found
from core.audit.scale import THRESHOLD, Scale, apart, judged, sizes

SCALE = Scale(3.0, 1.0, 0.4)  # doublings of the ratio of the sides, beyond where most images are


def score(evidence: Evidence) -> Found:
    """Every image by how much longer its longer side is, against most others."""
    width, height = sizes(evidence)
    ratio = np.maximum(width, height) / np.maximum(1.0, np.minimum(width, height))
    found = judged(np.maximum(0.0, apart(np.log2(ratio))), SCALE, lambda value: "", "")
    notes = [
        f"{width[place]:.0f} x {height[place]:.0f} pixels, {ratio[place]:.1f} times as long as wide"
        if value < 1
        else ""
        for place, value in enumerate(found.scores)
    ]
    return Found(found.scores, notes)


CHECK = Check("odd_aspect_ratio", "Unusual shapes", THRESHOLD, score)
