"""Grey images among coloured ones, and coloured ones among grey."""

from __future__ import annotations

import numpy as np

from core.audit.check import Check, Evidence, Found, column
from core.audit.scale import THRESHOLD, Scale

SCALE = Scale(0.0, 0.1, 0.3)  # share of the images that have colour, or have none, as this one
_CLASS = 20  # images of a class, from which on it has a habit of its own


def score(evidence: Evidence) -> Found:
    """Every image by how many are of its kind, in all or in its class, whichever are fewer."""
    grey = column(evidence, "grey")
    known = np.isfinite(grey)
    if not known.any():
        return Found(np.full(len(grey), np.nan))
    is_grey = grey == 1
    share = np.where(is_grey, is_grey[known].mean(), 1 - is_grey[known].mean())
    for label in range(len(evidence.classes)):
        members = (evidence.labels == label) & known
        if members.sum() >= _CLASS:
            within = is_grey[members].mean()
            kind = np.where(is_grey[members], within, 1 - within)
            share[members] = np.minimum(share[members], kind)
    scores = np.where(known, SCALE.scores(share), np.nan)
    notes = [
        ("Grey among coloured images" if is_grey[place] else "Coloured among grey images")
        if value < THRESHOLD
        else ""
        for place, value in enumerate(scores)
    ]
    return Found(scores, notes)


CHECK = Check("odd_colour", "Grey among coloured, or the reverse", THRESHOLD, score)
