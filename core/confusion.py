"""The confusion matrix read aloud: which classes are mixed up most, and who stands beside whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.results import wilson


@dataclass(frozen=True)
class Pair:
    """Two classes that are taken for one another; the commoner direction first.

    Attributes:
        truth: the class of the images.
        said: what they were taken for.
        count: how many of ``truth`` were taken for ``said``.
        of: how many images ``truth`` has.
        back: how many of ``said`` were taken for ``truth``.
        back_of: how many images ``said`` has.
    """

    truth: str
    said: str
    count: int
    of: int
    back: int
    back_of: int

    @property
    def share(self) -> float:
        """The share of ``truth`` that was taken for ``said``."""
        return self.count / self.of

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval of `share`."""
        return wilson(self.count, self.of)


def confused_pairs(confusion: Sequence[Sequence[int]], classes: Sequence[str]) -> list[Pair]:
    """Every two classes that were mixed up, the most confused first.

    Pairs are ranked by the lower end of the 95 % interval of how often they are mixed up, both
    directions together: so one mistake in two images does not outrank twenty in sixty.

    Args:
        confusion: images by true class (row) and predicted class (column).
        classes: the names, in the order of the rows.
    """
    counts = np.asarray(confusion, dtype=np.int64)
    places = zip(*np.nonzero(np.triu(counts + counts.T, k=1)), strict=True)
    found = [_pair(counts, classes, int(one), int(other)) for one, other in places]
    return sorted(found, key=_rank)


def by_confusion(confusion: Sequence[Sequence[int]]) -> list[int]:
    """An order of the classes in which those that are mixed up stand side by side.

    It begins with the two that are mixed up most, and goes on with whatever is mixed up most with
    the class before: a greedy path through the shares of images that two classes exchange. So
    the mistakes gather beside the diagonal, the worst of them at the top.

    Args:
        confusion: images by true class (row) and predicted class (column).

    Returns:
        The rows of ``confusion`` in their new order; each once.
    """
    counts = np.asarray(confusion, dtype=float)
    exchanged = _exchanged(counts) if len(counts) else counts
    if not exchanged.any():
        return list(range(len(counts)))
    first, second = np.unravel_index(int(exchanged.argmax()), exchanged.shape)
    # The one of the two that is less mixed up with the rest begins: the other leads on
    rest = exchanged.copy()
    rest[first, second] = rest[second, first] = 0
    if rest[first].max() > rest[second].max():
        first, second = second, first
    order = [int(first), int(second)]
    left = [place for place in range(len(counts)) if place not in order]
    while left:
        near = exchanged[order[-1], left]
        if near.max() == 0:  # the path ends here: begin anew with the most confused of the rest
            near = exchanged[left].max(axis=1)
        order.append(left.pop(int(near.argmax())))
    return order


def _exchanged(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of the images of two classes that is taken for the other one; diagonal 0."""
    totals = counts.sum(axis=1)
    images = totals[:, None] + totals[None, :]
    shares: NDArray[np.float64] = np.zeros_like(counts)
    np.divide(counts + counts.T, images, out=shares, where=images > 0)
    np.fill_diagonal(shares, 0.0)
    return shares


def _pair(counts: NDArray[np.int64], classes: Sequence[str], one: int, other: int) -> Pair:
    def told(truth: int, said: int) -> tuple[int, int]:
        return int(counts[truth, said]), int(counts[truth].sum())

    def weight(truth: int, said: int) -> tuple[float, int]:
        count, of = told(truth, said)
        return count / of if of else 0.0, count

    if weight(other, one) > weight(one, other):
        one, other = other, one
    return Pair(classes[one], classes[other], *told(one, other), *told(other, one))


def _rank(pair: Pair) -> tuple[float, int, str, str]:
    wrong = pair.count + pair.back
    low, _ = wilson(wrong, pair.of + pair.back_of)
    return -low, -wrong, pair.truth, pair.said
