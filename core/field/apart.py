"""Can images from elsewhere be told from the run's own? One simple classifier, many shufflings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import Stopped
from core.probe import folds_of

SHUFFLINGS = 499
_STRENGTH = 0.1  # of the penalty, times the mean variance of a direction
_DIRECTIONS = 512  # at most as many as that are taken to matter, as in `core.probe`
_AT_ONCE = 100  # shufflings that are scored at a time

Labels = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Apart:
    """How well the two sides are told apart.

    Attributes:
        share: of one image from elsewhere and one of the run's own, both of the same class, how
            often the classifier knows which is which: 0.5 is luck, 1 never wrong.
        luck: the share that only one shuffling in 20 exceeds.
        p: how often shuffled sides are told apart as well.
        n_before, n_after: images that were asked.
    """

    share: float
    luck: float
    p: float
    n_before: int
    n_after: int


def tell_apart(
    features: NDArray[np.floating[Any]],
    labels: Labels,
    after: Flags,
    seed: int = 0,
    should_stop: Callable[[], bool] = lambda: False,
) -> tuple[Apart | None, NDArray[np.float64]]:
    """Train a classifier to tell the sides apart, in folds, and see how well luck would do.

    Each class is looked at by itself: features and sides are taken from the mean of the class,
    sides are shuffled within it, and pairs are of one class. So classes in other shares are no
    difference. Folds do not depend on the sides, so the test is exact.

    Sources: D. Lopez-Paz and M. Oquab, Revisiting classifier two-sample tests, ICLR (2017);
    B. Phipson and G. K. Smyth, Permutation p-values should never be zero, Stat. Appl. Genet.
    Mol. Biol. 9 (2010).

    Args:
        features: (images, values).
        labels: class numbers.
        after: whether an image is from elsewhere.
        seed: the same gives the same.
        should_stop: asked now and then.

    Returns:
        What was found, None where no class has two images on either side; and for each image how
        much it seems to be from elsewhere, NaN where its class is on one side alone.

    Raises:
        Stopped: ``should_stop`` said so.
    """
    kept = np.flatnonzero(_two_sided(labels, after))
    seeming = np.full(len(labels), np.nan)
    if not len(kept):
        return None, seeming
    classes = np.unique(labels[kept], return_inverse=True)[1].astype(np.int64)
    flags = after[kept]
    rng = np.random.default_rng(seed)
    folds = folds_of(classes, seed=seed)
    solved = _solved(_centred(np.asarray(features[kept], np.float64), classes), folds)
    scores = _scores(solved, _centred(flags[:, None].astype(np.float64), classes), folds)
    seeming[kept] = scores[:, 0]
    shares = [_share(scores, flags[:, None], classes)]
    for start in range(0, SHUFFLINGS, _AT_ONCE):
        if should_stop():
            raise Stopped
        many = shuffled(flags, classes, min(_AT_ONCE, SHUFFLINGS - start), rng)
        found = _scores(solved, _centred(many.astype(np.float64), classes), folds)
        shares.append(_share(found, many, classes))
    values = np.concatenate(shares)
    p = float((values >= values[0] - 1e-12).mean())
    luck = float(np.quantile(values[1:], 0.95))
    n_after = int(flags.sum())
    return Apart(float(values[0]), luck, p, len(flags) - n_after, n_after), seeming


def shuffled(flags: Flags, classes: Labels, times: int, rng: np.random.Generator) -> Flags:
    """(images, times): the sides dealt out anew within each class."""
    found = np.empty((len(flags), times), np.bool_)
    for number in np.unique(classes):
        rows = np.flatnonzero(classes == number)
        own = np.tile(flags[rows, None], (1, times))
        found[rows] = rng.permuted(own, axis=0)
    return found


def _two_sided(labels: Labels, after: Flags) -> Flags:
    """Which images are of a class with two images or more on either side."""
    wide = int(labels.max(initial=-1)) + 1
    here, there = (np.bincount(labels[side], minlength=wide) for side in (~after, after))
    return np.asarray(((here >= 2) & (there >= 2))[labels])


def _centred(values: NDArray[np.float64], classes: Labels) -> NDArray[np.float64]:
    """``values`` less the mean of their class."""
    found = values.copy()
    for number in np.unique(classes):
        rows = classes == number
        found[rows] -= values[rows].mean(axis=0)
    return found


def _solved(features: NDArray[np.float64], folds: Labels) -> dict[int, NDArray[np.float64]]:
    """For each fold, what turns the sides of all others into its scores: (own, others).

    Ridge regression by the products of images, which are fewer than the values.
    """
    near = features @ features.T
    found: dict[int, NDArray[np.float64]] = {}
    for fold in np.unique(folds):
        own, others = folds == fold, folds != fold
        inner = near[np.ix_(others, others)]
        n = len(inner)
        penalty = _STRENGTH * np.trace(inner) / max(1, min(n, features.shape[1], _DIRECTIONS))
        inner[np.diag_indices(n)] += max(float(penalty), 1e-9)
        found[int(fold)] = np.asarray(np.linalg.solve(inner, near[np.ix_(others, own)]).T, float)
    return found


def _scores(
    solved: dict[int, NDArray[np.float64]], sides: NDArray[np.float64], folds: Labels
) -> NDArray[np.float64]:
    """(images, k): what each image scores by a classifier that never saw its fold."""
    found = np.empty_like(sides)
    for fold, weights in solved.items():
        found[folds == fold] = weights @ sides[folds != fold]
    return found


def _share(scores: NDArray[np.float64], sides: Flags, classes: Labels) -> NDArray[np.float64]:
    """(k,): of pairs of a class, one of either side, how many are in the right order.

    The area under the ROC curve, from ranks; of ties no account is taken, scores hardly tie.
    Source: J. A. Hanley and B. J. McNeil, The meaning and use of the area under a ROC curve,
    Radiology 143 (1982).
    """
    right, pairs = np.zeros(scores.shape[1]), 0
    for number in np.unique(classes):
        rows = np.flatnonzero(classes == number)
        ranks = scores[rows].argsort(axis=0).argsort(axis=0) + 1
        there = int(sides[rows, 0].sum())
        right += (ranks * sides[rows]).sum(axis=0) - there * (there + 1) / 2
        pairs += there * (len(rows) - there)
    return right / max(1, pairs)
