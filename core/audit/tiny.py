"""Images much smaller than a classifier looks at: enlarging adds pixels, but no details."""

from __future__ import annotations

import numpy as np

from core.audit.check import Check, Evidence, Found
from core.audit.scale import THRESHOLD, Scale, judged, sizes

SCALE = Scale(0.0, 48.0, 128.0)  # pixels of the shorter side; networks look at 224


def score(evidence: Evidence) -> Found:
    """Every image by its shorter side."""
    width, height = sizes(evidence)
    return judged(
        np.minimum(width, height),
        SCALE,
        lambda side: f"Its shorter side has {side:.0f} pixels; a classifier looks at 224",
        "are small, which is fine where all are alike",
    )


CHECK = Check("tiny", "Tiny images", THRESHOLD, score)
