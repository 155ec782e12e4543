"""Classes with too few images to learn from, or far fewer than the largest."""

from __future__ import annotations

import pandas as pd

from core.audit.findings import Finding, worst_first

NAME = "class_counts"
TITLE = "Classes that are small"
ENOUGH = 30  # below this, a class leaves fewer than five images to judge it by
UNEQUAL = 5.0  # a class so many times smaller than the largest is easily overlooked


def find(catalogue: pd.DataFrame, rejected: pd.DataFrame) -> list[Finding]:
    """(class, score, note) of every class that is small, the smallest first."""
    counts = catalogue["label"].value_counts()
    largest = int(counts.max()) if len(counts) else 0
    found = []
    for label, count in counts.items():
        few, unequal = count < ENOUGH, count * UNEQUAL < largest
        if few or unequal:
            note = "1 image" if count == 1 else f"{count} images"
            note += f", fewer than {ENOUGH}" if few else ""
            note += f"; the largest class has {largest}" if unequal else ""
            score = min(1.0, count / ENOUGH, UNEQUAL * count / largest)
            found.append(Finding(str(label), float(score), note))
    return worst_first(found)
