"""Images so dark that little can be made out."""

from __future__ import annotations

from core.audit.check import Check, Evidence, Found, column
from core.audit.scale import THRESHOLD, Scale, judged

SCALE = Scale(0.0, 0.25, 0.5)  # of white


def score(evidence: Evidence) -> Found:
    """Every image by its brightest hundredth."""
    return judged(
        column(evidence, "p99"),
        SCALE,
        lambda value: f"Its brightest spots reach {100 * value:.0f} % of white",
        "are dark: that is how this collection looks",
    )


CHECK = Check("dark", "Dark images", THRESHOLD, score)
