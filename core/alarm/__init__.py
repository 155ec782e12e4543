"""The label-changing alarm: does an augmentation turn images into another class?

The one thing that an augmentation must never do is to make its label a lie. A 6 that is turned
by 180 degrees is a 9; taught as a 6, it spoils both classes. Whether that happens depends on the
images, so the images are asked, before any training.
"""

from __future__ import annotations

from core.alarm import words
from core.alarm.eye import Eye
from core.alarm.kept import Answer, Findings, answer, answered, answers, pictures, take_back
from core.alarm.verdict import (
    LEAST,
    Level,
    Looked,
    Pair,
    Suspicion,
    Verdict,
    everyday_confusion,
    look,
    verdicts,
)

__all__ = [
    "LEAST",
    "Answer",
    "Eye",
    "Findings",
    "Level",
    "Looked",
    "Pair",
    "Suspicion",
    "Verdict",
    "answer",
    "answered",
    "answers",
    "everyday_confusion",
    "look",
    "pictures",
    "take_back",
    "verdicts",
    "words",
]
