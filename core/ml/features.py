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
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.errors import DataProblem
from core.ingest import load_fitted
from core.ml.convert import Converted, has_litert
from core.settings import Fit

Pixels = NDArray[np.uint8]
Features = NDArray[np.float32]
_BATCH = 32


class Extractor(Protocol):
    """Turns fitted images into features."""

    size: int
    width: int

    def __call__(self, images: Iterable[Callable[[], Pixels]]) -> Generator[Features]:
        """One feature vector an image, in order; images are loaded as they are needed.

        What loading an image raises, is raised here. Closing the generator ends the work.
        """
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
        self.size, self.width = first.size, first.width

    def __call__(self, images: Iterable[Callable[[], Pixels]]) -> Generator[Features]:
        """See `Extractor`. What an image raises, comes in its turn."""
        iterator = iter(images)
        window: deque[Future[Features]] = deque()
        pool = ThreadPoolExecutor(self._threads, thread_name_prefix="features")
        try:
            for image in islice(iterator, 2 * self._threads):
                window.append(pool.submit(self._one, image))
            while window:
                result = window.popleft().result()
                for image in islice(iterator, 1):
                    window.append(pool.submit(self._one, image))
                yield result
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _one(self, image: Callable[[], Pixels]) -> Features:
        pixels = image()
        try:
            network = self._idle.pop()
        except IndexError:
            network = _Network(self._content)
        try:
            return network(pixels)
        finally:
            self._idle.append(network)


class _Network:
    """One interpreter, for one thread at a time."""

    def __init__(self, content: bytes) -> None:
        from ai_edge_litert.interpreter import Interpreter

        self._interpreter = Interpreter(model_content=content, num_threads=1)
        self._interpreter.allocate_tensors()
        source = self._interpreter.get_input_details()[0]
        target = self._interpreter.get_output_details()[0]
        self.size, self.width = int(source["shape"][1]), int(target["shape"][1])
        self._source, self._target = source["index"], target["index"]

    def __call__(self, pixels: Pixels) -> Features:
        # Converted in place: a float32 copy of every image would cost as much as two layers
        view = self._interpreter.tensor(self._source)()
        view[0] = pixels
        del view  # LiteRT refuses to run while anybody looks at its memory
        self._interpreter.invoke()
        result: Features = self._interpreter.get_tensor(self._target)[0]
        return result


class KerasExtractor:
    """The same numbers from Keras, slower; for machines without LiteRT."""

    def __init__(self, path: Path) -> None:
        import keras

        self._model = keras.saving.load_model(path, compile=False)
        self.size, self.width = int(self._model.input_shape[1]), int(self._model.output_shape[1])

    def __call__(self, images: Iterable[Callable[[], Pixels]]) -> Generator[Features]:
        """See `Extractor`. What an image raises, comes in the turn of its batch."""
        iterator = iter(images)
        while batch := [image() for image in islice(iterator, _BATCH)]:
            yield from np.asarray(self._model.predict_on_batch(np.stack(batch).astype("float32")))


def loader(path: Path, size: int, fit: Fit) -> Callable[[], Pixels]:
    """Loads one original as (size, size, 3) uint8 when called.

    The call raises DataProblem where the file is gone, or can no longer be read.
    """

    def load() -> Pixels:
        try:
            data = path.read_bytes()
        except OSError as error:
            raise DataProblem(
                "An image of this project is gone",
                f"{path.name} in its folder 'originals' cannot be read: {error.strerror}",
                "Put that folder back as it was, or make a new project with the images",
            ) from error
        return load_fitted(data, size, fit)

    return load
