"""Images that show next to nothing: one colour, or a few flat areas."""

from __future__ import annotations

from core.audit.check import Check, Evidence, Found, column
from core.audit.scale import THRESHOLD, Scale, judged

SCALE = Scale(0.0, 2.5, 5.0)  # bits; a photo has 7


def score(evidence: Evidence) -> Found:
    """Every image by how many different shades it has."""
    return judged(
        column(evidence, "entropy"),
        SCALE,
        lambda value: f"Its shades hold {value:.1f} bits of information; a usual photo has about 7",
        "have few shades, as drawings and text do",
    )


CHECK = Check("low_information", "Nearly empty images", THRESHOLD, score)
