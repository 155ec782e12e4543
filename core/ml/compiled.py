"""Many small steps as one compiled program, kept for the next training of the same shape.

A step of the head is so small that asking TensorFlow for its thirty operations takes longer than
computing them. XLA makes one program of a dozen steps; making it takes a second, so it is kept, and
whoever trains again on slightly other labels does not wait for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.ml.batches import ROWS_AT_ONCE, Batch, Examples, at_once
from core.ml.methods import Rows
from core.ml.stepping import Stepper
from core.settings import TrainSettings

_WORTH_IT = 20  # steps an epoch, from which on compiling pays within some thirty epochs
_ROOM = 1 << 28  # bytes of inputs that are held at hand, at most
_MOST = 2  # programs that are kept
_idle: dict[str, CompiledStepper] = {}  # taken out while it works, so nobody shares one


@contextmanager
def stepper_for(model: keras.Model, train: Examples, settings: TrainSettings) -> Iterator[Stepper]:
    """What takes the steps of ``model``: compiled where that is worth it.

    A compiled one works on a twin: the weights of ``model`` stay as they are, those of the
    stepper's own model learn.

    Args:
        model: inputs -> logits, not compiled, see `core.ml.methods`.
        train: what is learnt.
        settings: batch size, weight decay, label smoothing.
    """
    if not _is_worth_it(model, train, settings):
        yield Stepper(model, settings)
        return
    key = _key(model, settings)
    stepper = _idle.pop(key, None) or CompiledStepper(_twin(model), settings)
    stepper.begin(model, train, settings)
    yield stepper
    stepper.rest()
    _idle[key] = stepper
    for oldest in list(_idle)[:-_MOST]:
        del _idle[oldest]


class CompiledStepper(Stepper):
    """Takes a group of steps by one compiled program, which knows one size of batch.

    It has all inputs at hand, in TensorFlow's memory, and is told which rows to look at. A batch
    that is smaller is filled up with images that have no label and count nothing.

    Args:
        model: inputs -> logits, not compiled; nobody else's.
        settings: batch size, weight decay, label smoothing.
    """

    by_row = True

    def __init__(self, model: keras.Model, settings: TrainSettings) -> None:
        super().__init__(model, settings)
        self._fresh = [np.array(variable.value.numpy()) for variable in self.optimizer.variables]
        self._shape = (ROWS_AT_ONCE, settings.batch_size)
        self._program = tf.function(self._run, jit_compile=True, autograph=False)
        self._inputs: tuple[tf.Tensor, ...] = ()

    def begin(self, model: keras.Model, train: Examples, settings: TrainSettings) -> None:
        """Stand where a training of ``model`` on ``train`` begins."""
        for mine, theirs in zip(self.model.variables, model.variables, strict=True):
            mine.assign(theirs.value)
        for variable, value in zip(self.optimizer.variables, self._fresh, strict=True):
            variable.assign(value)
        self.optimizer.learning_rate.assign(settings.learning_rate)
        self._inputs = tuple(tf.constant(_filled_up(each)) for each in train.inputs)

    def rest(self) -> None:
        """Let go of the inputs."""
        self._inputs = ()

    def _take(self, group: Sequence[Batch]) -> tuple[Any, Any]:
        rows = np.zeros(self._shape, np.int32)
        labels = np.zeros((*self._shape, self.model.output_shape[-1]), np.float32)
        weights = np.zeros(self._shape, np.float32)
        sizes = np.zeros(len(rows), np.float32)
        for step, batch in enumerate(group):
            count = len(batch.rows)
            rows[step, :count], sizes[step] = batch.rows, count
            labels[step, :count], weights[step, :count] = batch.labels, batch.weights
        parts = (rows, labels, weights, sizes, np.int32(len(group)))
        found: tuple[Any, Any] = self._program(self._inputs, *map(tf.constant, parts))
        return found

    def _run(
        self, inputs: Any, rows: Any, labels: Any, weights: Any, sizes: Any, steps: Any
    ) -> tuple[Any, Any]:
        def take(number: Any, loss: Any, correct: Any) -> tuple[Any, Any, Any]:
            shown = tuple(tf.gather(each, rows[number]) for each in inputs)
            found = self._step(shown, labels[number], weights[number], sizes[number])
            return number + 1, loss + found[0], correct + found[1]

        # Not over a tf.range: XLA would make another program for every number of steps
        start = (tf.constant(0), tf.constant(0.0), tf.constant(0.0))
        _, loss, correct = tf.while_loop(lambda number, *_: number < steps, take, start)
        return loss, correct


def _filled_up(inputs: Rows) -> NDArray[np.float32]:
    """All ``inputs``, and rows of 0 up to a rounder number: a few images more or less fit too."""
    count = len(inputs)
    step = max(256, 1 << max(0, count.bit_length() - 3))
    result = np.zeros((-(-count // step) * step, *inputs.shape[1:]), np.float32)
    result[:count] = inputs[np.arange(count)]
    return result


def _is_worth_it(model: keras.Model, train: Examples, settings: TrainSettings) -> bool:
    steps = -(-train.count // settings.batch_size)
    alone = tf.distribute.get_strategy().num_replicas_in_sync == 1
    vectors = all(len(each.shape) == 2 for each in train.inputs)
    # Blank images would count in the statistics that a normalisation keeps
    blind = not model.non_trainable_weights
    together = at_once(train.inputs, settings.batch_size) > 1
    size = sum(4 * int(np.prod(each.shape)) for each in train.inputs)
    return alone and vectors and blind and together and steps >= _WORTH_IT and size <= _ROOM


def _twin(model: keras.Model) -> keras.Model:
    twin = keras.models.model_from_json(model.to_json())
    for mine, theirs in zip(twin.layers, model.layers, strict=True):
        mine.trainable = theirs.trainable
    return twin


def _key(model: keras.Model, settings: TrainSettings) -> str:
    """What a program depends on; the names of layers, which Keras counts up, do not matter."""
    layers = [
        (type(layer).__name__, layer.trainable, layer.get_config() | {"name": ""})
        for layer in model.layers
    ]
    chosen = (settings.batch_size, settings.weight_decay, settings.label_smoothing)
    return json.dumps([layers, chosen], sort_keys=True, default=str)
