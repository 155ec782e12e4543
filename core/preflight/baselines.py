"""Simple ways to answer, so that a later score has something to beat."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.preflight.answers import Baseline
from core.probe import Labels, Matrix
from core.results import wilson

_AT_ONCE = 8_000_000  # similarities that are held in memory


def baseline(name: str, title: str, answers: Labels, labels: Labels) -> Baseline:
    """How often ``answers`` are the ``labels``."""
    correct = np.asarray(answers == labels)
    low, high = wilson(int(correct.sum()), len(labels))
    recalls = [float(correct[labels == number].mean()) for number in np.unique(labels)]
    return Baseline(
        name,
        title,
        float(correct.mean()) if len(labels) else 0.0,
        low,
        high,
        float(np.mean(recalls)) if recalls else 0.0,
        len(labels),
    )


def majority(labels: Labels) -> Labels:
    """The commonest class, for every image."""
    return np.full(len(labels), np.bincount(labels).argmax())


def nearest(
    values: NDArray[np.float32], labels: Labels, blocks: Labels, asked: NDArray[np.int64]
) -> Labels:
    """The label of the most similar image that does not belong to the same block.

    Args:
        values: (images, width); similar is what lies near (Euclid). A row with NaN is nobody's
            neighbour, and is answered at random.
        labels: class numbers.
        blocks: images with the same number belong together.
        asked: the rows to answer for.
    """
    found: Labels = labels[nearest_rows(values, blocks, asked)]
    return found


def nearest_rows(
    values: NDArray[np.float32], blocks: Labels, asked: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The row of the most similar image of another block; see `nearest`."""
    blind = np.asarray(~np.isfinite(values).all(axis=1))
    points = np.where(blind[:, None], 0, values).astype(np.float32)
    squares = np.einsum("ij,ij->i", points, points)
    found = np.empty(len(asked), np.int64)
    step = max(1, _AT_ONCE // max(1, len(values)))
    for start in range(0, len(asked), step):
        rows = asked[start : start + step]
        distance = squares - 2 * (points[rows] @ points.T)
        distance[blocks[rows, None] == blocks] = np.inf
        distance[:, blind] = np.inf
        found[start : start + step] = distance.argmin(axis=1)
    return found


def thumbnails(small: NDArray[np.float32]) -> Matrix:
    """(images, 768): the pixels at 16 x 16, less their mean, at unit length."""
    side = small.shape[1] // 2
    halved = small.reshape(len(small), side, 2, side, 2, 3).mean(axis=(2, 4))
    flat = halved.reshape(len(small), -1)
    flat = flat - flat.mean(axis=1, keepdims=True)
    length = np.linalg.norm(flat, axis=1, keepdims=True)
    return np.asarray(flat / np.maximum(length, 1e-6), dtype=np.float32)
