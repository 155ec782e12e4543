"""Images unlike all others, whatever their class: perhaps they do not belong here at all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.audit.check import Check, Evidence, Found, Needs, nothing

_NEIGHBOURS = 10
_WIDTH = 128  # the first principal components tell images apart; the rest adds time
_FARTHEST = 10.0  # robust standard deviations beyond the usual distance; scores 0
_ENOUGH = 30  # with fewer images nothing can be called usual


def score(evidence: Evidence) -> Found:
    """How far an image is from its nearest neighbours, compared with what is usual here.

    The distance to the tenth neighbour in feature space, on a logarithmic scale, measured in
    robust standard deviations (of the median absolute deviation) above the median. The tenth
    alone, not the mean of ten: a handful of images of one other thing are near each other.
    Source: S. Ramaswamy, R. Rastogi, K. Shim, Efficient algorithms for mining outliers from
    large data sets, SIGMOD (2000).
    """
    if len(evidence.images) < _ENOUGH:
        return Found(nothing(evidence))
    beyond = _beyond(evidence.compressed[:, :_WIDTH])
    notes = ["Far from everything else" if value > _FARTHEST / 2 else "" for value in beyond]
    return Found(np.clip(1 - beyond / _FARTHEST, 0, 1), notes)


def _beyond(features: NDArray[np.float32]) -> NDArray[np.float64]:
    from sklearn.neighbors import NearestNeighbors

    nearest = NearestNeighbors(n_neighbors=_NEIGHBOURS + 1, algorithm="brute").fit(features)
    distances = nearest.kneighbors(features)[0][:, -1]
    logs = np.log(np.maximum(distances, 1e-9)).astype(np.float64)
    middle = np.median(logs)
    spread = 1.4826 * np.median(np.abs(logs - middle))
    return np.asarray((logs - middle) / max(float(spread), 1e-9))


CHECK = Check("outliers", "Images unlike all others", 0.5, score, needs=Needs.FEATURES)
