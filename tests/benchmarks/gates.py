"""Other gates than the product's, to hold it against: what is farther than its own kind?"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.gate import Gate
from core.probe import compressed

Matrix = NDArray[np.floating[Any]]
Distance = Callable[[Matrix], NDArray[np.float64]]
WIDTH, SHRINKAGE, NEAREST = 128, 0.1, 5


def product(train: Matrix, labels: NDArray[np.int64]) -> Distance:
    """The product's own."""
    return Gate.fit(train, labels, train[:0]).distances


def neighbours(train: Matrix, labels: NDArray[np.int64]) -> Distance:
    """Mean cosine distance to the five nearest training images.

    Source: Y. Sun et al., Out-of-Distribution Detection with Deep Nearest Neighbors, ICML 2022.
    """
    anchors = _unit(train)
    near = min(NEAREST, len(anchors))

    def distance(images: Matrix) -> NDArray[np.float64]:
        alike = np.partition(_unit(images) @ anchors.T, -near, axis=1)[:, -near:]
        return np.asarray(1.0 - alike.mean(axis=1), np.float64)

    return distance


def mahalanobis(train: Matrix, labels: NDArray[np.int64]) -> Distance:
    """To the nearest class mean, in units of the spread within classes.

    Source: K. Lee et al., A Simple Unified Framework for Detecting Out-of-Distribution Samples,
    NeurIPS 2018; here on principal components, the covariance shrunk towards a sphere.
    """
    seen, axes = compressed(train, WIDTH)
    means = np.stack([seen[labels == number].mean(axis=0) for number in np.unique(labels)])
    inner = seen - means[np.searchsorted(np.unique(labels), labels)]
    spread = (inner.T @ inner / len(inner)).astype(np.float64)
    sphere = np.eye(len(spread)) * np.trace(spread) / len(spread)
    root = np.linalg.cholesky(np.linalg.inv((1 - SHRINKAGE) * spread + SHRINKAGE * sphere))

    def distance(images: Matrix) -> NDArray[np.float64]:
        points, middles = axes(images) @ root, means @ root
        squares = (points**2).sum(1)[:, None] - 2 * points @ middles.T + (middles**2).sum(1)
        return np.asarray(squares.min(axis=1), np.float64)

    return distance


def residual(train: Matrix, labels: NDArray[np.int64]) -> Distance:
    """How much of an image lies outside the principal components of the training images."""
    _, axes = compressed(train, WIDTH)

    def distance(images: Matrix) -> NDArray[np.float64]:
        centred = np.asarray(images, np.float32) - axes.middle
        return np.asarray((centred**2).sum(1) - (axes(images) ** 2).sum(1), np.float64)

    return distance


GATES: Mapping[str, Callable[[Matrix, NDArray[np.int64]], Distance]] = {
    "the product's": product,
    "five nearest": neighbours,
    "Mahalanobis": mahalanobis,
    "residual": residual,
}


def compared(
    train: Matrix,
    labels: NDArray[np.int64],
    validation: Matrix,
    own: Matrix,
    foreign: Matrix,
    rate: float,
) -> list[dict[str, Any]]:
    """By gate: the share of its own test images that passes, and of foreign ones that does not.

    Args:
        train: embeddings that it is fitted to.
        labels: numbers of their classes.
        validation: embeddings by which it is set to turn away ``rate`` of its own kind.
        own: embeddings of test images.
        foreign: embeddings of other things.
        rate: see above.
    """
    found = []
    for name, make in GATES.items():
        distance = make(train, labels)
        place = math.ceil((len(validation) + 1) * (1 - rate) - 1e-9)
        limit = np.sort(distance(validation))[min(place, len(validation)) - 1]
        inside, outside = distance(own), distance(foreign)
        found.append(
            {
                "name": name,
                "passed": float((inside <= limit).mean()),
                "flagged": float((outside > limit).mean()),
                "auc": _auc(inside, outside),
            }
        )
    return found


def _auc(inside: NDArray[np.float64], outside: NDArray[np.float64]) -> float:
    from core.curves import roc

    scores = np.concatenate([inside, outside])
    return roc(scores, np.arange(len(scores)) >= len(inside)).area


def _unit(images: Matrix) -> NDArray[np.float32]:
    rows = np.asarray(images, np.float32)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
