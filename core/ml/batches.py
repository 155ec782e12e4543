"""What a training is shown: examples, and the batches that an epoch makes of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.balance import class_weights
from core.ml.methods import Rows
from core.settings import Balance, TrainSettings

_AHEAD = 2  # batches made ready while one is learnt
_SMALL = 1 << 20  # bytes of images a step; below, the asking would cost more than the step
STEPS_AT_ONCE = 12
ROWS_AT_ONCE = 48  # the same where no inputs are handed over

Arrays = tuple[NDArray[Any], ...]
Alter = Callable[[Arrays, NDArray[np.float32], int], tuple[Arrays, NDArray[np.float32]]]


@dataclass(frozen=True)
class Examples:
    """One side of the split, as a network takes it.

    Attributes:
        inputs: one array an input of the network, each with a row for every way in which an
            image can be shown.
        labels: (rows, classes) float32, each row a distribution over the classes.
        shown_as: (n, ways): the rows that each of the n images can be shown as, the first of
            them as it is. An epoch shows every image once, in one of its ways drawn by chance.
            None: each row is an image of its own.
        alter: fresh augmentation: (inputs, labels, seed) of a batch -> altered inputs, labels.
    """

    inputs: tuple[Rows, ...]
    labels: NDArray[np.float32]
    shown_as: NDArray[np.int64] | None = None
    alter: Alter | None = None

    @property
    def ways(self) -> NDArray[np.int64]:
        """`shown_as`, written out."""
        if self.shown_as is not None:
            return self.shown_as
        return np.arange(len(self.labels), dtype=np.int64)[:, None]

    @property
    def count(self) -> int:
        """How many images an epoch shows."""
        return len(self.labels) if self.shown_as is None else len(self.shown_as)


@dataclass(frozen=True)
class Batch:
    """What one step learns from; n images.

    Attributes:
        inputs: one array (n, ...) an input of the network.
        labels: (n, classes) float32.
        weights: (n,) float32: what each image counts.
        rows: (n,) where they stand in the `Examples`.
    """

    inputs: Arrays
    labels: NDArray[np.float32]
    weights: NDArray[np.float32]
    rows: NDArray[np.int64]


def batches(
    examples: Examples, settings: TrainSettings, epoch: int, by_row: bool = False
) -> Generator[tuple[Batch, ...]]:
    """The batches of epoch ``epoch`` (from 0 on), in groups that can be learnt at one go.

    They depend on the examples, the seed and the epoch, and on nothing else. They are made
    ready by another thread, two groups ahead; closing the generator ends that.

    Args:
        examples: what is shown.
        settings: seed, batch size, balance.
        epoch: its number.
        by_row: leave the inputs out, for a learner who has them all and looks at the rows.
    """
    order, weights = _order(examples, settings, epoch), _weights(examples, settings)
    size = settings.batch_size
    parts = [order[start : start + size] for start in range(0, len(order), size)]

    def make(number: int) -> Batch:
        rows = parts[number]
        inputs: Arrays = () if by_row else tuple(array[rows] for array in examples.inputs)
        labels = examples.labels[rows]
        if examples.alter is not None:
            seed = _generator(settings.seed, epoch, number + 1).integers(2**31 - 1)
            inputs, labels = examples.alter(inputs, labels, int(seed))
        return Batch(inputs, labels, weights[rows], rows)

    together = 1 if examples.alter is not None else at_once(examples.inputs, size)
    # With its inputs, a smaller last batch goes by itself: its arrays have another shape
    whole = len(parts) - (len(parts[-1]) < size if parts and not by_row else 0)
    together = ROWS_AT_ONCE if by_row else together
    starts = [*range(0, whole, together), *range(whole, len(parts))]
    ends = [*starts[1:], len(parts)]
    groups = zip(starts, ends, strict=True)

    def make_group(first: int, end: int) -> tuple[Batch, ...]:
        return tuple(make(number) for number in range(first, end))

    yield from _ahead(partial(make_group, first, end) for first, end in groups)


def at_once(inputs: tuple[Rows, ...], size: int) -> int:
    """How many steps of ``size`` images are learnt at one go, for these inputs of a network."""
    step = 4 * size * sum(int(np.prod(array.shape[1:])) for array in inputs)
    return STEPS_AT_ONCE if step < _SMALL else 1


def _order(examples: Examples, settings: TrainSettings, epoch: int) -> NDArray[np.int64]:
    """The rows that the epoch shows, in their order."""
    rng = _generator(settings.seed, epoch, 0)
    ways, count = examples.ways, examples.count
    images = rng.permutation(count)
    if settings.balance is Balance.SAMPLING:
        images = rng.choice(count, count, p=_chances(examples.labels[ways[:, 0]]))
    drawn = rng.integers(0, ways.shape[1], count)
    result: NDArray[np.int64] = ways[images, drawn]
    return result


def _chances(labels: NDArray[np.float32]) -> NDArray[np.float64]:
    """How often each image is shown so that every class is shown alike; they sum to 1."""
    classes = labels.argmax(axis=1)
    each = 1 / np.bincount(classes)[classes]
    result: NDArray[np.float64] = each / each.sum()
    return result


def _weights(examples: Examples, settings: TrainSettings) -> NDArray[np.float32]:
    """What each row counts; a mix of two classes counts as its shares do."""
    if settings.balance is Balance.SAMPLING:
        return np.ones(len(examples.labels), np.float32)
    originals = examples.labels[examples.ways[:, 0]]
    counts = np.bincount(originals.argmax(axis=1), minlength=originals.shape[1]).tolist()
    each = class_weights(counts, settings.balance)
    if each is None:
        return np.ones(len(examples.labels), np.float32)
    return (examples.labels @ np.asarray(each, np.float32)).astype(np.float32)


def _generator(seed: int, epoch: int, number: int) -> np.random.Generator:
    return np.random.default_rng([seed, epoch, number])


def _ahead(makers: Iterable[Callable[[], tuple[Batch, ...]]]) -> Generator[tuple[Batch, ...]]:
    waiting = iter(makers)
    window: deque[Future[tuple[Batch, ...]]] = deque()
    pool = ThreadPoolExecutor(1, thread_name_prefix="batches")
    try:
        window.extend(pool.submit(maker) for maker in islice(waiting, _AHEAD))
        while window:
            group = window.popleft().result()
            window.extend(pool.submit(maker) for maker in islice(waiting, 1))
            yield group
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
