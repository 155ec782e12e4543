"""Whether two fingerprints show the same picture, though one may be cut or moved a little."""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from core.audit.hashes import SIDE, unpacked
from core.audit.neighbours import Pairs

SHIFT = 0.05 * SIDE  # places by which either end may be off, as when a border is cut
_AT_ONCE = 1024  # pairs in one step

_Pictures = NDArray[np.float32]  # (pairs, SIDE, SIDE)


def agreement(
    prints: NDArray[np.uint8], pairs: Pairs, enough: float = 0.95, hopeless: float = 0.4
) -> NDArray[np.float32]:
    """How well the details of each pair agree where they fit best: a correlation, at most 1.

    One of the two is moved and stretched by up to `SHIFT` at either end, first down, then
    across, then down again, each time as it fits best.

    Args:
        prints: fingerprints, as `core.audit.hashes.packed` gives them.
        pairs: rows of ``prints``.
        enough: what agrees so well already is not moved.
        hopeless: nor what agrees less than this.
    """
    answer = np.zeros(len(pairs), np.float32)
    for start in range(0, len(pairs), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        one = unpacked(prints[pairs.first[part]]).astype(np.float32)
        other = unpacked(prints[pairs.second[part]]).astype(np.float32)
        found = _correlation(one, other)
        undecided = np.flatnonzero((found < enough) & (found >= hopeless))
        if len(undecided):
            best = _best(one[undecided], other[undecided])
            found[undecided] = np.maximum(found[undecided], best)
        answer[part] = found
    return answer


def _best(one: _Pictures, other: _Pictures) -> NDArray[np.float32]:
    """The correlation of ``other`` with ``one`` as it fits best, pair by pair."""
    best = np.zeros(len(one), np.float32)
    power = np.einsum("nij,nij->n", other, other)
    for _ in range(3):
        # The product of two pictures, one of them warped, is linear in the warp: all at once
        along = (other @ one.transpose(0, 2, 1)).reshape(len(one), -1)
        own = (one @ one.transpose(0, 2, 1)).reshape(len(one), -1)
        norms = np.sqrt(np.maximum((own @ _SQUARES) * power[:, None], 1e-6))
        found = (along @ _FLAT) / norms
        chosen = found.argmax(axis=1)
        best = np.maximum(best, found.max(axis=1))
        # The next round moves the other way
        one = (_WARPS[chosen] @ one).transpose(0, 2, 1)
        other = other.transpose(0, 2, 1)
    return best


def _correlation(one: _Pictures, other: _Pictures) -> NDArray[np.float32]:
    agreed = np.einsum("nij,nij->n", one, other)
    power = np.einsum("nij,nij->n", one, one) * np.einsum("nij,nij->n", other, other)
    return np.asarray(agreed / np.sqrt(np.maximum(power, 1e-6)), np.float32)


def _warp(low: float, high: float) -> NDArray[np.float32]:
    """The matrix that reads a row of places anew, from ``low`` to ``high`` beyond its ends."""
    places = np.linspace(low, SIDE - 1 + high, SIDE)
    reach = np.abs(places[:, None] - np.arange(SIDE))
    return np.asarray(np.maximum(0, 1 - reach), np.float32)  # linear; nothing beyond the edge


_STEPS = (0.0, -SHIFT, -SHIFT / 2, SHIFT / 2, SHIFT)
_WARPS = np.stack([_warp(low, high) for low, high in product(_STEPS, repeat=2)])
_FLAT = _WARPS.reshape(len(_WARPS), -1).T
_SQUARES = (_WARPS.transpose(0, 2, 1) @ _WARPS).reshape(len(_WARPS), -1).T
