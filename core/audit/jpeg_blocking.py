"""Images that were compressed so much that small squares show instead of details."""

from __future__ import annotations

import numpy as np

from core.audit.check import Check, Evidence, Found, column
from core.audit.scale import THRESHOLD, Scale, judged

QUALITY = Scale(5.0, 25.0, 60.0)  # as programs count it when they save
BLOCKS = Scale(4.0, 1.5, 0.8)  # steps at the edges of the squares, against those inside


def score(evidence: Evidence) -> Found:
    """Every image by the quality of its JPEG file, and by the squares that it shows.

    The squares stay when a picture is saved again, in whatever format.
    """
    blocks = BLOCKS.scores(column(evidence, "blockiness"))
    quality = column(evidence, "jpeg_quality")
    found = judged(
        quality,
        QUALITY,
        lambda value: f"Saved as JPEG at quality {value:.0f} of 100",
        "are heavily compressed",
    )
    scores, notes = np.fmin(found.scores, blocks), list(found.notes or ())
    for place in np.flatnonzero(blocks < np.nan_to_num(found.scores, nan=1.0)):
        notes[place] = "Squares show in it, as JPEG leaves them"
    return Found(np.where(np.isnan(scores), 1.0, scores), notes, remark=found.remark)


CHECK = Check("jpeg_blocking", "Heavy JPEG compression", THRESHOLD, score)
