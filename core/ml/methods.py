"""What a training method is: the same small interface for all of them.

The training loop, the rate finder and the saved model use it.

A method is a module of `core.ml` with the five names of `TrainingMethod`. It says what it looks
at, builds the network that is trained (no more of it than learns), and puts the whole model
together afterwards. The loop itself is `core.ml.fitting`, the same for all of them.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from core.settings import Method, TrainSettings

if TYPE_CHECKING:
    import keras

    from core.ml.convert import Converted
    from core.ml.head import Head


class Need(StrEnum):
    """What a method looks at in place of files."""

    FEATURES = "features"  # the vectors of the frozen network
    MAPS = "maps"  # what the frozen network sees half-way, see `core.ml.features.Seen`
    PIXELS = "pixels"  # the images themselves


class Rows(Protocol):
    """An array whose rows are images; it may lie on disk and be read row by row.

    NumPy arrays and memory maps are such arrays.
    """

    @property
    def shape(self) -> tuple[int, ...]:
        """As NumPy has it; the first number counts the images."""
        ...

    def __len__(self) -> int:
        """How many images."""
        ...

    def __getitem__(self, rows: Any) -> NDArray[Any]:
        """A copy of these rows, given as an array of integers, in their order."""
        ...


@dataclass(frozen=True)
class Material:
    """What was prepared of the same images in the same order; what nobody needs is None.

    Attributes:
        features: (n, width) float32.
        maps: (n, side, side, channels) float16.
        pixels: (n, size, size, 3) uint8, RGB.
    """

    features: Rows | None = None
    maps: Rows | None = None
    pixels: Rows | None = None


@dataclass(frozen=True)
class Start:
    """What a network is built from.

    Attributes:
        classes: how many.
        settings: of the training.
        backbone: the pretrained network at `settings.pixels`; None where the method has none.
        head: the trained head, for a method that looks at features but is not itself Head.
    """

    classes: int
    settings: TrainSettings
    backbone: Converted | None = None
    head: Head | None = None


class TrainingMethod(Protocol):
    """The names that the module of a method has."""

    NEEDS: frozenset[Need]

    def inputs(self, material: Material) -> tuple[Rows, ...]:
        """What the network takes of ``material``, one entry for each of its inputs."""
        ...

    def network(self, start: Start, shapes: tuple[tuple[int, ...], ...]) -> keras.Model:
        """The network that is trained, not compiled: inputs -> logits (n, classes).

        The logits are those of a dense layer named ``head``, see `warm`. Every random choice
        follows from ``start.settings.seed``. Layers that do not learn have ``trainable = False``.

        Args:
            start: what it is built from.
            shapes: of one row of each of `inputs`, without the number of images. A row arrives
                as float32, pixels in 0-255.
        """
        ...

    def whole(self, trained: keras.Model, start: Start) -> keras.Model:
        """``trained`` (a `network`) as the model that leaves the house.

        (n, size, size, 3) RGB in 0-255 -> probabilities (n, classes), plain Keras layers only.
        """
        ...

    def scope(self) -> AbstractContextManager[Any]:
        """Entered around building and fitting: where the variables live.

        A null context for most; a `tf.distribute` strategy's scope where there are several
        accelerators: `core.ml.fitting` shares each batch out among its replicas.
        """
        ...


_MODULES = {
    Method.HEAD: "core.ml.head",
    Method.FINETUNE: "core.ml.finetune",
    Method.SCRATCH: "core.ml.scratch",
    Method.WHOLE: "core.ml.whole",
}


def method(which: Method) -> TrainingMethod:
    """The module that trains by the method ``which``."""
    return cast(TrainingMethod, import_module(_MODULES[which]))


def built(how: TrainingMethod, start: Start, inputs: tuple[Rows, ...]) -> keras.Model:
    """The network of ``how`` for these inputs; the same seed gives the same weights."""
    from keras.utils import set_random_seed

    set_random_seed(start.settings.seed)
    return how.network(start, tuple(tuple(each.shape[1:]) for each in inputs))


def warm(trained: keras.Model, temperature: float) -> None:
    """Divide the logits of ``trained``, a network of any method, by ``temperature``.

    It lies in the weights from then on, so whatever is made of the network has it.
    """
    layer = trained.get_layer("head")
    layer.set_weights([weights / temperature for weights in layer.get_weights()])


def one_hot(labels: NDArray[np.int64], classes: int) -> NDArray[np.float32]:
    """(n,) class indices -> (n, classes) with a single 1 a row."""
    result = np.zeros((len(labels), classes), np.float32)
    result[np.arange(len(labels)), labels] = 1
    return result
