"""Classes far smaller than the largest: a classifier can overlook them and still score well."""

from __future__ import annotations

import numpy as np

from core.audit.check import Check, Evidence, Found, Needs, Scope

UNEQUAL = 5.0  # a class so many times smaller than the largest is easily overlooked


def score(evidence: Evidence) -> Found:
    """Every class: `UNEQUAL` times its size, as a share of the largest."""
    counts = np.bincount(evidence.labels, minlength=len(evidence.classes))
    largest = int(counts.max(initial=1))
    scores = np.minimum(1.0, UNEQUAL * counts / largest)
    notes = [
        f"{n:,} of {largest:,} images that the largest class has" if value < 1 else ""
        for n, value in zip(counts, scores, strict=True)
    ]
    return Found(scores, notes, evidence.classes)


CHECK = Check(
    "imbalance", "Classes far smaller than the largest", 1.0, score, Scope.CLASS, Needs.TABLE
)
