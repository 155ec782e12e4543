"""Is an image like anything that was seen? A gate before the answer.

A classifier names one of its classes whatever it is shown. The gate looks at where an image lies
among the training images, as the network sees them, before any class is asked about: the mean
cosine distance to its nearest training images. It is shut to what lies farther than nearly all
validation images (Y. Sun et al., Out-of-Distribution Detection with Deep Nearest Neighbors, ICML
2022).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.floating[Any]]

NEIGHBOURS = 5
RATE = 0.02  # of images of its own kind that the gate may turn away
_AT_A_TIME = 1024


@dataclass(frozen=True)
class Gate:
    """What an image is held against.

    Attributes:
        anchors: (n_train, width) float32, unit length.
        limit: the distance beyond which an image is like nothing that was seen; infinite where
            there were no validation images to find it with.
    """

    anchors: NDArray[np.float32]
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
            train_embeddings: (n_train, width).
            train_labels: (n_train,) numbers of their classes.
            validation_embeddings: (n_validation, width), of images that were not learnt from.
            rate: of images of the same kind that may be turned away. Few images allow no small
                rate: with n of them it is at least one in n + 1.
        """
        _ = train_labels  # the nearest images are near whatever they are called
        gate = cls(_unit(train_embeddings), math.inf)
        return cls(gate.anchors, _limit(gate.distances(validation_embeddings), rate))

    def distances(self, embeddings: Matrix) -> NDArray[np.float64]:
        """How far each image lies from what was seen, 0 for one of the training images: (n,)."""
        found = np.zeros(len(embeddings))
        count = min(NEIGHBOURS, len(self.anchors))
        for start in range(0, len(embeddings) if count else 0, _AT_A_TIME):
            part = slice(start, start + _AT_A_TIME)
            alike = _unit(embeddings[part]) @ self.anchors.T
            nearest = np.partition(alike, -count, axis=1)[:, -count:]
            found[part] = 1.0 - nearest.mean(axis=1, dtype=np.float64)
        return found

    def unlike(self, embeddings: Matrix) -> NDArray[np.bool_]:
        """Whether each image lies farther off than nearly all of its kind would: (n,)."""
        return np.asarray(self.distances(embeddings) > self.limit)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """All of it, for `numpy.savez`."""
        return {"anchors": self.anchors, "limit": np.asarray(self.limit, np.float64)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Gate:
        """What `to_arrays` gave.

        Raises:
            KeyError: an array is missing.
        """
        return cls(np.asarray(arrays["anchors"], np.float32), float(arrays["limit"]))


def _limit(distances: NDArray[np.float64], rate: float) -> float:
    """The distance that a new image of the same kind exceeds with a probability of ``rate``."""
    count = len(distances)
    if not count:
        return math.inf
    place = math.ceil((count + 1) * (1.0 - rate) - 1e-9)
    return float(np.sort(distances)[min(place, count) - 1])


def _unit(embeddings: Matrix) -> NDArray[np.float32]:
    """Each row scaled to length 1."""
    rows = np.asarray(embeddings, np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-12), np.float32)
