"""One step of learning, and answers, as TensorFlow graphs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.ml.batches import Batch
from core.ml.methods import Rows
from core.settings import TrainSettings

_ANSWERS = 64  # images asked about at a time, at least
_ROOM = 1 << 22  # bytes of images that are asked about at a time, where they are small


class Stepper:
    """Takes steps that make a network's loss smaller.

    With a `tf.distribute` strategy in scope, each batch is shared out among its replicas.

    Args:
        model: inputs -> logits, not compiled.
        settings: weight decay, label smoothing.

    Attributes:
        optimizer: AdamW, whose rate each call sets.
        by_row: whether it wants batches without inputs, see `core.ml.batches.batches`.
    """

    by_row = False

    def __init__(self, model: keras.Model, settings: TrainSettings) -> None:
        self.model = model
        self.optimizer = keras.optimizers.AdamW(
            settings.learning_rate, weight_decay=settings.weight_decay
        )
        self.optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
        self.optimizer.build(model.trainable_variables)
        self._smoothing = settings.label_smoothing
        self._strategy = tf.distribute.get_strategy()
        signature = _signature(model)
        self._one = tf.function(self._shared_step, input_signature=signature)
        at_once = [_stacked(each) for each in signature]
        self._many = tf.function(self._steps, input_signature=at_once)
        self._answer = answering(model)

    def learn(self, group: Sequence[Batch], rate: float) -> tuple[float, float]:
        """Take one step for each batch; all but one of a group have the same size.

        Returns:
            The sum of the images' losses, and how many were told right.
        """
        self.optimizer.learning_rate.assign(rate)
        loss, correct = self._take(group)
        return float(loss), float(correct)

    def answer(self, inputs: tuple[NDArray[Any], ...]) -> NDArray[np.float32]:
        """Logits for one batch: (n, classes)."""
        return self._answer(inputs)

    def _take(self, group: Sequence[Batch]) -> tuple[Any, Any]:
        """What `learn` gives, as numbers of any kind."""
        if len(group) == 1:
            found = self._one(*_arrays(group[0]))
        elif self._strategy.num_replicas_in_sync > 1:
            each = [self._one(*_arrays(batch)) for batch in group]
            found = tuple(sum(numbers) for numbers in zip(*each, strict=True))
        else:
            parts = [_arrays(batch) for batch in group]
            inputs = tuple(np.stack(each) for each in zip(*(p[0] for p in parts), strict=True))
            labels, weights = (np.stack([p[number] for p in parts]) for number in (1, 2))
            found = self._many(inputs, labels, weights)
        return found[0], found[1]

    def _steps(self, inputs: Any, labels: Any, weights: Any) -> Any:
        loss, correct = tf.constant(0.0), tf.constant(0.0)
        for number in tf.range(tf.shape(labels)[0]):
            part = tuple(each[number] for each in inputs)
            more_loss, more_correct = self._step(part, labels[number], weights[number], None)
            loss, correct = loss + more_loss, correct + more_correct
        return loss, correct

    def _shared_step(self, inputs: Any, labels: Any, weights: Any) -> Any:
        replicas = self._strategy.num_replicas_in_sync
        if replicas == 1:
            return self._step(inputs, labels, weights, None)
        count = tf.shape(labels)[0]
        # Some layers cannot work on nothing: in a small batch, blank images that count nothing
        blank = tf.maximum(replicas - count, 0)
        whole = tf.nest.map_structure(
            lambda each: tf.concat([each, tf.repeat(tf.zeros_like(each[:1]), blank, axis=0)], 0),
            (inputs, labels, weights),
        )

        def share(context: Any) -> Any:
            rank = context.replica_id_in_sync_group
            return tf.nest.map_structure(lambda each: each[rank::replicas], whole)

        parts = self._strategy.experimental_distribute_values_from_function(share)
        found = self._strategy.run(
            lambda part: self._step(part[0], part[1], part[2], tf.cast(count, tf.float32)),
            args=(parts,),
        )
        return tuple(self._strategy.reduce("SUM", each, axis=None) for each in found)

    def _step(self, inputs: Any, labels: Any, weights: Any, count: Any) -> Any:
        """One step; ``count`` is the number of images in it, where some rows are of another."""
        size = tf.cast(tf.shape(labels)[0], tf.float32) if count is None else count
        with tf.GradientTape() as tape:
            logits = self.model(_given(inputs), training=True)
            each = keras.losses.categorical_crossentropy(
                labels, logits, from_logits=True, label_smoothing=self._smoothing
            )
            total = tf.reduce_sum(each * weights)
            mean = total / size
        variables = self.model.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(mean, variables), variables, strict=True))
        right = tf.equal(tf.argmax(logits, axis=1), tf.argmax(labels, axis=1))
        right &= tf.reduce_sum(labels, axis=1) > 0  # a blank image has no label
        return total, tf.reduce_sum(tf.cast(right, tf.float32))


def answering(model: keras.Model) -> Callable[[tuple[NDArray[Any], ...]], NDArray[np.float32]]:
    """A function from one batch of inputs to what ``model`` says, without learning."""
    signature = _signature(model)[0]
    graph = tf.function(
        lambda inputs: model(_given(inputs), training=False), input_signature=[signature]
    )

    def answer(inputs: tuple[NDArray[Any], ...]) -> NDArray[np.float32]:
        result: NDArray[np.float32] = graph(_floats(inputs)).numpy()
        return result

    return answer


def predict(
    model: keras.Model,
    inputs: tuple[Rows, ...],
    check_stop: Callable[[], None] = lambda: None,
    answer: Callable[[tuple[NDArray[Any], ...]], NDArray[np.float32]] | None = None,
) -> NDArray[np.float64]:
    """Probabilities (n, classes) that ``model`` (inputs -> logits) gives.

    Args:
        model: see `core.ml.methods`.
        inputs: one array an input, with a row an image.
        check_stop: called around every batch.
        answer: of `answering`, where it stands already.
    """
    answer = answer or answering(model)
    count, parts = len(inputs[0]), []
    each = 4 * sum(int(np.prod(array.shape[1:])) for array in inputs)
    at_a_time = max(_ANSWERS, _ROOM // max(1, each))
    for start in range(0, count, at_a_time):
        check_stop()
        rows = np.arange(start, min(start + at_a_time, count))
        parts.append(answer(tuple(array[rows] for array in inputs)))
    check_stop()
    return softmax(np.concatenate(parts) if parts else np.empty((0, model.output_shape[-1])))


def softmax(logits: NDArray[Any]) -> NDArray[np.float64]:
    """(n, classes) logits -> probabilities; each row sums to 1."""
    shifted = logits.astype(np.float64)
    shifted = shifted - shifted.max(axis=1, keepdims=True, initial=-np.inf)
    exponentials = np.exp(shifted)
    result: NDArray[np.float64] = exponentials / exponentials.sum(axis=1, keepdims=True)
    return result


def _signature(model: keras.Model) -> list[Any]:
    """Of (inputs, labels, weights), with any number of images."""
    inputs = tuple(tf.TensorSpec(each.shape, tf.float32) for each in model.inputs)
    labels = tf.TensorSpec((None, model.output_shape[-1]), tf.float32)
    return [inputs, labels, tf.TensorSpec((None,), tf.float32)]


def _stacked(spec: Any) -> Any:
    return tf.nest.map_structure(lambda each: tf.TensorSpec((None, *each.shape), each.dtype), spec)


def _arrays(batch: Batch) -> tuple[Any, Any, Any]:
    return _floats(batch.inputs), batch.labels, batch.weights


def _floats(inputs: tuple[NDArray[Any], ...]) -> tuple[NDArray[np.float32], ...]:
    return tuple(array.astype(np.float32, copy=False) for array in inputs)


def _given(inputs: Any) -> Any:
    """As Keras wants them: a single input by itself."""
    return inputs[0] if len(inputs) == 1 else list(inputs)
