"""The probe of `core.probe` that takes single images back: hundreds of refits for the price of one.

To change the label of one image, or to leave it out, changes the equations of ridge regression by a
matrix of rank one, so their solution can be brought up to date instead of solved anew. Source:
J. Sherman and W. J. Morrison, Adjustment of an inverse matrix corresponding to a change in one
element of a given matrix, Annals of Mathematical Statistics 21 (1950).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.probe import Labels, Matrix, Sums

Floats = NDArray[np.float64]
LEFT_OUT = -1  # in place of the number of a class


class Refit:
    """Ridge regression onto the classes, whose offsets are not penalised.

    The penalty is fixed by the images that it begins with: leaving some out does not move it.

    Args:
        features: (images, width), as `core.probe.compress` gives them.
        labels: class numbers.
        classes: how many.
        strength: of the penalty, see `core.probe.Sums.solve`.
    """

    def __init__(self, features: Matrix, labels: Labels, classes: int, strength: float) -> None:
        sums = Sums.of(features, labels, classes)
        self._n = sums.n
        self._mean, self._share = sums.total / sums.n, sums.counts / sums.n
        scatter = sums.gram - sums.n * np.outer(self._mean, self._mean)
        width = len(scatter)
        scatter[np.diag_indices(width)] += max(strength * np.trace(scatter) / width, 1e-9)
        self._inverse: Floats = np.asarray(np.linalg.inv(scatter), np.float64)
        cross = sums.cross - sums.n * np.outer(self._mean, self._share)
        self._weights: Floats = np.asarray(self._inverse @ cross, np.float64)
        self._classes = classes

    def scores(self, images: Matrix) -> Floats:
        """What it says of ``images``, before any sharpening: (images, classes)."""
        result: Floats = self._share + (images - self._mean) @ self._weights
        return result

    def tried(
        self, images: Matrix, features: Matrix, labels: Labels, to: Labels
    ) -> Iterator[Floats]:
        """What it would say of ``images`` if one thing were changed, for each of some things.

        Args:
            images: (n, width) that are asked about.
            features: (changes, width) the image that each change is about, which it learnt from.
            labels: the label of that image so far.
            to: the label that it would get, or `LEFT_OUT`.

        Yields:
            (n, classes) scores, for one change after the other.
        """
        scores, centred = self.scores(images), images - self._mean
        apart = features - self._mean
        along = apart @ self._inverse
        seen = centred @ along.T
        for place, (label, new) in enumerate(zip(labels.tolist(), to.tolist(), strict=True)):
            turn, scale, shift = self._change(apart[place], along[place], label, new)
            yield scores + np.outer(scale * seen[:, place] + shift, turn)

    def carry_out(self, features: Matrix, label: int, to: int) -> None:
        """Change one image that it learnt from: ``features`` (width,), its label, its new one."""
        apart = features - self._mean
        along = apart @ self._inverse
        turn, scale, _ = self._change(apart, along, label, to)
        self._weights = self._weights + scale * np.outer(along, turn)
        if to != LEFT_OUT:
            self._share = self._share + turn / self._n
            return
        own = np.eye(self._classes)[label]
        self._inverse = self._inverse + self._factor(apart, along) * np.outer(along, along)
        self._mean = self._mean - apart / (self._n - 1)
        self._share = self._share - (own - self._share) / (self._n - 1)
        self._n -= 1

    def _change(
        self, apart: Floats, along: Floats, label: int, to: int
    ) -> tuple[Floats, float, float]:
        """How scores change: by (scale * what is seen along it + shift) times a row of classes."""
        own = np.eye(self._classes)
        if to != LEFT_OUT:
            turn: Floats = own[to] - own[label]
            return turn, 1.0, 1 / self._n
        missed: Floats = own[label] - self._share - apart @ self._weights
        factor = self._factor(apart, along)
        return missed, -factor, -(1 + factor * float(apart @ along)) / (self._n - 1)

    def _factor(self, apart: Floats, along: Floats) -> float:
        """By how much leaving an image out turns the solution; its centre moves with it."""
        weight = self._n / (self._n - 1)
        return float(weight / (1 - weight * (apart @ along)))
