"""Questions to the data before any training: shortcuts, leakage, baselines, and how many more.

All answers come from one look at the pixels and the cached features, in seconds.
"""

from __future__ import annotations

from core.preflight import words
from core.preflight.answers import (
    Baseline,
    Curve,
    Gain,
    GivenAway,
    Leakage,
    Level,
    Point,
    Preflight,
    Shortcut,
    Sign,
)
from core.preflight.shortcuts import CUES, cue_named
from core.preflight.work import STAGES, examine, originals

__all__ = [
    "CUES",
    "STAGES",
    "Baseline",
    "Curve",
    "Gain",
    "GivenAway",
    "Leakage",
    "Level",
    "Point",
    "Preflight",
    "Shortcut",
    "Sign",
    "cue_named",
    "examine",
    "originals",
    "words",
]
