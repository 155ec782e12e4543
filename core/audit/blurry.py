"""Images without a sharp edge, even at the small size that a classifier sees."""

from __future__ import annotations

from core.audit.check import Check, Evidence, Found, column
from core.audit.scale import THRESHOLD, Scale, judged

# Blurred by 2 pixels of 256, a picture has 0.04, by 1 it has 0.11; a sharp one has 0.2 and more
SCALE = Scale(0.0, 0.07, 0.16)


def score(evidence: Evidence) -> Found:
    """Every image by how abruptly its brightness changes."""
    return judged(
        column(evidence, "sharpness"),
        SCALE,
        lambda value: f"Sharpness {value:.2f}; a sharp photo has 0.2 or more",
        "are blurry at the size that a classifier looks at",
    )


CHECK = Check("blurry", "Blurry images", THRESHOLD, score)
