"""From pairs that belong together to groups, without chains of mere resemblance."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.audit.neighbours import Pairs


def link(vectors: NDArray[np.floating[Any]], pairs: Pairs, least: float) -> NDArray[np.int64]:
    """A group number for each row: 0 and up; -1 for a row that belongs to none.

    The closest pairs are joined first. Two groups are joined only where their members resemble
    each other on the average (average linkage), so that a chain of pairs, each a little different
    from the last, does not end in one giant group.
    Source: R. Sokal, C. Michener, A statistical method for evaluating systematic relationships,
    University of Kansas Science Bulletin 38 (1958).

    Args:
        vectors: (rows, width) of unit length.
        pairs: that belong together, with how surely.
        least: the mean scalar product that two groups need.
    """
    group = {int(row): int(row) for row in np.unique([pairs.first, pairs.second])}
    members = {row: [row] for row in group}
    sums = {row: vectors[row].astype(np.float64) for row in group}
    order = np.lexsort((pairs.second, pairs.first, -pairs.likeness))
    for place in order:
        one, other = group[int(pairs.first[place])], group[int(pairs.second[place])]
        if one == other:
            continue
        if len(members[one]) < len(members[other]):
            one, other = other, one
        alike = sums[one] @ sums[other] / (len(members[one]) * len(members[other]))
        if alike < least:
            continue
        for row in members.pop(other):
            group[row] = one
            members[one].append(row)
        sums[one] += sums.pop(other)
    answer = np.full(len(vectors), -1, np.int64)
    whole = sorted(min(rows) for rows in members.values() if len(rows) > 1)
    numbers = {row: number for number, row in enumerate(whole)}
    for rows in members.values():
        if len(rows) > 1:
            answer[rows] = numbers[min(rows)]
    return answer
