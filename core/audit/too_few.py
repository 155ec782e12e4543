"""Classes with too few images to learn from, and to judge what was learnt."""

from __future__ import annotations

import numpy as np

from core.audit.check import Check, Evidence, Found, Needs, Scope

ENOUGH = 30  # below this, a class leaves fewer than five images to judge it by


def score(evidence: Evidence) -> Found:
    """Every class: its size as a share of what is enough."""
    counts = np.bincount(evidence.labels, minlength=len(evidence.classes))
    notes = [
        f"{'1 image' if n == 1 else f'{n} images'}, fewer than {ENOUGH}" if n < ENOUGH else ""
        for n in counts
    ]
    return Found(np.minimum(1.0, counts / ENOUGH), notes, evidence.classes)


CHECK = Check("too_few", "Classes with too few images", 1.0, score, Scope.CLASS, Needs.TABLE)
