"""One class against all others: precision-recall and ROC curves, and how sure their figures are."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.results import Z95, wilson

Numbers = NDArray[np.floating[Any]]
_HALVINGS = 50


@dataclass(frozen=True)
class Curve:
    """A curve over all thresholds: an image counts as found where its score is at least that.

    Attributes:
        x: (points,) recall of a precision-recall curve, false positive rate of a ROC curve.
        y: (points,) precision, or true positive rate.
        thresholds: (points,) the score from which on a point holds, falling; the first point is
            that of finding nothing, at infinity.
        area: average precision, or area under the ROC curve; NaN where it is not known, because
            one of the two kinds of images is missing.
        low: of ``area``, the lower end of the 95 % interval.
        high: the upper end.
        positives: images of the class.
        negatives: all others.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    thresholds: NDArray[np.float64]
    area: float
    low: float
    high: float
    positives: int
    negatives: int


@dataclass(frozen=True)
class ClassCurves:
    """Both curves of one class.

    Attributes:
        label: its name.
        precision_recall: see `precision_recall`.
        roc: see `roc`.
    """

    label: str
    precision_recall: Curve
    roc: Curve


def by_class(answers: pd.DataFrame, classes: Sequence[str]) -> list[ClassCurves]:
    """The curves of every class, in their order.

    Args:
        answers: label and p_0, p_1, ... of each image, see `core.results.predictions`.
        classes: the names, in the order of the columns.
    """
    labels = answers["label"].to_numpy(dtype=object)
    found = []
    for number, name in enumerate(classes):
        scores = answers[f"p_{number}"].to_numpy(np.float64)
        truth = np.asarray(labels == name, bool)
        found.append(ClassCurves(name, precision_recall(scores, truth), roc(scores, truth)))
    return found


def precision_recall(scores: Numbers, truth: NDArray[np.bool_]) -> Curve:
    """Precision against recall, from finding nothing (called precise) to finding all.

    The area is the average precision: each step of recall counts with the precision there, nothing
    is read into the gaps between points. Its interval is the score interval of a share of as many
    trials as there are images of the class, near enough to the binomial and logit intervals that
    K. Boyd, K. Eng and C. Page recommend (Area under the Precision-Recall Curve, ECML PKDD 2013),
    and of sense at 1 too.

    Args:
        scores: (n,) how much each image looks like the class; the higher, the more.
        truth: (n,) whether it is of the class.
    """
    thresholds, hits, false = _counts(scores, truth)
    positives, negatives = _kinds(truth)
    recall = np.append(0.0, hits / max(1, positives))
    precision = np.append(1.0, hits / np.maximum(1, hits + false))
    found = np.diff(np.append(0, hits)) * precision[1:]
    area = float(found.sum()) / positives if positives else math.nan
    low, high = wilson(area * positives, positives) if positives else (0.0, 1.0)
    thresholds = np.append(np.inf, thresholds)
    return Curve(recall, precision, thresholds, area, low, high, positives, negatives)


def roc(scores: Numbers, truth: NDArray[np.bool_]) -> Curve:
    """True positive rate against false positive rate.

    The area is the chance that an image of the class has a higher score than one that is not,
    with half a chance for equal ones. Its interval is method 5 of R. G. Newcombe, Confidence
    intervals for an effect size measure based on the Mann-Whitney statistic, part 2, Statistics in
    Medicine 25 (2006), which holds near 1 and for few images.

    Args:
        scores: (n,) how much each image looks like the class; the higher, the more.
        truth: (n,) whether it is of the class.
    """
    thresholds, hits, false = _counts(scores, truth)
    positives, negatives = _kinds(truth)
    x = np.append(0.0, false / max(1, negatives))
    y = np.append(0.0, hits / max(1, positives))
    area, low, high = math.nan, 0.0, 1.0
    if positives and negatives:
        area = float((np.diff(x) * (y[1:] + y[:-1]) / 2).sum())
        low, high = _area_interval(area, positives, negatives)
    return Curve(x, y, np.append(np.inf, thresholds), area, low, high, positives, negatives)


def precision_interval(correct: int, predicted: int) -> tuple[float, float]:
    """The 95 % interval of a precision: ``correct`` of the ``predicted`` images were right."""
    return wilson(correct, predicted)


def f1_interval(correct: int, n: int, predicted: int) -> tuple[float, float]:
    """The 95 % interval of an F1 score.

    Of the images that are of the class or were taken for it, the share that is both is a plain
    share J, and F1 is 2 J / (1 + J): the ends of the Wilson interval of J become those of F1.
    Source: K. F. Y. Lam et al., Confidence Intervals for the F1 Score, arXiv 2309.14621 (2023),
    there called Wilson indirect.

    Args:
        correct: images of the class that were found.
        n: images of the class.
        predicted: images taken for it.
    """
    low, high = wilson(correct, n + predicted - correct)
    return 2 * low / (1 + low), 2 * high / (1 + high)


def _counts(
    scores: Numbers, truth: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """At each score that occurs, the highest first: that score, and what is found from it on."""
    values, place = np.unique(-np.asarray(scores, np.float64), return_inverse=True)
    kind = np.asarray(truth, bool)
    each = [np.bincount(place[own], minlength=len(values)) for own in (kind, ~kind)]
    return -values, np.cumsum(each[0]), np.cumsum(each[1])


def _kinds(truth: NDArray[np.bool_]) -> tuple[int, int]:
    positives = int(np.count_nonzero(truth))
    return positives, len(truth) - positives


def _area_interval(area: float, positives: int, negatives: int) -> tuple[float, float]:
    """The areas that ``area`` is just not unlikely under, below it and above it."""
    pairs, extra = positives * negatives, (positives + negatives) / 2 - 1

    def too_far(true: float) -> bool:
        spread = 1 + extra * ((1 - true) / (2 - true) + true / (1 + true))
        return abs(area - true) > Z95 * math.sqrt(true * (1 - true) * spread / pairs)

    return _edge(too_far, 0.0, area), _edge(too_far, 1.0, area)


def _edge(is_out: Callable[[float], bool], out: float, within: float) -> float:
    """Where ``is_out`` begins to hold, on the way from ``within`` to ``out``."""
    if within == out:
        return out
    for _ in range(_HALVINGS):
        middle = (out + within) / 2
        out, within = (middle, within) if is_out(middle) else (out, middle)
    return out
