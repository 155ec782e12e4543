"""Images without a sharp edge, even at the small size that a classifier sees."""

from __future__ import annotations

from core.audit.check import Check, Evidence, Found, column
from core.audit.scale import THRESHOLD, Scale, judged

SCALE = Scale(
    0.0, 0.06, 0.16
)  # a picture blurred by 2 pixels of 256 has 0.04, by 1 has 0.11, a sharp one 0.2 and more


def score(evidence: Evidence) -> Found:
    """Every image by how abruptly its brightness changes."""
    return judged(
        column(evidence, "sharpness"),
        SCALE,
        lambda value: f"Sharpness {value:.2f}; a sharp photo has 0.2 or more",
        "are blurry at the size that a classifier looks at",
    )


CHECK = Check("blurry", "Blurry images", THRESHOLD, score)
