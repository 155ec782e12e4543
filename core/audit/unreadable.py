"""Files that could not be taken: damaged, cut off, no image, or without a class."""

from __future__ import annotations

import numpy as np

from core.audit.check import Check, Evidence, Found, Needs, Scope


def score(evidence: Evidence) -> Found:
    """Every rejected file, in the order of the upload."""
    rejected = evidence.rejected
    if rejected.empty:
        return Found(np.zeros(0), [], [])
    return Found(
        np.zeros(len(rejected)),
        [str(reason) for reason in rejected["reason"]],
        [str(source) for source in rejected["source"]],
    )


CHECK = Check("unreadable", "Files that were not taken", 0.5, score, Scope.FILE, Needs.TABLE)
