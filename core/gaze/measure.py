"""Heat maps as figures: how much lies where, and whether it always lies on one small place.

A heat map is a square of numbers of 0 and more that tells how much each part of a picture spoke
for a class, see `core.ml.explain`. Pictures are squares too, as the model takes them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Heat = NDArray[np.floating[Any]]

GRID = 14
"""rows and columns in which heat is added up"""
BORDER = 0.08
"""how wide the border is, as a share of the side; the widest that the shortcut probes look at"""
MIDDLE = 0.56
"""the side of the middle, as a share of the picture's; what the shortcut probes leave out"""
BORDER_AREA = 1 - (1 - 2 * BORDER) ** 2
OUTSIDE_AREA = 1 - MIDDLE**2

ENOUGH = 5  # images of a class, so that something can be said of where it looks
SPOT = 4  # of `GRID`: a place is small where its side is at most this
SPOT_AREA = (SPOT / GRID) ** 2
_MOST = 0.5  # of the heat is most of it
_STEADY = 0.8  # of the images must have their hottest part there, for a place to be constant
_OTHERS = 0.5  # how much of that heat other classes may have there
_ROWS = ("top", "middle", "bottom")
_COLUMNS = ("left", "middle", "right")


@dataclass(frozen=True)
class Share:
    """A share of the heat, on average over some images.

    Attributes:
        mean: 0..1.
        low: the lower end of its 95 % interval.
        high: the upper end.
    """

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class Spot:
    """A small place that holds most of the heat of a class, in nearly all of its images.

    Attributes:
        top: where it begins, as a share of the side from above.
        left: the same from the left.
        side: of the place, as a share of the picture's.
        share: of the class's heat that lies there.
        steady: in how many of its images the hottest part of the picture is there, 0..1.
        others: the share of other classes' heat on the same place.
    """

    top: float
    left: float
    side: float
    share: Share
    steady: float
    others: float

    @property
    def apart(self) -> bool:
        """Whether other classes have hardly any heat there: no more than an even share."""
        return self.others <= SPOT_AREA

    @property
    def central(self) -> bool:
        """Whether its middle lies in the middle of the picture, where things usually stand.

        There a sticker cannot be told from the thing itself.
        """
        edge = (1 - MIDDLE) / 2
        return all(edge <= at + self.side / 2 <= 1 - edge for at in (self.top, self.left))

    @property
    def words(self) -> str:
        """Where it is: 'at the top left', 'in the middle'."""
        row, column = (min(2, int(3 * (at + self.side / 2))) for at in (self.top, self.left))
        if row == column == 1:
            return "in the middle"
        if 1 in (row, column):
            return f"at the {_COLUMNS[column] if row == 1 else _ROWS[row]}"
        return f"at the {_ROWS[row]} {_COLUMNS[column]}"


def normal(heat: Heat) -> NDArray[np.float64]:
    """Each map so that it sums to 1; one without any heat is even: (..., side, side)."""
    values = np.maximum(np.nan_to_num(np.asarray(heat, np.float64)), 0)
    sums = values.sum(axis=(-2, -1), keepdims=True)
    even = np.full_like(values, 1 / max(1, values.shape[-1] * values.shape[-2]))
    return np.where(sums > 0, values / np.where(sums > 0, sums, 1), even)


def border(heat: Heat) -> NDArray[np.float64]:
    """The share of the heat within `BORDER` of an edge: (...) of maps (..., side, side)."""
    return _around(heat, 1 - 2 * BORDER)


def outside(heat: Heat) -> NDArray[np.float64]:
    """The share of the heat outside the middle, see `MIDDLE`: (...) of maps (..., side, side)."""
    return _around(heat, MIDDLE)


def on_grid(heat: Heat) -> NDArray[np.float64]:
    """The heat added up in `GRID` rows and columns: (..., GRID, GRID), each sums to 1."""
    shares = _overlaps(heat.shape[-1])
    return normal(np.einsum("ri,...ij,cj->...rc", shares, normal(heat), shares))


def mean_share(values: NDArray[np.floating[Any]]) -> Share:
    """The mean of shares, one an image, with its 95 % interval (Student's, kept within 0..1)."""
    from scipy.special import stdtrit  # only the worker asks

    count = len(values)
    if not count:
        return Share(0.0, 0.0, 1.0)
    mean = float(np.mean(values))
    if count == 1:
        return Share(mean, 0.0, 1.0)
    wide = float(stdtrit(count - 1, 0.975)) * float(np.std(values, ddof=1)) / math.sqrt(count)
    return Share(mean, max(0.0, mean - wide), min(1.0, mean + wide))


def spot(own: Heat, others: Heat) -> Spot | None:
    """The small place where a class has most of its heat, if there is one and others differ.

    Args:
        own: (n, GRID, GRID), of images that were answered with the class; each sums to 1.
        others: (m, GRID, GRID), of images that were answered otherwise.
    """
    if len(own) < ENOUGH:
        return None
    windows = _windows(own)
    means = windows.mean(axis=0)
    top, left = (int(at) for at in np.unravel_index(int(means.argmax()), means.shape))
    share = mean_share(windows[:, top, left])
    elsewhere = float(_windows(others)[:, top, left].mean()) if len(others) else SPOT_AREA
    hottest = own.reshape(len(own), -1).argmax(axis=1)
    rows, columns = np.divmod(hottest, GRID)
    inside = (rows >= top) & (rows < top + SPOT) & (columns >= left) & (columns < left + SPOT)
    steady = float(inside.mean())
    if share.mean < _MOST or steady < _STEADY or elsewhere > _OTHERS * share.mean:
        return None
    return Spot(top / GRID, left / GRID, SPOT / GRID, share, steady, elsewhere)


def _windows(heats: Heat) -> NDArray[np.float64]:
    """(n, places, places): the heat in every square of side `SPOT`."""
    added = np.cumsum(np.cumsum(np.asarray(heats, np.float64), axis=1), axis=2)
    added = np.pad(added, ((0, 0), (1, 0), (1, 0)))
    first, last = slice(None, -SPOT), slice(SPOT, None)
    return np.asarray(
        added[:, last, last]
        - added[:, first, last]
        - added[:, last, first]
        + added[:, first, first]
    )


def _around(heat: Heat, inner: float) -> NDArray[np.float64]:
    """The share of the heat outside the square of side ``inner`` in the middle."""
    count = heat.shape[-1]
    edges = np.arange(count + 1) / count
    low, high = (1 - inner) / 2, (1 + inner) / 2
    covered = np.clip(np.minimum(edges[1:], high) - np.maximum(edges[:-1], low), 0, None) * count
    within = np.einsum("i,...ij,j->...", covered, normal(heat), covered)
    return np.asarray(np.clip(1 - within, 0, 1))


@lru_cache(maxsize=8)
def _overlaps(count: int) -> NDArray[np.float64]:
    """(GRID, count): which share of each of ``count`` equal parts lies in each row."""
    edges, rows = np.arange(count + 1) / count, np.arange(GRID + 1) / GRID
    low = np.maximum(edges[None, :-1], rows[:-1, None])
    high = np.minimum(edges[None, 1:], rows[1:, None])
    return np.asarray(np.clip(high - low, 0, None) * count)
