"""Images -> feature vectors, at the speed of LiteRT, kept on disk by content.

Every thread decodes an image, brings it to the model's size and runs the network on it, one
image at a time: on two cores that is quicker than batches, because one image's activations
stay in the processor's cache and no thread waits for another.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.ingest import load_fitted
from core.ingest.lost import gone
from core.ml.convert import Converted, has_litert
from core.settings import Fit

Pixels = NDArray[np.uint8]
Features = NDArray[np.float32]
Map = NDArray[np.float16]
_BATCH = 32
T = TypeVar("T")


class Seen(NamedTuple):
    """What the pretrained network sees in one image.

    Attributes:
        features: (width,) float32.
        map: the feature map half-way, after stage 5: (side, side, channels) float16, for
            Lite0 at 224 pixels (14, 14, 112). The rest of the network works on from there.
    """

    features: Features
    map: Map


class Extractor(Protocol):
    """Turns fitted images into features.

    Attributes:
        size: the side in pixels of the images.
        width: the length of a feature vector.
        map_shape: of the feature map half-way: (side, side, channels).
    """

    size: int
    width: int
    map_shape: tuple[int, int, int]

    def __call__(self, images: Iterable[Callable[[], Pixels]]) -> Generator[Features]:
        """One feature vector an image, in order; images are loaded as they are needed.

        What loading an image raises, is raised here. Closing the generator ends the work.
        """
        ...

    def both(self, images: Iterable[Callable[[], Pixels]]) -> Generator[Seen]:
        """The same, with the map half-way; it costs hardly more."""
        ...


def extractor(backbone: Converted, threads: int | None = None) -> Extractor:
    """The quickest extractor that this machine has: LiteRT, else Keras.

    Raises:
        ModelProblem: the backbone's files are damaged.
    """
    try:
        if has_litert():
            return LiteRTExtractor(backbone.litert, threads or os.cpu_count() or 1)
        return KerasExtractor(backbone.keras)
    except Exception as error:  # both raise many kinds for a bad file
        raise backbone.damaged(error) from error


class LiteRTExtractor:
    """Runs the LiteRT file with XNNPACK, one interpreter a thread; they are kept between calls."""

    def __init__(self, path: Path, threads: int) -> None:
        self._content = path.read_bytes()
        self._threads = threads
        first = _Network(self._content)
        # The one put back last is taken first: a thread goes on with what its core has in cache
        self._idle: deque[_Network] = deque([first])
        self.size, self.width, self.map_shape = first.size, first.width, first.map_shape

    def __call__(self, images: Iterable[Callable[[], Pixels]]) -> Generator[Features]:
        """See `Extractor`. What an image raises, comes in its turn."""
        return self._each(images, _Network.features)

    def both(self, images: Iterable[Callable[[], Pixels]]) -> Generator[Seen]:
        """See `Extractor`."""
        return self._each(images, _Network.both)

    def _each(
        self, images: Iterable[Callable[[], Pixels]], ask: Callable[[_Network, Pixels], T]
    ) -> Generator[T]:
        iterator = iter(images)
        window: deque[Future[T]] = deque()
        pool = ThreadPoolExecutor(self._threads, thread_name_prefix="features")
        try:
            for image in islice(iterator, 2 * self._threads):
                window.append(pool.submit(self._one, image, ask))
            while window:
                result = window.popleft().result()
                for image in islice(iterator, 1):
                    window.append(pool.submit(self._one, image, ask))
                yield result
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _one(self, image: Callable[[], Pixels], ask: Callable[[_Network, Pixels], T]) -> T:
        pixels = image()
        try:
            network = self._idle.pop()
        except IndexError:
            network = _Network(self._content)
        try:
            return ask(network, pixels)
        finally:
            self._idle.append(network)


class _Network:
    """One interpreter, for one thread at a time."""

    def __init__(self, content: bytes) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self._interpreter = Interpreter(model_content=content, num_threads=1)
        self._interpreter.allocate_tensors()
        source = self._interpreter.get_input_details()[0]
        # A trained model that was converted has no second output: nobody asks for its map
        vector, *maps = sorted(
            self._interpreter.get_output_details(), key=lambda each: len(each["shape"])
        )
        self.size, self.width = int(source["shape"][1]), int(vector["shape"][1])
        lengths = maps[0]["shape"][1:] if maps else (0, 0, 0)
        side, other, channels = (int(length) for length in lengths)
        self.map_shape = (side, other, channels)
        self._source, self._vector = source["index"], vector["index"]
        self._map = maps[0]["index"] if maps else None

    def features(self, pixels: Pixels) -> Features:
        self._run(pixels)
        result: Features = self._interpreter.get_tensor(self._vector)[0]
        return result

    def both(self, pixels: Pixels) -> Seen:
        features = self.features(pixels)
        return Seen(features, as_map(self._interpreter.get_tensor(self._map)[0]))

    def _run(self, pixels: Pixels) -> None:
        # Converted in place: a float32 copy of every image would cost as much as two layers
        view = self._interpreter.tensor(self._source)()
        view[0] = pixels
        del view  # LiteRT refuses to run while anybody looks at its memory
        self._interpreter.invoke()


class KerasExtractor:
    """The same numbers from Keras, slower; for machines without LiteRT."""

    def __init__(self, path: Path) -> None:
        import keras

        from core.ml.backbones import map_model

        self._model = keras.saving.load_model(path, compile=False)
        self._with_map = map_model(self._model)
        self.size, self.width = int(self._model.input_shape[1]), int(self._model.output_shape[1])
        side, other, channels = self._with_map.output_shape[1][1:]
        self.map_shape = (int(side), int(other), int(channels))

    def __call__(self, images: Iterable[Callable[[], Pixels]]) -> Generator[Features]:
        """See `Extractor`. What an image raises, comes in the turn of its batch."""
        for batch in _batches(images):
            yield from np.asarray(self._model.predict_on_batch(batch))

    def both(self, images: Iterable[Callable[[], Pixels]]) -> Generator[Seen]:
        """See `Extractor`."""
        for batch in _batches(images):
            features, maps = self._with_map.predict_on_batch(batch)
            yield from map(Seen, np.asarray(features), as_map(np.asarray(maps)))


def as_map(values: NDArray[np.float32]) -> Map:
    """``values`` in half the room; what float16 cannot hold becomes the largest that it can."""
    limit = np.finfo(np.float16).max
    return np.clip(values, -limit, limit).astype(np.float16)


def _batches(images: Iterable[Callable[[], Pixels]]) -> Generator[NDArray[np.float32]]:
    iterator = iter(images)
    while batch := [image() for image in islice(iterator, _BATCH)]:
        yield np.stack(batch).astype(np.float32)


def loader(path: Path, size: int, fit: Fit) -> Callable[[], Pixels]:
    """Loads one original as (size, size, 3) uint8 when called.

    The call raises DataProblem where the file is gone, or can no longer be read.
    """

    def load() -> Pixels:
        try:
            data = path.read_bytes()
        except OSError as error:
            raise gone(path.name, error) from error
        return load_fitted(data, size, fit)

    return load
