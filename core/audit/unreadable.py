"""Files that could not be taken: damaged, cut off, no image, or without a class."""

from __future__ import annotations

import pandas as pd

from core.audit.findings import Finding

NAME = "unreadable"
TITLE = "Files that were not taken"


def find(catalogue: pd.DataFrame, rejected: pd.DataFrame) -> list[Finding]:
    """Every rejected file, in the order of the upload."""
    if rejected.empty:
        return []
    rows = rejected[["source", "reason"]].itertuples(index=False)
    return [Finding(str(row.source), 0.0, str(row.reason)) for row in rows]
