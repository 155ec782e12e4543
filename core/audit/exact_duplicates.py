"""The same file more than once: counted twice by every figure, and worse, under two labels."""

from __future__ import annotations

import pandas as pd

from core.audit.findings import Finding, worst_first

NAME = "exact_duplicates"
TITLE = "Identical files"
CONFLICT, REPEAT = 0.0, 0.25  # scores: contradicting labels do more harm than repetition


def find(catalogue: pd.DataFrame, rejected: pd.DataFrame) -> list[Finding]:
    """Every image that has a twin, those with two labels first."""
    twins = catalogue[catalogue.duplicated("sha256", keep=False)]
    found = []
    for _, group in twins.groupby("sha256", sort=False):
        labels = sorted(group["label"].unique())
        for row in group.itertuples():
            others = [str(s) for s in group["source"] if s != row.source]
            note = f"Identical to {', '.join(others[:3])}"
            if len(labels) > 1:
                note += f", and labelled differently ({' and '.join(labels)})"
            score = CONFLICT if len(labels) > 1 else REPEAT
            found.append(Finding(str(row.source), score, note))
    return worst_first(found)
