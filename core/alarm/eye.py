"""The probe that looks at altered images: what it says, and whether an image is one of its kind.

A classifier must name a class for anything, even for noise, and can be sure of it. So an altered
image counts as a real member of another class only where it also lies as near to the images of
that class as they lie to each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core import probe
from core.probe import Axes, Labels, Matrix, Tuned

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_USUAL = 0.25  # this share of a class's own images is recognised less surely
_REACH = 0.95  # this share of a class's own images has another of the class as near


@dataclass(frozen=True)
class Eye:
    """A probe in folds on images as they are, and what is ordinary for each class.

    Attributes:
        features: (images, width), compressed.
        axes: how other images come to the same values.
        labels: class numbers.
        folds: as `core.probe.folds_of` gives them.
        tuned: the probe of each fold.
        before: (images, classes): probabilities of every image by a probe that never saw it.
        usual: (classes,) how sure the probe is of an ordinary image of a class.
        reach: (classes,) how near an ordinary image of a class has another one of it.
    """

    features: Matrix
    axes: Axes
    labels: Labels
    folds: NDArray[np.int64]
    tuned: Tuned
    before: Floats
    usual: Floats
    reach: Floats

    @classmethod
    def of(
        cls, features: Matrix, labels: Labels, folds: NDArray[np.int64], classes: int, seed: int = 0
    ) -> Eye:
        """Learn from images as they are.

        Args:
            features: (images, values) of the pretrained network.
            labels: class numbers.
            folds: images that belong together in one fold.
            classes: their number.
            seed: the same gives the same.
        """
        short, axes = probe.compressed(features, seed=seed)
        tuned = probe.tuned(short, labels, folds, classes)
        before = tuned.answers(short, folds)
        usual, reach = np.full(classes, np.inf), np.zeros(classes)
        for label in range(classes):
            mine = labels == label
            right = mine & (before.argmax(axis=1) == label)
            if right.any():
                usual[label] = np.quantile(before[right, label], _USUAL)
                gaps = _nearest(short[mine], folds[mine], short[mine], folds[mine])
                reach[label] = np.quantile(gaps, _REACH)
        return cls(short, axes, labels, folds, tuned, before, usual, reach)

    def look(self, rows: NDArray[np.int64], altered: Matrix) -> tuple[Floats, Flags]:
        """What the probe says of altered images, and which look like an ordinary one of that.

        Args:
            rows: which image each was made of.
            altered: (altered images, values) of the pretrained network.

        Returns:
            (altered images, classes) probabilities by a probe that never saw the original; and
            (altered images,) whether the class that is said is said as surely as of its own
            ordinary images, and one of those is as near as they are to each other.
        """
        short, folds = self.axes(altered), self.folds[rows]
        after = self.tuned.answers(short, folds)
        said = after.argmax(axis=1)
        like = after.max(axis=1) >= self.usual[said]
        for label in np.unique(said[like]):
            asked, mine = np.flatnonzero(like & (said == label)), self.labels == label
            gaps = _nearest(short[asked], folds[asked], self.features[mine], self.folds[mine])
            like[asked] = gaps <= self.reach[label]
        return after, like


def _nearest(
    asked: Matrix, folds: NDArray[np.int64], known: Matrix, known_folds: NDArray[np.int64]
) -> Floats:
    """(asked,): the distance to the nearest of ``known`` in another fold; inf: there is none."""
    found = np.full(len(asked), np.inf)
    for fold in np.unique(folds):
        mine, others = folds == fold, known[known_folds != fold]
        if len(others):
            squares = (others**2).sum(axis=1) - 2 * asked[mine] @ others.T
            least = squares.min(axis=1) + (asked[mine] ** 2).sum(axis=1)
            found[mine] = np.sqrt(np.maximum(least, 0))
    return found
