"""Who is like whom, without comparing everybody with everybody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEAF = 48  # images at most that are all compared with each other
TREES = 24
NEAREST = 10  # neighbours that are kept of each image
_AT_ONCE = 256  # leaves in one step


@dataclass(frozen=True)
class Pairs:
    """Pairs of rows, each pair once.

    Attributes:
        first, second: rows, ``first`` < ``second``.
        likeness: of the two.
        compared: how many comparisons it took to find them.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    likeness: NDArray[np.float32]
    compared: int = 0

    def __len__(self) -> int:
        return len(self.first)

    def only(self, chosen: NDArray[np.bool_]) -> Pairs:
        """The chosen ones."""
        return Pairs(self.first[chosen], self.second[chosen], self.likeness[chosen], self.compared)


def like_each_other(vectors: NDArray[np.floating[Any]], least: float, trees: int = TREES) -> Pairs:
    """The pairs whose scalar product reaches ``least``, the nearest of each row.

    A forest of random trees: each divides the rows at the median of a random direction, until
    few are left, and these are compared. The work grows as n log n; a tree finds many of the near
    pairs, and all of them together miss hardly any.
    Source: S. Dasgupta, Y. Freund, Random projection trees and low dimensional manifolds,
    STOC (2008).

    Args:
        vectors: (rows, width), each of unit length, or 0 for a row that is like none.
        least: above 0.
        trees: more miss less.
    """
    rows = np.flatnonzero(vectors.any(axis=1))
    keys, values = np.zeros(0, np.int64), np.zeros(0, np.float32)
    compared = 0
    for seed in range(trees if len(rows) > LEAF else 1):
        new = [(keys, values)]
        for leaves in _leaves(vectors, rows, np.random.default_rng(seed)):
            compared += leaves.shape[0] * leaves.shape[1] * (leaves.shape[1] - 1) // 2
            new.append(_near(vectors[leaves].astype(np.float32), leaves, least, len(vectors)))
        keys, places = np.unique(np.concatenate([part[0] for part in new]), return_index=True)
        values = np.concatenate([part[1] for part in new])[places]
    found = Pairs(keys // len(vectors), keys % len(vectors), values, compared)
    return found.only(_among_nearest(found))


def _among_nearest(pairs: Pairs) -> NDArray[np.bool_]:
    """Which pairs are among the `NEAREST` of either row."""
    chosen = np.zeros(len(pairs), np.bool_)
    for rows in (pairs.first, pairs.second):
        order = np.lexsort((-pairs.likeness, rows))
        starts = np.flatnonzero(np.diff(rows[order], prepend=-1))
        rank = np.arange(len(order)) - np.repeat(starts, np.diff(starts, append=len(order)))
        chosen[order[rank < NEAREST]] = True
    return chosen


def _leaves(
    vectors: NDArray[np.floating[Any]], rows: NDArray[np.int64], rng: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    """The rows of each leaf of one tree: (leaves, rows of a leaf), some at a time."""
    n = len(rows)
    if n < 2:
        return
    depth = max(0, int(np.ceil(np.log2(n / LEAF))))
    directions = rng.standard_normal((vectors.shape[1], depth)).astype(np.float32)
    along = np.concatenate(
        [
            vectors[part].astype(np.float32) @ directions
            for part in np.array_split(rows, 1 + n // 2048)
        ]
    )
    order = np.arange(n)
    for level in range(depth):
        ends = np.arange(1, 2**level + 1) * n // 2**level
        branch = np.repeat(np.arange(2**level), np.diff(ends, prepend=0))
        order = order[np.lexsort((along[order, level], branch))]
    starts = np.arange(2**depth) * n // 2**depth
    size = int(np.diff(starts, append=n).max())
    starts = np.minimum(starts, n - size)
    for first in range(0, len(starts), _AT_ONCE):
        yield rows[order[starts[first : first + _AT_ONCE, None] + np.arange(size)]]


def _near(
    vectors: NDArray[np.float32], leaves: NDArray[np.int64], least: float, total: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Keys (first row x total + second row) and likeness of the near pairs inside each leaf."""
    likeness = vectors @ vectors.transpose(0, 2, 1)
    size = leaves.shape[1]
    likeness[:, np.arange(size), np.arange(size)] = -np.inf
    near = likeness >= least
    crowded = np.nonzero(near.sum(axis=2) > NEAREST)
    if len(crowded[0]):
        values = likeness[crowded]
        limits = -np.partition(-values, NEAREST - 1, axis=1)[:, NEAREST - 1, None]
        near[crowded] &= values >= limits
    leaf, one, other = np.nonzero(near)
    first, second = leaves[leaf, one], leaves[leaf, other]
    keys = np.minimum(first, second) * total + np.maximum(first, second)
    return keys, likeness[leaf, one, other]
