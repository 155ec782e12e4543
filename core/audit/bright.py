"""Images so bright that little can be made out."""

from __future__ import annotations

from core.audit.check import Check, Evidence, Found, column
from core.audit.scale import THRESHOLD, Scale, judged

SCALE = Scale(1.0, 0.8, 0.5)  # of white


def score(evidence: Evidence) -> Found:
    """Every image by its darkest hundredth."""
    return judged(
        column(evidence, "p1"),
        SCALE,
        lambda value: f"Its darkest spots are at {100 * value:.0f} % of white",
        "are very bright: that is how this collection looks",
    )


CHECK = Check("bright", "Bright images", THRESHOLD, score)
