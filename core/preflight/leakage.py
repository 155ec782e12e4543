"""What leakage is worth: the probe's accuracy where twins may stand on both sides, and not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from core import probe
from core.errors import Stopped
from core.preflight.answers import Leakage
from core.probe import Labels, Matrix

SEEDS = 5
_RESAMPLES = 1000


def price(
    features: Matrix,
    labels: Labels,
    blocks: Labels,
    classes: int,
    seed: int = 0,
    tell: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Leakage | None:
    """What a random split promises too much.

    Both kinds of split have the same number of folds. The interval of the difference comes
    from drawing whole blocks anew (bootstrap), since images that belong together err together.

    Args:
        features: (images, width), compressed.
        labels: class numbers.
        blocks: images with the same number belong together.
        classes: how many there are.
        seed: the same gives the same splits.
        tell: called with how many splits are done, of how many.
        should_stop: asked before every split.

    Returns:
        None where every image stands alone.

    Raises:
        Stopped: ``should_stop`` said so.
    """
    _, place, sizes = np.unique(blocks, return_inverse=True, return_counts=True)
    if (sizes == 1).all():
        return None
    right = {"random": np.zeros(len(labels)), "grouped": np.zeros(len(labels))}
    for turn in range(SEEDS):
        for number, (name, belong) in enumerate((("random", None), ("grouped", blocks))):
            if should_stop():
                raise Stopped
            folds = probe.folds_of(labels, belong, seed=seed + turn)
            right[name] += _right(features, labels, folds, classes) / SEEDS
            tell(2 * turn + number + 1, 2 * SEEDS)
    difference = right["random"] - right["grouped"]
    low, high = _interval(difference, place, len(sizes), seed)
    return Leakage(
        random=float(right["random"].mean()),
        grouped=float(right["grouped"].mean()),
        price=float(difference.mean()),
        low=low,
        high=high,
        together=int(sizes[sizes > 1].sum()),
        groups=int((sizes > 1).sum()),
        seeds=SEEDS,
    )


def _right(
    features: Matrix, labels: Labels, folds: NDArray[np.int64], classes: int
) -> NDArray[np.bool_]:
    """Which images a probe gets right that never saw their fold."""
    right = np.zeros(len(labels), bool)
    for fold in np.unique(folds):
        held = folds == fold
        weights, offset = probe.fit(features[~held], labels[~held], classes)
        right[held] = (features[held] @ weights + offset).argmax(axis=1) == labels[held]
    return right


def _interval(
    values: NDArray[np.float64], place: NDArray[np.int64], blocks: int, seed: int
) -> tuple[float, float]:
    """The 95 % interval of the mean of ``values`` when whole blocks are drawn anew."""
    rng = np.random.default_rng(seed)
    sums, sizes = np.bincount(place, values, blocks), np.bincount(place, minlength=blocks)
    means = np.empty(_RESAMPLES)
    for turn in range(_RESAMPLES):
        drawn = rng.integers(0, blocks, blocks)
        means[turn] = sums[drawn].sum() / sizes[drawn].sum()
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)
