"""Images whose brightness hardly varies, as in fog."""

from __future__ import annotations

from core.audit.check import Check, Evidence, Found, column
from core.audit.scale import THRESHOLD, Scale, judged

SCALE = Scale(0.0, 0.04, 0.1)  # standard deviation of luma; a photo has 0.2


def score(evidence: Evidence) -> Found:
    """Every image by how much its brightness varies."""
    return judged(
        column(evidence, "contrast"),
        SCALE,
        lambda value: (
            f"Brightness varies by {100 * value:.1f} % of its range; a usual photo has about 20 %"
        ),
        "have low contrast: that is how this collection looks",
    )


CHECK = Check("low_contrast", "Low contrast", THRESHOLD, score)
