"""KerasCV's layers with the numbers they draw, and draw with, as inputs of a traced function.

A KerasCV layer keeps its strengths as Python numbers and draws from generators with a memory.
While a layer is traced, tensors stand in for the numbers and TensorFlow's stateless functions
for the generators; every random value then follows from one seed (Salmon et al., Parallel Random
Numbers: As Easy as 1, 2, 3, 2011), in any order, thread and process.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from threading import get_ident
from typing import Any

import keras
import keras_cv
import tensorflow as tf

Number = tuple[Any, str]
_OWNERS = (keras.Layer, keras_cv.core.FactorSampler)


class Draws:
    """Stands in for `tf.random` and a `tf.random.Generator`: each draw has its place under a seed.

    Args:
        seed: (2,) int32.
    """

    def __init__(self, seed: tf.Tensor) -> None:
        self._seed = seed
        self._drawn = 0

    @contextmanager
    def inside(self, turn: tf.Tensor) -> Iterator[None]:
        """Draw anew in every ``turn`` of a loop that is traced only once."""
        outside = self._seed
        self._seed = tf.random.experimental.stateless_fold_in(outside, tf.reshape(turn, ()))
        try:
            yield
        finally:
            self._seed = outside

    def _next(self) -> tf.Tensor:
        self._drawn += 1
        return tf.random.experimental.stateless_fold_in(self._seed, self._drawn)

    def uniform(
        self,
        shape: Any,
        minval: Any = 0,
        maxval: Any = None,
        dtype: Any = tf.float32,
        seed: Any = None,
        name: Any = None,
    ) -> tf.Tensor:
        """As `tf.random.uniform`; bounds of integers may be given as floats."""
        kind = tf.as_dtype(dtype)
        low = tf.cast(minval, kind)
        high = tf.cast(1 if maxval is None else maxval, kind)
        return tf.random.stateless_uniform(shape, self._next(), low, high, kind)

    def normal(
        self,
        shape: Any,
        mean: Any = 0.0,
        stddev: Any = 1.0,
        dtype: Any = tf.float32,
        seed: Any = None,
        name: Any = None,
    ) -> tf.Tensor:
        """As `tf.random.normal`."""
        return tf.random.stateless_normal(shape, self._next(), mean, stddev, tf.as_dtype(dtype))

    def gamma(self, shape: Any, alpha: Any, seed: Any = None, name: Any = None) -> tf.Tensor:
        """As `tf.random.gamma`: ``shape`` for each value of ``alpha``."""
        alpha = tf.convert_to_tensor(alpha, tf.float32)
        whole = tf.concat([tf.cast(shape, tf.int32), tf.shape(alpha)], axis=0)
        return tf.random.stateless_gamma(whole, self._next(), alpha)

    def shuffle(self, value: tf.Tensor, seed: Any = None, name: Any = None) -> tf.Tensor:
        """Turned round, no draw: of two images, each gets the other for its partner."""
        return tf.reverse(value, axis=[0])


_STOOD_FOR = ("uniform", "normal", "gamma", "shuffle")


@contextmanager
def drawing_from(draws: Draws, layer: keras.Layer) -> Iterator[None]:
    """Let ``layer``, and what it calls in this thread, draw from ``draws``; others go on as ever.

    Some layers and all samplers draw with the functions of `tf.random` itself.
    """
    for owner in _owners(layer):
        if isinstance(owner, keras.Layer):
            owner._random_generator = draws  # noqa: SLF001 KerasCV offers no other way
    mine = get_ident()
    usual = {name: getattr(tf.random, name) for name in _STOOD_FOR}

    def stand_in(name: str) -> Any:
        @wraps(usual[name])
        def draw(*args: Any, **options: Any) -> tf.Tensor:
            chosen = getattr(draws, name) if get_ident() == mine else usual[name]
            return chosen(*args, **options)

        return draw

    try:
        for name in _STOOD_FOR:
            setattr(tf.random, name, stand_in(name))
        yield
    finally:
        for name, function in usual.items():
            setattr(tf.random, name, function)


def numbers_of(layer: keras.Layer) -> list[Number]:
    """Where ``layer`` and its parts keep their strengths: (owner, attribute), always in order."""
    found = []
    for owner in _owners(layer):
        kinds = (float,) if isinstance(owner, keras.Layer) else (float, int)
        for name, value in sorted(vars(owner).items()):
            if type(value) in kinds:
                found.append((owner, name))
    return found


def set_numbers(places: list[Number], values: tf.Tensor) -> None:
    """Let the tensor ``values`` stand in for the numbers in ``places``, while it is traced."""
    for index, (owner, name) in enumerate(places):
        setattr(owner, name, values[index])


def whole_numbers(layer: keras.Layer) -> tuple[int, ...]:
    """The whole numbers in ``layer`` and its inner layers: they decide what is traced."""
    return tuple(
        value
        for owner in _owners(layer)
        if isinstance(owner, keras.Layer)
        for _, value in sorted(vars(owner).items())
        if type(value) is int
    )


def _owners(layer: keras.Layer) -> list[Any]:
    """``layer``, its inner layers and their samplers."""
    found: list[Any] = []

    def visit(thing: Any) -> None:
        if isinstance(thing, list | tuple):
            for part in thing:
                visit(part)
        elif isinstance(thing, _OWNERS) and not any(thing is known for known in found):
            found.append(thing)
            for _, part in sorted(vars(thing).items()):
                visit(part)

    visit(layer)
    return found
