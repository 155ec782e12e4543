"""By how much a classifier does worse on images from elsewhere, and whether chance explains it.

The images differ, so nothing pairs up; but their classes may come in other shares, which moves
the accuracy even where every class is recognised as well as before. So both are told: the drop
as it is, and the drop with the same share of every class on either side.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.results import holm, log_choose, wilson

SURE = 0.05  # a p-value below says that chance is a poor explanation
_TIE = 1 + 1e-9  # tables as likely as the one that was seen, but for rounding, count as such


class Level(StrEnum):
    """What the drop comes to."""

    WORSE = "worse"  # with the same share of every class, too
    MIX = "mix"  # since hard classes are more frequent there; no class is shown to do worse
    OPEN = "open"  # chance explains it
    BETTER = "better"


@dataclass(frozen=True)
class Drop:
    """A share among the run's own images and among those from elsewhere.

    Attributes:
        before: among its own, 0..1.
        after: among those from elsewhere.
        low, high: 95 % interval of ``value``.
        p: how often chance alone makes a difference as large, in either direction.
    """

    before: float
    after: float
    low: float
    high: float
    p: float

    @property
    def value(self) -> float:
        """Before less after: what is lost; below 0 where it is better elsewhere."""
        return self.before - self.after


@dataclass(frozen=True)
class ClassDrop:
    """The recall of one class here and there; ``drop.p`` is corrected for the number of classes.

    Attributes:
        label: the class.
        n_before, n_after: images of it among the run's own, and among those from elsewhere.
        drop: of the recall.
    """

    label: str
    n_before: int
    n_after: int
    drop: Drop


@dataclass(frozen=True)
class Drops:
    """All that is known about the drop.

    Attributes:
        n_before, n_after: images on either side.
        accuracy: the share of right answers.
        same_mix: the same with the classes as frequent as they are elsewhere, on both sides;
            of those classes that both sides have.
        balanced: the mean recall of those classes; its p-value is that of ``same_mix``.
        classes: one for each class that either side has, in the order of the classes.
    """

    n_before: int
    n_after: int
    accuracy: Drop
    same_mix: Drop
    balanced: Drop
    classes: tuple[ClassDrop, ...]

    @property
    def level(self) -> Level:
        """What can be said, at 95 %: by interval and test together."""
        whole, same = _direction(self.accuracy), _direction(self.same_mix)
        if same > 0:
            return Level.WORSE
        if whole > 0:
            return Level.MIX if self.by_mix > self.accuracy.value / 2 else Level.WORSE
        return Level.BETTER if same < 0 else Level.OPEN

    @property
    def is_close(self) -> bool:
        """Whether interval and test disagree: the one leaves out no drop at all, the other not."""
        return self.level is Level.OPEN and not self.accuracy.low <= 0 <= self.accuracy.high

    @property
    def by_mix(self) -> float:
        """How much of the drop comes from classes in other shares, the same recalls given."""
        return self.accuracy.value - self.same_mix.value

    @property
    def worst(self) -> tuple[ClassDrop, ...]:
        """The classes whose recall dropped by more than chance does, the largest drop first."""
        shown = [each for each in self.classes if _direction(each.drop) > 0]
        return tuple(sorted(shown, key=lambda each: -each.drop.value))


def drops(before: pd.DataFrame, after: pd.DataFrame, classes: Sequence[str]) -> Drops:
    """Compare the answers to the run's own images with those to images from elsewhere.

    Args:
        before: ``label`` and ``correct`` of images that the run did not learn from.
        after: the same of the images from elsewhere; labels are classes of the run.
        classes: their names, in order.
    """
    n_before, n_after = (_counts(table["label"], classes) for table in (before, after))
    right_before, right_after = (
        _counts(table.loc[table["correct"].astype(bool), "label"], classes)
        for table in (before, after)
    )
    counts = np.stack([right_before, n_before, right_after, n_after], axis=1)
    both = counts[(n_before > 0) & (n_after > 0)]
    weights = both[:, 3] / max(1, both[:, 3].sum())
    p = exact(both)
    even = np.full(len(both), 1 / max(1, len(both)))
    return Drops(
        int(n_before.sum()),
        int(n_after.sum()),
        difference(*(int(number) for number in counts.sum(axis=0))),
        _weighted(both, weights, p),
        _weighted(both, even, p),
        _by_class(counts, classes),
    )


def difference(right_before: int, n_before: int, right_after: int, n_after: int) -> Drop:
    """Two shares of different images: their difference, its interval, and a p-value.

    The interval is the one that Newcombe recommends of eleven (method 10), made of the Wilson
    intervals of both; the p-value is that of Fisher's exact test.

    Sources: R. G. Newcombe, Interval estimation for the difference between independent
    proportions, Statistics in Medicine 17 (1998); R. A. Fisher, Statistical Methods for Research
    Workers (1934).
    """
    table = np.array([[right_before, n_before, right_after, n_after]])
    if not (n_before and n_after):
        return Drop(right_before / max(1, n_before), right_after / max(1, n_after), -1.0, 1.0, 1.0)
    return _weighted(table, np.ones(1), exact(table))


def exact(counts: NDArray[np.integer]) -> float:
    """How often chance alone makes the two sides differ as much, within each class.

    Given how many images of a class are right in all, the number on one side is hypergeometric
    if both sides are alike; over the classes, these numbers add up. With one class, this is
    Fisher's exact test. Two-sided: all sums count that are no likelier than the one seen.

    Source: M. Zelen, The analysis of several 2 x 2 contingency tables, Biometrika 58 (1971).

    Args:
        counts: (classes, 4): right and all before, right and all after.
    """
    likely, first = np.ones(1), 0
    for right_before, n_before, right_after, n_after in counts.tolist():
        least, part = _hypergeometric(right_before + right_after, n_before, n_after)
        first += least
        likely = np.convolve(likely, part)
    seen = likely[int(counts[:, 2].sum()) - first]
    return float(min(1.0, likely[likely <= seen * _TIE].sum()))


def _hypergeometric(right: int, n_before: int, n_after: int) -> tuple[int, NDArray[np.float64]]:
    """How many of ``right`` fall to the side after: the least, and how likely each number is."""
    least, most = max(0, right - n_before), min(right, n_after)
    whole = log_choose(n_before + n_after, right)
    logs = [
        log_choose(n_after, k) + log_choose(n_before, right - k) - whole
        for k in range(least, most + 1)
    ]
    return least, np.exp(logs)


def _weighted(counts: NDArray[np.integer], weights: NDArray[np.float64], p: float) -> Drop:
    """A weighted mean of shares, before and after, with the interval of the difference.

    From the interval of each share follows that of any sum of them: distances to the ends add up
    like the sides of right triangles. Source: G. Y. Zou and A. Donner, Construction of confidence
    limits about effect measures, Statistics in Medicine 27 (2008).
    """
    if not len(counts):
        return Drop(0.0, 0.0, -1.0, 1.0, 1.0)
    shares, down, up = [], [], []
    for right, n in (counts[:, :2].T, counts[:, 2:].T):
        share = right / n
        ends = np.array([wilson(int(r), int(m)) for r, m in zip(right, n, strict=True)])
        shares.append(float(share @ weights))
        down.append(float(((weights * (share - ends[:, 0])) ** 2).sum()))
        up.append(float(((weights * (ends[:, 1] - share)) ** 2).sum()))
    value = shares[0] - shares[1]
    low, high = value - math.sqrt(down[0] + up[1]), value + math.sqrt(up[0] + down[1])
    return Drop(shares[0], shares[1], max(-1.0, low), min(1.0, high), p)


def _by_class(counts: NDArray[np.integer], classes: Sequence[str]) -> tuple[ClassDrop, ...]:
    found = [
        (label, difference(*row), row)
        for label, row in zip(classes, counts.tolist(), strict=True)
        if row[1] or row[3]
    ]
    corrected = holm([drop.p for _, drop, _ in found])
    return tuple(
        ClassDrop(label, row[1], row[3], Drop(drop.before, drop.after, drop.low, drop.high, p))
        for (label, drop, row), p in zip(found, corrected, strict=True)
    )


def _counts(labels: pd.Series, classes: Sequence[str]) -> NDArray[np.int64]:
    found = labels.astype(str).value_counts().reindex(list(classes), fill_value=0)
    return np.asarray(found, np.int64)


def _direction(drop: Drop) -> int:
    """1 where it is certainly worse, -1 where it is certainly better, 0 where nobody knows."""
    if drop.p >= SURE:
        return 0
    return 1 if drop.low > 0 else -1 if drop.high < 0 else 0
