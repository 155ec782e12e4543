"""The same file more than once: counted twice by every figure, and worse, under two labels."""

from __future__ import annotations

from itertools import islice

import pandas as pd

from core.audit.findings import Finding, worst_first

NAME = "exact_duplicates"
TITLE = "Identical files"
CONFLICT, REPEAT = 0.0, 0.25  # scores: contradicting labels do more harm than repetition
_NAMED = 3  # twins that a note names


def find(catalogue: pd.DataFrame, rejected: pd.DataFrame) -> list[Finding]:
    """Every image that has a twin, those with two labels first."""
    twins = catalogue[catalogue.duplicated("sha256", keep=False)]
    found = []
    for _, group in twins.groupby("sha256", sort=False):
        labels = sorted(group["label"].unique())
        sources = [str(source) for source in group["source"]]
        for row in group.itertuples():
            others = (source for source in sources if source != row.source)
            note = f"Identical to {', '.join(islice(others, _NAMED))}"
            if len(sources) - 1 > _NAMED:
                note += f" and {len(sources) - 1 - _NAMED} more"
            if len(labels) > 1:
                note += f", and labelled differently ({' and '.join(labels)})"
            score = CONFLICT if len(labels) > 1 else REPEAT
            found.append(Finding(str(row.source), score, note))
    return worst_first(found)
