"""Photos that are stored lying on their side, with a mark that says how to turn them."""

from __future__ import annotations

import numpy as np

from core.audit.check import Check, Evidence, Found
from core.audit.scale import THRESHOLD

MARKED = 0.4  # a score: nothing is wrong with them here
_MANY = 0.5  # the share of the images from which on it is said once
_TURNS = {
    2: "mirrored",
    3: "upside down",
    4: "upside down and mirrored",
    5: "on its side and mirrored",
    6: "on its side",
    7: "on its side and mirrored",
    8: "on its side",
}


def score(evidence: Evidence) -> Found:
    """Every image by the orientation in its EXIF data."""
    count = len(evidence.images)
    if "exif_orientation" not in evidence.images.columns:
        return Found(np.ones(count))
    turns = evidence.images["exif_orientation"].to_numpy()
    marked = np.isin(turns, list(_TURNS))
    many = bool(count) and marked.mean() > _MANY
    scores = np.where(marked & (not many), MARKED, 1.0)
    notes = [
        f"Stored {_TURNS[int(turns[place])]}, with a mark that says so; shown upright here"
        if value < 1
        else ""
        for place, value in enumerate(scores)
    ]
    remark = (
        "Most images carry a mark that says how to turn them. Here all are turned upright; other "
        "programs may not do so."
    )
    return Found(scores, notes, remark=remark if many else "")


CHECK = Check("rotated", "Stored on their side", THRESHOLD, score)
