"""The Head method: one softmax layer on frozen features, trained by Keras in seconds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.balance import class_weights
from core.errors import ModelProblem
from core.ml.checkpoint import Checkpoint
from core.ml.features import Features
from core.settings import TrainSettings

Labels = NDArray[np.int64]
# Unit-length features give tiny gradients; scaled up, usual learning rates are right for them.
FEATURE_SCALE = 16.0
_STEPS_AT_ONCE = 12


@dataclass(frozen=True)
class Examples:
    """Features (n, width) float32 and class indices (n,) of one side of the split."""

    features: Features
    labels: Labels


@dataclass(frozen=True)
class Head:
    """A trained softmax layer: features @ kernel + bias are the logits.

    Attributes:
        kernel: (width, classes) float32.
        bias: (classes,) float32.
        best_epoch: the epoch it comes from, counted from 1.
        epochs_run: how many epochs were run.
    """

    kernel: NDArray[np.float32]
    bias: NDArray[np.float32]
    best_epoch: int
    epochs_run: int

    def probabilities(self, features: Features) -> NDArray[np.float64]:
        """(n, width) -> (n, classes); each row sums to 1."""
        logits = features.astype(np.float64) @ self.kernel + self.bias
        logits -= logits.max(axis=1, keepdims=True)
        exponentials = np.exp(logits)
        result: NDArray[np.float64] = exponentials / exponentials.sum(axis=1, keepdims=True)
        return result


def train_head(
    train: Examples,
    validation: Examples,
    classes: int,
    settings: TrainSettings,
    folder: Path,
    on_epoch: Callable[[dict[str, Any]], None],
    check_stop: Callable[[], None],
) -> Head:
    """Train a softmax layer and keep its best epoch by validation loss.

    The state after each epoch is kept in ``folder``; called again after a crash or a stop it
    goes on from there, and ends with the same numbers as if nothing had happened.

    Args:
        train: what is learnt.
        validation: decides when to stop and which epoch is kept.
        classes: how many.
        settings: epochs, batch size, learning rate, decay, dropout, balance, patience, seed.
        folder: where the checkpoint lives.
        on_epoch: called after each epoch with its figures, see `Checkpoint.record`.
        check_stop: called after every few batches; what it raises ends the training.

    Raises:
        ModelProblem: no epoch has a loss that is a number.
    """
    keras.utils.set_random_seed(settings.seed)
    steps = -(-len(train.labels) // settings.batch_size)
    model = _model(train.features.shape[1], classes, settings, steps)
    checkpoint = Checkpoint(folder / "head.npz", settings, on_epoch, check_stop)
    checkpoint.restore(model)
    start = len(checkpoint.history)
    if not checkpoint.is_over:
        counts = np.bincount(train.labels, minlength=classes).tolist()
        weights = class_weights(counts, settings.balance)
        model.fit(
            _batches(train, settings, weights, start),
            shuffle=False,
            steps_per_epoch=steps,
            validation_data=_at_once(validation),
            initial_epoch=start,
            epochs=settings.epochs,
            callbacks=[checkpoint],
            verbose=0,
        )
    if not checkpoint.best_weights:
        raise ModelProblem(
            "The training came to nothing",
            f"None of {len(checkpoint.history)} epochs has a validation loss that is a number",
            "Train again with a smaller learning rate",
        )
    kernel, bias = checkpoint.best_weights
    return Head(kernel * FEATURE_SCALE, bias, checkpoint.best_epoch, len(checkpoint.history))


def _model(width: int, classes: int, settings: TrainSettings, steps: int) -> keras.Model:
    features = keras.Input((width,), name="features")
    x = keras.layers.Rescaling(FEATURE_SCALE)(features)
    x = keras.layers.Dropout(settings.dropout, seed=settings.seed)(x)
    logits = keras.layers.Dense(classes, kernel_initializer="zeros", name="head")(x)
    model = keras.Model(features, logits)
    model.compile(
        optimizer=keras.optimizers.AdamW(
            settings.learning_rate, weight_decay=settings.weight_decay
        ),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[keras.metrics.SparseCategoricalAccuracy(name="accuracy")],
        # A step takes less time than Python needs to ask for it; a divisor, so epochs stay whole
        steps_per_execution=max(n for n in range(1, _STEPS_AT_ONCE + 1) if steps % n == 0),
    )
    return model


def _at_once(examples: Examples) -> tf.data.Dataset:
    return tf.data.Dataset.from_tensors((examples.features, examples.labels))


def _batches(
    examples: Examples, settings: TrainSettings, weights: list[float] | None, start: int
) -> tf.data.Dataset:
    """Batches of (features, labels, weights) from epoch ``start`` on, all epochs in a row.

    The order depends on the seed and the epoch alone, so a training that is resumed sees
    what it would have seen.
    """
    each = [1.0 if weights is None else weights[int(label)] for label in examples.labels]
    columns = [tf.constant(c) for c in (examples.features, examples.labels)]
    columns.append(tf.constant(each, tf.float32))
    count = len(examples.labels)

    def one_epoch(epoch: tf.Tensor) -> tf.data.Dataset:
        seed = tf.stack([tf.constant(settings.seed, tf.int64), epoch])
        order = tf.random.experimental.stateless_shuffle(tf.range(count), seed=seed)
        return tf.data.Dataset.from_tensor_slices(order).batch(settings.batch_size)

    epochs = tf.data.Dataset.range(start, settings.epochs)
    batches = epochs.flat_map(one_epoch).map(
        lambda rows: tuple(tf.gather(c, rows) for c in columns)
    )
    return batches.prefetch(2)
