"""Is an image like anything that was seen? A gate before the answer.

A classifier names one of its classes whatever it is shown. The gate looks at where an image lies,
as the network sees it, before any class is asked about: how far from the middle of the nearest
class, in units of how much images of a class differ (K. Lee et al., A Simple Unified Framework for
Detecting Out-of-Distribution Samples and Adversarial Attacks, NeurIPS 2018), and how much of it is
nothing that training images have at all, in units of how much of them is. Either alone lets some
strangers pass: both together told more of them than either, and than the distance to the nearest
training images (`python -m tests.benchmarks trust`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.probe import compressed

Matrix = NDArray[np.floating[Any]]

RATE = 0.02  # of images of its own kind that the gate may turn away
_WIDTH = 128  # principal components of what training images have, at most
_EACH = 4  # training images for each of them, at least
_SHRINKAGE = 0.1  # of their covariance towards that of a sphere
_SHARE = 0.5  # how much the rest counts, beside what training images have
_AT_A_TIME = 2048


@dataclass(frozen=True)
class Gate:
    """What an image is held against.

    Attributes:
        middle: (width,) the mean of the training images.
        directions: (width, parts) float32, in which training images differ.
        whitening: (parts, parts) after which images of a class differ by 1 in each direction.
        means: (classes, parts) the middle of each class, so whitened.
        rest: the mean square of what training images have in no direction.
        limit: the distance beyond which an image is like nothing that was seen; infinite where
            there were no validation images to find it with.
    """

    middle: NDArray[np.float32]
    directions: NDArray[np.float32]
    whitening: NDArray[np.float64]
    means: NDArray[np.float64]
    rest: float
    limit: float

    @classmethod
    def fit(
        cls,
        train_embeddings: Matrix,
        train_labels: NDArray[np.integer[Any]],
        validation_embeddings: Matrix,
        rate: float = RATE,
    ) -> Gate:
        """Learn what training images look like, and how far from them their own kind may lie.

        Args:
            train_embeddings: (n_train, width), at least one.
            train_labels: (n_train,) numbers of their classes.
            validation_embeddings: (n_validation, width), of images that were not learnt from.
            rate: of images of the same kind that may be turned away. Few images allow no small
                rate: with n of them it is at least one in n + 1.
        """
        parts = max(1, min(_WIDTH, len(train_embeddings) // _EACH))
        seen, axes = compressed(train_embeddings, parts)
        directions = axes.directions
        if directions is None:
            directions = np.eye(len(axes.middle), dtype=np.float32)
        classes, places = np.unique(np.asarray(train_labels), return_inverse=True)
        counts = np.bincount(places, minlength=len(classes))[:, None]
        means = np.zeros((len(classes), seen.shape[1]))
        np.add.at(means, places, seen)
        means /= counts
        whitening = _whitening(seen - means[places])
        gate = cls(axes.middle, directions, whitening, means @ whitening, 0.0, math.inf)
        gate = replace(gate, rest=float(gate._parts(train_embeddings)[1].mean()))
        return replace(gate, limit=_limit(gate.distances(validation_embeddings), rate))

    def distances(self, embeddings: Matrix) -> NDArray[np.float64]:
        """How far each image lies from what was seen; about 1 for a training image: (n,)."""
        inner, rest = self._parts(embeddings)
        if self.rest <= np.finfo(np.float32).eps:
            return inner  # training images have all that there is to have
        return np.asarray((inner + _SHARE * rest / self.rest) / (1 + _SHARE))

    def unlike(self, embeddings: Matrix) -> NDArray[np.bool_]:
        """Whether each image lies farther off than nearly all of its kind would: (n,)."""
        return np.asarray(self.distances(embeddings) > self.limit)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """All of it, for `numpy.savez`."""
        return {
            "middle": self.middle,
            "directions": self.directions,
            "whitening": self.whitening,
            "means": self.means,
            "rest": np.asarray(self.rest, np.float64),
            "limit": np.asarray(self.limit, np.float64),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Gate:
        """What `to_arrays` gave.

        Raises:
            KeyError: an array is missing.
        """
        return cls(
            arrays["middle"],
            arrays["directions"],
            arrays["whitening"],
            arrays["means"],
            float(arrays["rest"]),
            float(arrays["limit"]),
        )

    def _parts(self, embeddings: Matrix) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(n,) mean square distance to the nearest class by direction, (n,) square of the rest."""
        inner, rest = np.zeros(len(embeddings)), np.zeros(len(embeddings))
        own = (self.means**2).sum(axis=1)
        for start in range(0, len(embeddings), _AT_A_TIME):
            part = slice(start, start + _AT_A_TIME)
            centred = np.asarray(embeddings[part], np.float32) - self.middle
            seen = centred @ self.directions
            spread = (centred**2).sum(axis=1, dtype=np.float64)
            rest[part] = np.maximum(spread - (seen**2).sum(axis=1, dtype=np.float64), 0.0)
            white = seen @ self.whitening
            squares = (white**2).sum(axis=1)[:, None] - 2 * white @ self.means.T + own
            inner[part] = np.maximum(squares.min(axis=1), 0.0) / self.means.shape[1]
        return inner, rest


def _whitening(inner: Matrix) -> NDArray[np.float64]:
    """(parts, parts), after which ``inner`` (images without the mean of their class) is round."""
    spread = (inner.T @ inner / len(inner)).astype(np.float64)
    parts = len(spread)
    sphere = max(float(np.trace(spread)) / parts, 1e-9) * np.eye(parts)
    shrunk = (1 - _SHRINKAGE) * spread + _SHRINKAGE * sphere
    return np.asarray(np.linalg.cholesky(np.linalg.inv(shrunk)))


def _limit(distances: NDArray[np.float64], rate: float) -> float:
    """The distance that a new image of the same kind exceeds with a probability of ``rate``."""
    count = len(distances)
    if not count:
        return math.inf
    place = math.ceil((count + 1) * (1.0 - rate) - 1e-9)
    return float(np.sort(distances)[min(place, count) - 1])
