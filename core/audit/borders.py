"""Bars or frames around the picture, such as those of a film on a wider screen."""

from __future__ import annotations

from core.audit.check import Check, Evidence, Found, column
from core.audit.scale import THRESHOLD, Scale, judged

SCALE = Scale(0.5, 0.04, 0.01)  # of the picture


def score(evidence: Evidence) -> Found:
    """Every image by how much of it is a plain border."""
    return judged(
        column(evidence, "border"),
        SCALE,
        lambda value: f"{100 * value:.0f} % of it is a plain border",
        "have a plain border, which is a risk only where it differs between classes",
    )


CHECK = Check("borders", "Borders and bars", THRESHOLD, score)
