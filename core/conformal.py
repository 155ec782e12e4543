"""Saying "I don't know" with a promise: sets of classes that hold the truth as often as asked.

Split conformal prediction. On images that were not learnt from, note how little the true class was
believed; where a class of a new image is believed less than in all but the allowed share of them,
it is left out. Whatever the model is worth, the sets miss the truth no more often than the error
rate says, on average over images of the same kind as those noted (V. Vovk, A. Gammerman and G.
Shafer, Algorithmic Learning in a Random World, 2005). The score is one minus the probability of
the true class, which gives the smallest sets (M. Sadinle, J. Lei and L. Wasserman, Least ambiguous
set-valued classifiers, JASA 114, 2019); a set may be empty, where no class is believed enough.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from core.results import log_choose, wilson

RATES: Final = (0.01, 0.05, 0.1, 0.2)
"""error rates that can be asked for"""
_FOLDS: Final = 10
_ROUNDING = 1e-6  # of probabilities, which are kept in single precision


class Kind(StrEnum):
    """How much a set says."""

    SINGLE = "single"  # one class: an answer
    SEVERAL = "several"  # it may be any of these
    NONE = "none"  # like nothing among the classes


@dataclass(frozen=True)
class Conformal:
    """What was noted of the images that nothing was learnt from.

    Attributes:
        scores: (n,) one minus the probability of the true class, in any order.
    """

    scores: NDArray[np.float64]

    def __post_init__(self) -> None:
        object.__setattr__(self, "scores", np.sort(np.asarray(self.scores, np.float64)))

    @classmethod
    def of(
        cls, probabilities: NDArray[np.floating[Any]], labels: NDArray[np.integer[Any]]
    ) -> Conformal:
        """From the answers to images that nothing was learnt from.

        Args:
            probabilities: (n, classes), each row sums to 1.
            labels: (n,) the number of each image's true class; images below 0 are left out.
        """
        known = np.flatnonzero(np.asarray(labels) >= 0)
        return cls(1.0 - np.asarray(probabilities, np.float64)[known, np.asarray(labels)[known]])

    @property
    def lowest_rate(self) -> float:
        """The smallest error rate that these images can promise with less than every class.

        Below it, the sets hold all classes: n images say nothing of what happens less often
        than once in n + 1.
        """
        return 1.0 / (len(self.scores) + 1)

    def threshold(self, error_rate: float) -> float:
        """The least probability with which a class belongs to a set; 0 where all of them do.

        Of n scores it is the ceil((n + 1)(1 - error_rate))-th smallest that counts: the one more
        is the new image, without which few images would promise too much.

        Args:
            error_rate: the share of sets that may miss the truth, above 0 and below 1.
        """
        place = self._place(error_rate)
        if place > len(self.scores):
            return 0.0
        return max(0.0, 1.0 - float(self.scores[place - 1]))

    def chance(self, held: int, of: int, error_rate: float) -> float:
        """How often at most ``held`` sets ``of`` so many hold the truth where the promise is kept.

        The noted images were drawn by chance as well as those that are asked about, so the number
        is beta-binomial (V. Vovk, Conditional validity of inductive conformal predictors, ACML
        2012); an interval of the share of the latter alone would be too narrow.

        Args:
            held: sets that hold the truth.
            of: images of the same kind as those noted.
            error_rate: as for `threshold`.
        """
        place = self._place(error_rate)
        if place > len(self.scores) or held >= of:
            return 1.0
        a, b = place, len(self.scores) + 1 - place
        ways = (
            log_choose(of, k) + _log_beta(k + a, of - k + b) - _log_beta(a, b)
            for k in range(held + 1)
        )
        return min(1.0, sum(math.exp(each) for each in ways))

    def _place(self, error_rate: float) -> int:
        """Which of the scores counts, from 1; more than there are where none is enough."""
        return max(1, math.ceil((len(self.scores) + 1) * (1.0 - error_rate) - 1e-9))

    def sets(
        self, probabilities: NDArray[np.floating[Any]], error_rate: float
    ) -> NDArray[np.bool_]:
        """Which classes each image may have: (n, classes).

        Args:
            probabilities: (n, classes), of the same model.
            error_rate: the share of sets that may miss the truth, above 0 and below 1.
        """
        least = self.threshold(error_rate) - _ROUNDING
        return np.asarray(np.asarray(probabilities, np.float64) >= least)


def crosswise(
    probabilities: NDArray[np.floating[Any]],
    labels: NDArray[np.integer[Any]],
    error_rate: float,
    seed: int = 0,
) -> NDArray[np.bool_]:
    """Sets for the very images that scores are noted of: (n, classes).

    Each tenth of them is judged by what was noted of the others; held against its own scores, the
    sets would look better than they are.
    """
    own = np.random.default_rng(seed).permutation(len(labels)) % _FOLDS
    sets = np.zeros(np.shape(probabilities), bool)
    for fold in range(_FOLDS):
        held = own == fold
        noted = Conformal.of(probabilities[~held], labels[~held])
        sets[held] = noted.sets(probabilities[held], error_rate)
    return sets


def lowest_crosswise(n: int) -> float:
    """The smallest error rate at which no part of `crosswise` has to name every class.

    Args:
        n: images, of which the largest part is judged by all others.
    """
    return 1.0 / (n - math.ceil(n / _FOLDS) + 1)


def kinds(sets: NDArray[np.bool_]) -> NDArray[np.object_]:
    """What each set says, as a `Kind`: (n,)."""
    sizes = sets.sum(axis=1)
    found = np.full(len(sets), Kind.SEVERAL, dtype=object)
    found[sizes == 1] = Kind.SINGLE
    found[sizes == 0] = Kind.NONE
    return found


@dataclass(frozen=True)
class Kept:
    """Whether a promise was kept.

    Attributes:
        n: images.
        single: sets with one class.
        several: sets with more.
        none: sets with none.
        held: sets that hold the truth.
        right: of the single ones, those that are the truth.
        size: the mean number of classes in a set.
        low: of the share of sets that hold the truth, the lower end of its 95 % interval.
        high: the upper end.
    """

    n: int
    single: int
    several: int
    none: int
    held: int
    right: int
    size: float
    low: float
    high: float

    @property
    def coverage(self) -> float:
        """The share of sets that hold the truth; 0 where there are no images."""
        return self.held / self.n if self.n else 0.0


def judged(sets: NDArray[np.bool_], labels: NDArray[np.integer[Any]]) -> Kept:
    """How large ``sets`` (n, classes) are, and how often they hold the truth ``labels`` (n,).

    An image whose label is below 0 is of no class: no set holds its truth.
    """
    labels = np.asarray(labels)
    said = kinds(sets)
    known = labels >= 0
    held = np.zeros(len(sets), bool)
    held[known] = sets[known, labels[known]]
    single = said == Kind.SINGLE
    n, hits = len(sets), int(held.sum())
    low, high = wilson(hits, n)
    return Kept(
        n,
        int(single.sum()),
        int((said == Kind.SEVERAL).sum()),
        int((said == Kind.NONE).sum()),
        hits,
        int((held & single).sum()),
        float(sets.sum(axis=1).mean()) if n else 0.0,
        low,
        high,
    )


def _log_beta(a: int, b: int) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
