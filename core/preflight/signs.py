"""What gives a class away: the one thing that most of it has and most others lack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.preflight.answers import Sign
from core.preflight.clues import Clues, Number

_LEAST = 0.25  # the least difference in shares that is worth a word
_BETTER = 0.05  # by which a number must beat a category, which is easier to see


def sign_of(clues: Clues, own: NDArray[np.bool_]) -> Sign | None:
    """What the images in ``own`` have that the others lack; None where nothing stands out."""
    best: Sign | None = None
    for sign in _kinds(clues, own):
        if best is None or _gap(sign) > _gap(best):
            best = sign
    for sign in _limits(clues, own):
        if best is None or _gap(sign) > _gap(best) + _BETTER:
            best = sign
    return best if best and _gap(best) >= _LEAST else None


def _gap(sign: Sign) -> float:
    return sign.share - sign.others


def _kinds(clues: Clues, own: NDArray[np.bool_]) -> Iterator[Sign]:
    for what, kinds in clues.kinds.items():
        here = Counter(kind for kind, mine in zip(kinds, own, strict=True) if mine)
        everywhere = Counter(kinds)
        for kind, count in here.items():
            share, others = _shares(count, everywhere[kind], own)
            yield Sign(f"{what} {kind or '(nothing)'}", share, others)


def _limits(clues: Clues, own: NDArray[np.bool_]) -> Iterator[Sign]:
    for number in clues.numbers:
        yield from _limit(number, own)


def _limit(number: Number, own: NDArray[np.bool_]) -> Iterator[Sign]:
    """The limit below which, and that above which, most of ``own`` and few others lie."""
    known = np.isfinite(number.values)
    values, mine = number.values[known], own[known]
    if not mine.any() or mine.all() or values.min() == values.max():
        return
    order = np.argsort(values, kind="stable")
    values, mine = values[order], mine[order]
    ends = np.flatnonzero(np.diff(values, append=np.inf))[:-1]  # the last of each equal run
    below, of = np.cumsum(mine)[ends], ends + 1
    gap = below / own.sum() - (of - below) / max(1, (~own).sum())
    limit = (values[ends] + values[ends + 1]) / 2
    at = int(gap.argmax())
    share, others = _shares(int(below[at]), int(of[at]), own)
    yield Sign(f"{number.what} below {number.written(float(limit[at]))}", share, others)
    at = int(gap.argmin())
    share, others = _shares(int(mine.sum() - below[at]), int(len(mine) - of[at]), own)
    yield Sign(f"{number.what} above {number.written(float(limit[at]))}", share, others)


def _shares(count: int, everywhere: int, own: NDArray[np.bool_]) -> tuple[float, float]:
    here, there = int(own.sum()), int((~own).sum())
    return count / max(1, here), (everywhere - count) / max(1, there)
