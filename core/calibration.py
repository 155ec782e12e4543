"""Does "90 % sure" come true nine times in ten? Calibration: measured, and mended.

Temperature scaling and the calibration error are those of C. Guo et al., On Calibration of Modern
Neural Networks, ICML 2017.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.results import wilson

Probabilities = NDArray[np.floating[Any]]
Flags = NDArray[np.bool_]

BINS = 10
COOLEST, WARMEST = 0.1, 10.0  # temperatures that are thought possible
PRIOR = 0.3  # how far from 1 temperatures usually are, as a share
_ZOOMS, _TRIED = 4, 41
_DRAWS = 400
_TINY = float(np.finfo(np.float32).tiny)  # stands for a probability that was rounded to 0


def fit_temperature(probabilities: Probabilities, labels: NDArray[np.integer[Any]]) -> float:
    """The temperature that images which were not learnt from make the most likely.

    Above 1 the model was too sure of itself, below 1 not sure enough. Few images say little about
    it: their least cross-entropy alone would find 0.6 or 1.6 where 1 is true, and make things
    worse. So temperatures are thought the less likely beforehand the farther they are from 1 (the
    logarithm is normal with a spread of `PRIOR`); many images overrule that.

    Args:
        probabilities: (n, classes), each row sums to 1.
        labels: (n,) the number of each image's true class; images below 0 do not count.

    Returns:
        From `COOLEST` to `WARMEST`; 1 where nothing can be told, as without images.
    """
    known = np.asarray(labels) >= 0
    logits = _logits(np.asarray(probabilities)[known])
    own = np.asarray(labels)[known]
    truth = logits[np.arange(len(own)), own]

    def unlikely(warmth: float) -> float:
        """Minus the log-posterior of the temperature exp(``warmth``)."""
        scaled = np.exp(-warmth)
        losses = np.log(np.exp(logits * scaled).sum(axis=1)) - truth * scaled
        return float(losses.sum() + 0.5 * (warmth / PRIOR) ** 2)

    low, high = np.log(COOLEST), np.log(WARMEST)
    best = 0.0
    for _ in range(_ZOOMS):
        tried = np.linspace(low, high, _TRIED)
        best = float(tried[np.argmin([unlikely(each) for each in tried])])
        step = tried[1] - tried[0]
        low, high = best - step, best + step
    # Rounded as finely as was searched: where nothing can be told, this is 1
    return float(np.clip(round(float(np.exp(best)), 5), COOLEST, WARMEST))


def warmed(probabilities: Probabilities, temperature: float) -> NDArray[np.float64]:
    """What a model says whose logits are divided by ``temperature``: (n, classes).

    The order of the classes stays; ``warmed(warmed(p, t), 1 / t)`` is p again.
    """
    if temperature == 1.0:
        return np.asarray(probabilities, np.float64)
    return _softmax(_logits(probabilities) / temperature)


def reliability(
    confidence: NDArray[np.floating[Any]], correct: Flags, bins: int = BINS
) -> pd.DataFrame:
    """How often answers were right, by how sure they were.

    Args:
        confidence: (n,) the probability of the class that was said, in 0..1.
        correct: (n,) whether it was right.
        bins: of equal width, from 0 to 1; an answer on an edge belongs to the lower bin.

    Returns:
        One row a bin: low, high (its edges), n (answers in it), confidence (their mean), accuracy
        and its 95 % interval accuracy_low, accuracy_high. Of an empty bin, confidence and
        accuracy are not known (NaN) and the interval is 0 to 1.
    """
    sure, right = np.asarray(confidence, np.float64), np.asarray(correct, bool)
    place = _bins(sure, bins)
    count = np.bincount(place, minlength=bins)
    hits = np.bincount(place[right], minlength=bins)
    total = np.bincount(place, weights=sure, minlength=bins)
    some = np.where(count > 0, count, np.nan)
    edges = np.linspace(0, 1, bins + 1)
    between = [wilson(int(k), int(n)) for k, n in zip(hits, count, strict=True)]
    return pd.DataFrame(
        {
            "low": edges[:-1],
            "high": edges[1:],
            "n": count,
            "confidence": total / some,
            "accuracy": hits / some,
            "accuracy_low": [low for low, _ in between],
            "accuracy_high": [high for _, high in between],
        }
    )


def ece(confidence: NDArray[np.floating[Any]], correct: Flags, bins: int = BINS) -> float:
    """Expected calibration error: the mean gap between confidence and accuracy, in 0..1.

    A bin's gap counts as often as it has answers; 0 where there are none. Few images give a gap by
    chance alone, see `ece_by_chance`.
    """
    sure = np.asarray(confidence, np.float64)[None, :]
    right = np.asarray(correct, np.float64)[None, :]
    return float(_gaps(sure, right, bins)[0]) if sure.size else 0.0


def ece_by_chance(
    confidence: NDArray[np.floating[Any]], bins: int = BINS, seed: int = 0
) -> tuple[float, float]:
    """The calibration error that answers as sure as these show though each is meant honestly.

    Answers are drawn that are right just as often as they say.
    Source: J. Bröcker and L. A. Smith, Increasing the reliability of reliability diagrams, Weather
    and Forecasting 22 (2007).

    Returns:
        Its mean, and what it exceeds in 5 % of the draws; 0, 0 where there are no answers.
    """
    sure = np.asarray(confidence, np.float64)
    if not sure.size:
        return 0.0, 0.0
    drawn = np.random.default_rng(seed).random((_DRAWS, len(sure))) < sure
    found = _gaps(sure[None, :], drawn.astype(np.float64), bins)
    return float(found.mean()), float(np.quantile(found, 0.95))


@dataclass(frozen=True)
class Fit:
    """What dividing the logits by a temperature did to the calibration error.

    Attributes:
        temperature: fitted on the validation images.
        validation_before: expected calibration error on the validation images, as trained.
        validation_after: with the temperature.
        test_before: the same of the test images, which had no say in it.
        test_after: the same.
    """

    temperature: float
    validation_before: float
    validation_after: float
    test_before: float
    test_after: float

    def to_dict(self) -> dict[str, float]:
        """As a run's report keeps it."""
        return asdict(self)


def calibrated(
    probabilities: Probabilities, labels: NDArray[np.integer[Any]], validation: Flags
) -> tuple[NDArray[np.float64], Fit]:
    """Answers with the temperature that the validation images ask for, and what that did.

    Args:
        probabilities: (n, classes) of validation and test images, as the model was trained.
        labels: (n,) the number of each image's true class.
        validation: (n,) which of them are validation images; the others are test images.
    """
    own, side = np.asarray(labels), np.asarray(validation, bool)
    temperature = fit_temperature(np.asarray(probabilities)[side], own[side])
    after = warmed(probabilities, temperature)
    found = [
        ece(answers[rows].max(axis=1, initial=0.0), answers[rows].argmax(axis=1) == own[rows])
        for rows in (side, ~side)
        for answers in (np.asarray(probabilities), after)
    ]
    return after, Fit(temperature, *found)


def coverage_curve(
    confidence: NDArray[np.floating[Any]], correct: Flags, steps: int = 100
) -> pd.DataFrame:
    """What is gained where only answers with a confidence of at least a threshold are given.

    Args:
        confidence: (n,) the probability of the class that was said.
        correct: (n,) whether it was right.
        steps: thresholds from 0 to 1 in so many steps.

    Returns:
        One row a threshold: threshold, answered (how many), coverage (their share), right,
        accuracy (of those answered; NaN where nothing is) and its 95 % interval accuracy_low,
        accuracy_high.
    """
    sure = np.asarray(confidence, np.float64)
    order = np.argsort(sure, kind="stable")
    right_from = np.append(np.cumsum(np.asarray(correct, int)[order][::-1])[::-1], 0)
    thresholds = np.linspace(0, 1, steps + 1)
    # Confidences are kept in single precision: 0.9 may be a little less
    first = np.searchsorted(sure[order], thresholds - 1e-7)
    answered, right = len(sure) - first, right_from[first]
    between = [wilson(int(k), int(n)) for k, n in zip(right, answered, strict=True)]
    some = np.where(answered > 0, answered, np.nan)
    return pd.DataFrame(
        {
            "threshold": thresholds,
            "answered": answered,
            "coverage": answered / max(1, len(sure)),
            "right": right,
            "accuracy": right / some,
            "accuracy_low": [low for low, _ in between],
            "accuracy_high": [high for _, high in between],
        }
    )


def _bins(confidence: NDArray[np.float64], bins: int) -> NDArray[np.int64]:
    place = np.ceil(confidence * bins).astype(np.int64) - 1
    return np.clip(place, 0, bins - 1)


def _gaps(
    confidence: NDArray[np.float64], correct: NDArray[np.float64], bins: int
) -> NDArray[np.float64]:
    """The calibration error of each row of ``correct`` (draws, n)."""
    surplus = np.zeros((len(correct), bins))
    place = _bins(confidence[0], bins)
    for number in np.unique(place):
        own = place == number
        surplus[:, number] = (correct[:, own] - confidence[0, own]).sum(axis=1)
    return np.asarray(np.abs(surplus).sum(axis=1) / confidence.shape[1])


def _logits(probabilities: Probabilities) -> NDArray[np.float64]:
    """Logits of ``probabilities``, the largest of each row 0."""
    logs = np.log(np.maximum(np.asarray(probabilities, np.float64), _TINY))
    return np.asarray(logs - logs.max(axis=1, keepdims=True, initial=-np.inf))


def _softmax(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(logits)  # at most 1, see `_logits`
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
