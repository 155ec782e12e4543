"""Small networks and examples to try the training loop on, and what tells two trainings apart."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np

from core.ml.batches import Examples
from core.ml.fitting import Fitted, Hooks, fit
from core.ml.methods import one_hot
from core.settings import TrainSettings

WIDTH, CLASSES = 24, 3


def examples(n: int = 90, seed: int = 1, noise: float = 0.2, wrong: float = 0.0) -> Examples:
    """Vectors around one direction a class; ``wrong`` is the share of random labels."""
    rng = np.random.default_rng(seed)
    classes = np.arange(n) % CLASSES
    vectors = np.eye(CLASSES, WIDTH)[classes] + noise * rng.normal(size=(n, WIDTH))
    random = rng.random(n) < wrong
    classes = np.where(random, rng.integers(0, CLASSES, n), classes)
    return Examples((vectors.astype(np.float32),), one_hot(classes, CLASSES))


def settings(**values) -> TrainSettings:
    return TrainSettings(**{"epochs": 6, "batch_size": 16, "learning_rate": 0.01, **values})


def flat(chosen: TrainSettings) -> keras.Model:
    """One layer and dropout, as the head is."""
    given = keras.Input((WIDTH,))
    x = keras.layers.Dropout(chosen.dropout, seed=chosen.seed)(given)
    return keras.Model(given, keras.layers.Dense(CLASSES, kernel_initializer="zeros")(x))


def deep(chosen: TrainSettings) -> keras.Model:
    """Convolution, normalisation that learns and keeps statistics, dropout."""
    given = keras.Input((WIDTH,))
    x = keras.layers.Reshape((4, 6, 1))(given)
    x = keras.layers.Conv2D(8, 3, padding="same", activation="relu")(x)
    x = keras.layers.BatchNormalization()(x)
    x = keras.layers.GlobalAveragePooling2D()(x)
    x = keras.layers.Dropout(chosen.dropout, seed=chosen.seed)(x)
    return keras.Model(given, keras.layers.Dense(CLASSES)(x))


Network = Callable[[TrainSettings], keras.Model]


class Trainer:
    """Trains on examples; each call goes on from what the last one left in its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.told: list[dict] = []

    def __call__(
        self,
        chosen: TrainSettings | None = None,
        train: Examples | None = None,
        validation: Examples | None = None,
        hooks: Hooks | None = None,
        name: str = "run",
        network: Network = flat,
    ) -> tuple[Fitted, list[np.ndarray]]:
        chosen = chosen or settings()
        keras.utils.set_random_seed(chosen.seed)
        self.model = network(chosen)
        hooks = dataclasses.replace(hooks or Hooks(), on_epoch=self.told.append)
        path = self.folder / f"{name}.npz"
        train, validation = train or examples(), validation or examples(seed=2)
        found = fit(self.model, train, validation, chosen, path, hooks)
        return found, self.model.get_weights()


def assert_same(one: tuple[Fitted, list[np.ndarray]], other: tuple[Fitted, list[np.ndarray]]):
    for mine, theirs in zip(one[1], other[1], strict=True):
        np.testing.assert_array_equal(mine, theirs, strict=True)
    assert (one[0].best_epoch, one[0].epochs_run) == (other[0].best_epoch, other[0].epochs_run)


# Labels that say nothing: sooner or later the validation loss can only grow
NOISY = examples(wrong=1.0, noise=0.5)
OTHER_NOISY = examples(wrong=1.0, noise=0.5, seed=9)
IMPATIENT = settings(epochs=60, patience=3, learning_rate=0.05)
