"""From a measured number to a score: a half where it becomes a fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.audit.check import Evidence, Found

THRESHOLD = 0.5
"""the score where a fault begins, for every check that has a `Scale`"""

_NOTED = 0.75  # scores from here on need no words
_ENOUGH = 8  # images, below which nothing can be called usual

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Scale:
    """Three values of a measured number; ``worst`` may be the smallest or the greatest.

    Attributes:
        worst: scores 0.
        limit: scores `THRESHOLD`.
        best: scores 1, and so does what lies beyond.
    """

    worst: float
    limit: float
    best: float

    def scores(self, values: NDArray[Any]) -> Numbers:
        """A score for each value; between the three it runs straight. NaN stays NaN."""
        points = np.array([self.worst, self.limit, self.best])
        order = points[0] <= points[-1]
        numbers, marks = np.asarray(values, np.float64), np.array([0.0, THRESHOLD, 1.0])
        scores = np.interp(numbers if order else -numbers, points if order else -points, marks)
        return np.where(np.isnan(numbers), np.nan, scores)

    def usual_at(self, value: float) -> Scale:
        """The scale where ``value``, beyond the limit, is how pictures usually are: fine, then."""
        return Scale(self.worst, (self.worst + value) / 2, value)


def judged(values: NDArray[Any], scale: Scale, note: Callable[[float], str], usual: str) -> Found:
    """Score ``values``; where most lie beyond the limit, against what is usual among them.

    What most images have is how they are, no fault of single ones: it is said once, and
    only those stand out that are twice as far off as is usual.

    Args:
        values: one an image; NaN where it is not known.
        scale: for images as they are taken every day.
        note: says of one value what was found.
        usual: said of most images where most lie beyond the limit, as in "are dark".
    """
    scores, remark = scale.scores(values), ""
    known = np.isfinite(scores)
    if known.sum() >= _ENOUGH:
        share = float((scores[known] < THRESHOLD).mean())
        if share > 0.5:
            scores = scale.usual_at(float(np.median(np.asarray(values)[known]))).scores(values)
            remark = f"{_share(share)} {usual}. Shown are those that stand out even so."
    notes = [""] * len(scores)
    for place in np.flatnonzero(scores < _NOTED):
        notes[place] = note(float(values[place]))
    return Found(scores, notes, remark=remark)


def _share(share: float) -> str:
    if share == 1:
        return "All images"
    return "Nearly all images" if share > 0.9 else f"{100 * share:.0f} % of the images"


def sizes(evidence: Evidence) -> tuple[Numbers, Numbers]:
    """Widths and heights; NaN where the catalogue does not tell."""
    images = evidence.images
    if not {"width", "height"} <= set(images.columns):
        unknown = np.full(len(images), np.nan)
        return unknown, unknown
    found = images[["width", "height"]].to_numpy(np.float64)
    return found[:, 0], found[:, 1]


def apart(values: Numbers) -> Numbers:
    """How far each value lies outside of where most are.

    The distance to the median, less as much as the middle half of the values spreads: in a
    collection of all sizes, no size is odd. Source: the fences of J. W. Tukey, Exploratory
    Data Analysis, 1977, chapter 2.

    Returns:
        0 within, negative below, positive above; NaN where a value is not known.
    """
    known = values[np.isfinite(values)]
    if not len(known):
        return values
    low, middle, high = np.quantile(known, [0.25, 0.5, 0.75])
    distance = values - middle
    return np.asarray(np.sign(distance) * np.maximum(0.0, np.abs(distance) - (high - low)))
