"""Recipes applied to images by KerasCV's layers: quick, and the same whenever they are asked.

KerasCV's layers draw from generators that remember what was drawn before, and a new strength
means a new layer, traced anew for up to two seconds. So each layer is traced once a size, for one
image, with its strengths and a seed as inputs (`core.ml.stateless`). What an image becomes
depends on the recipe and its seed alone, not on the batch, the thread or the process.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from threading import RLock
from typing import Any

import keras
import keras_cv
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.augmentations import AUGMENTATIONS, Between
from core.ml.mended import OWN
from core.ml.stateless import Draws, drawing_from, numbers_of, set_numbers, whole_numbers
from core.recipe import Recipe, Step

Pixels = NDArray[np.uint8]
Labels = NDArray[np.float32]
Seed = int | Sequence[int]
_Runner = Callable[..., Any]
_CHANNELS = 3
_TYPICAL = 0.5  # the strength at which a layer is traced
_tracing = RLock()
_traced: dict[tuple[Any, ...], _Runner] = {}


class Augmenter:
    """Applies the steps of a recipe; several threads may call it at once.

    Args:
        recipe: its active steps are applied in their order.
        size: side of the square images.
    """

    def __init__(self, recipe: Recipe, size: int) -> None:
        self.recipe, self.size = recipe, size
        self._keeping = [s for s in recipe.active if not AUGMENTATIONS[s.name].mixes]
        self._mixing = [s for s in recipe.active if AUGMENTATIONS[s.name].mixes]
        self._runners: dict[Step, _Runner] = {}

    def __call__(self, images: Pixels, seed: Seed) -> Pixels:
        """One draw of the steps that keep labels.

        Args:
            images: (n, size, size, 3) uint8.
            seed: one for all, or one for each image; with one each, an image becomes the same
                whatever batch it comes in.

        Returns:
            (n, size, size, 3) uint8, a new array.
        """
        if not self._keeping or not len(images):
            return np.array(images, np.uint8)
        seeds = _seeds(seed, len(images))
        altered = tf.cast(images, tf.float32)
        for step in self._keeping:
            altered = self._runner(step)(altered, _of_step(seeds, step))
        return _pixels(altered)

    def mix(
        self,
        images: Pixels,
        labels: Labels,
        seed: Seed,
        partners: Sequence[int] | None = None,
    ) -> tuple[Pixels, Labels]:
        """One draw of the steps that mix images, and their labels with them.

        Args:
            images: (n, size, size, 3) uint8.
            labels: (n, classes), each row a probability for each class.
            seed: one for all, or one for each image.
            partners: for each image the number of the one it is mixed with; drawn if not given.

        Returns:
            images (n, size, size, 3) uint8 and labels (n, classes) float32, new arrays.
        """
        soft = np.array(labels, np.float32)
        if not self._mixing or not len(images):
            return np.array(images, np.uint8), soft
        seeds = _seeds(seed, len(images))
        mixed, shared = tf.cast(images, tf.float32), tf.constant(soft)
        for step in self._mixing:
            own = _of_step(seeds, step)
            others = _partners(own) if partners is None else np.asarray(partners, np.int32)
            pairs = (mixed, shared, tf.gather(mixed, others), tf.gather(shared, others))
            mixed, shared = self._runner(step)(*pairs, own)
        return _pixels(mixed), shared.numpy()

    def _runner(self, step: Step) -> _Runner:
        if step not in self._runners:
            self._runners[step] = _runner(step, self.size)
        return self._runners[step]


def prepare(names: Iterable[str], size: int) -> None:
    """Trace the layers of augmentations now, so that nobody waits for it later.

    Args:
        names: of `AUGMENTATIONS`.
        size: side of the square images.
    """
    for name in names:
        _runner(Step(name, _TYPICAL), size)


def _pixels(images: tf.Tensor) -> Pixels:
    return tf.saturate_cast(tf.round(images), tf.uint8).numpy()


def _seeds(seed: Seed, count: int) -> NDArray[np.int64]:
    """One seed for each image; from a single one, by its place."""
    if isinstance(seed, int | np.integer):
        state = np.random.SeedSequence(int(seed) % 2**63).generate_state(count, np.uint64)
        return (state >> np.uint64(1)).astype(np.int64)
    seeds = np.array([int(each) % 2**63 for each in seed], np.int64)
    assert len(seeds) == count, "one seed for each image"
    return seeds


def _of_step(seeds: NDArray[np.int64], step: Step) -> NDArray[np.int32]:
    """(n, 2) int32: each step draws by itself, so leaving one out changes no other."""
    both = seeds.view(np.uint32).reshape(-1, 2) ^ np.array(
        [zlib.crc32(step.name.encode()), 0], np.uint32
    )
    return both.view(np.int32)


def _partners(seeds: NDArray[np.int32]) -> NDArray[np.int32]:
    """For each image another one, no image twice: the next on a ring in an order that is drawn."""
    order = np.lexsort((seeds[:, 1], seeds[:, 0]))
    partners = np.empty(len(order), np.int32)
    partners[order] = np.roll(order, 1)
    return partners


def _runner(step: Step, size: int) -> _Runner:
    """The traced function of a step, with the numbers that make it as strong as the step."""
    mixes, share = AUGMENTATIONS[step.name].mixes, AUGMENTATIONS[step.name].share
    layer = make_layer(step, size)
    numbers = [float(getattr(owner, name)) for owner, name in numbers_of(layer)]
    key = (step.name, size, len(numbers), *whole_numbers(layer))
    if key not in _traced:
        trace = _trace_mixing if mixes else _trace_keeping
        with _tracing, tf.device("CPU:0"):
            if key not in _traced:
                _traced[key] = trace(layer, size)
    if mixes:
        numbers.append(share(step.strength) if share else 1.0)
    return partial(_traced[key], numbers=tf.constant(numbers, tf.float32, (len(numbers),)))


def make_layer(step: Step, size: int) -> keras.Layer:
    """The KerasCV layer of an active step, for square images of ``size``.

    The share of the images is inside, except for a layer that mixes.
    """
    augmentation = AUGMENTATIONS[step.name]
    arguments = {
        name: keras_cv.core.UniformFactorSampler(value.low, value.high)
        if isinstance(value, Between)
        else value
        for name, value in augmentation.arguments(step.strength, size).items()
    }
    layer = _class(augmentation.layer)(**arguments)
    if augmentation.share is None or augmentation.mixes:
        return layer
    # KerasCV's RandomApply does the same but cannot be traced for one image
    return keras_cv.layers.RandomAugmentationPipeline(
        layers=[layer], augmentations_per_image=1, rate=float(augmentation.share(step.strength))
    )


def _class(name: str) -> type[keras.Layer]:
    return OWN.get(name) or getattr(keras_cv.layers, name)


def _trace_keeping(layer: keras.Layer, size: int) -> _Runner:
    """(images (n, size, size, 3), seeds (n, 2), numbers) -> images."""
    places = numbers_of(layer)

    def run(images: tf.Tensor, seeds: tf.Tensor, numbers: tf.Tensor) -> tf.Tensor:
        def alter(each: tuple[tf.Tensor, tf.Tensor]) -> tf.Tensor:
            image, seed = each
            with drawing_from(Draws(seed), layer):
                return tf.ensure_shape(layer(image), (size, size, _CHANNELS))

        set_numbers(places, numbers)
        return tf.map_fn(alter, (images, seeds), fn_output_signature=tf.float32)

    images = tf.TensorSpec((None, size, size, _CHANNELS), tf.float32)
    return _concrete(run, images, _SEEDS, _numbers_spec(len(places)))


def _trace_mixing(layer: keras.Layer, size: int) -> _Runner:
    """(images, labels, partners' images, partners' labels, seeds, numbers) -> images, labels.

    The layer sees each image alone with its partner; the last of the numbers is the share.
    """
    places = numbers_of(layer)

    def run(
        images: tf.Tensor,
        labels: tf.Tensor,
        others: tf.Tensor,
        other_labels: tf.Tensor,
        seeds: tf.Tensor,
        numbers: tf.Tensor,
    ) -> tuple[tf.Tensor, tf.Tensor]:
        def alter(each: tuple[tf.Tensor, ...]) -> tuple[tf.Tensor, tf.Tensor]:
            image, label, other, other_label, seed = each
            draws = Draws(seed)
            chosen = draws.uniform(()) < numbers[-1]
            with drawing_from(draws, layer):
                pair = {
                    "images": tf.stack([image, other]),
                    "labels": tf.stack([label, other_label]),
                }
                mixed = layer(pair)
            return (
                tf.where(chosen, mixed["images"][0], image),
                tf.where(chosen, mixed["labels"][0], label),
            )

        set_numbers(places, numbers)
        signature = (tf.float32, tf.float32)
        parts = (images, labels, others, other_labels, seeds)
        return tf.map_fn(alter, parts, fn_output_signature=signature)

    images = tf.TensorSpec((None, size, size, _CHANNELS), tf.float32)
    labels = tf.TensorSpec((None, None), tf.float32)
    numbers = _numbers_spec(len(places) + 1)
    return _concrete(run, images, labels, images, labels, _SEEDS, numbers)


_SEEDS = tf.TensorSpec((None, 2), tf.int32)


def _numbers_spec(count: int) -> tf.TensorSpec:
    return tf.TensorSpec((count,), tf.float32)


def _concrete(function: Callable[..., Any], *signature: tf.TensorSpec) -> _Runner:
    return tf.function(function, input_signature=signature).get_concrete_function()
