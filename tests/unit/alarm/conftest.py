"""A world of features in which each class is a cloud, and what alterations do to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from core import alarm, probe
from core.alarm import Eye, Looked

Features = NDArray[np.float32]
DRAWS, WIDTH = 4, 24


@dataclass
class World:
    """Images of a few classes as clouds of points."""

    names: list[str]
    each: int
    seed: int = 0
    apart: float = 4.0

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.seed)
        self.middles = self.rng.normal(size=(len(self.names), WIDTH))
        self.middles *= self.apart / np.linalg.norm(self.middles, axis=1, keepdims=True)
        self.labels = np.repeat(np.arange(len(self.names)), self.each)
        self.features = self.cloud(self.labels)
        folds = probe.folds_of(self.labels)
        self.eye = Eye.of(self.features, self.labels, folds, len(self.names))

    def cloud(self, labels: NDArray[np.int64]) -> Features:
        """An ordinary image of each label."""
        noise = self.rng.normal(size=(len(labels), WIDTH))
        return (self.middles[labels] + 0.6 * noise).astype(np.float32)

    def unchanged(self) -> Features:
        """(images, draws, width): other photos of the same things."""
        return np.stack([self.cloud(self.labels) for _ in range(DRAWS)], axis=1)

    def turned(self, was: str, became: str, share: float = 0.4) -> Features:
        """The same, but some draws of one class are ordinary images of another."""
        altered = self.unchanged()
        mine = self.labels == self.names.index(was)
        hit = mine[:, None] & (self.rng.random(altered.shape[:2]) < share)
        altered[hit] = self.cloud(np.full(int(hit.sum()), self.names.index(became)))
        return altered

    def seen(self, altered: Features, name: str = "rotation", strength: float = 1.0) -> Looked:
        """What the alarm sees of altered images."""
        n, draws, width = altered.shape
        rows = np.repeat(np.arange(n), draws)
        after, like = self.eye.look(rows, altered.reshape(n * draws, width))
        return alarm.look(
            (name, strength),
            [f"image {row}" for row in range(n)],
            self.labels,
            self.names,
            self.eye.before,
            after.reshape(n, draws, -1),
            like.reshape(n, draws),
            alarm.everyday_confusion(self.eye.before, self.labels),
        )


@pytest.fixture
def digits() -> World:
    """Five classes of 40 images, well apart."""
    return World(["0", "1", "6", "8", "9"], 40)
