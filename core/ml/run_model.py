"""A trained run as what answers: images in, probabilities and embeddings out, fast.

An embedding is what the last dense layer looks at. Where the pretrained network stayed frozen
(the Head method, or a fine-tuning that did not beat its head), embeddings are the features that
every project caches, from the shared converted backbone. For other methods the run's own network
is converted once; until then, and where there is no LiteRT, Keras does the same work.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, islice
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.ml.convert import converted, has_litert
from core.ml.features import Features, LiteRTExtractor, Pixels, extractor
from core.ml.run_convert import WEIGHTS, converted_run, damaged, identity, place_of
from core.settings import Method, TrainSettings

if TYPE_CHECKING:
    import keras

    from core.ml.explain import Explainer

Load = Callable[[], Pixels]
Embed = Callable[[Iterable[Load]], Generator[Features]]

_THREADS = 2
_KEPT = 3  # runs in memory
_FEW = 64  # images that are not worth converting a network for
_BATCH = 32
_AT_ONCE = 256  # embeddings that become probabilities together


class Trained(Protocol):
    """A finished run; `core.jobs.Run` is one."""

    @property
    def folder(self) -> Path:
        """Where everything of it lies."""
        ...

    @property
    def model_file(self) -> Path:
        """The trained model as a Keras file."""
        ...

    @property
    def settings(self) -> TrainSettings:
        """How it was trained."""
        ...

    @property
    def classes(self) -> list[str]:
        """The names of its classes, in the order of the probabilities."""
        ...

    def report(self) -> dict[str, Any] | None:
        """All figures; None where it is not finished."""
        ...


@dataclass(frozen=True)
class Answers:
    """What a model says of n images.

    Attributes:
        probabilities: (n, classes) float64; each row sums to 1.
        embeddings: (n, width) float32; (0, width) where nobody asked for them.
    """

    probabilities: NDArray[np.float64]
    embeddings: Features


class RunModel:
    """A trained model, ready to answer. Several threads may ask at the same time.

    Args:
        run: a finished one.

    Attributes:
        size: the side in pixels of the images.
        fit: how images become square, see `core.ingest.fit`.
        classes: the names of the classes, in the order of the probabilities.
        frozen: whether embeddings are the features of the pretrained network as published.
        kernel: (width, classes) float32, of the last dense layer.
        bias: (classes,) float32, of the same.

    Raises:
        ModelProblem: the model is missing or damaged.
    """

    def __init__(self, run: Trained) -> None:
        self.size, self.fit = run.settings.pixels, run.settings.fit
        self.classes = list(run.classes)
        self.frozen = is_frozen(run)
        self._file, self._backbone = run.model_file, run.settings.backbone
        self._lock = RLock()
        self._quick: Embed | None = None
        self._explainer: Explainer | None = None
        self.kernel, self.bias = self._dense()

    def answer(
        self,
        images: Iterable[Load],
        check_stop: Callable[[], None] = lambda: None,
        embeddings: bool = True,
    ) -> Answers:
        """What the model says of ``images``, loaded as they are needed, in their order.

        Args:
            images: each gives (size, size, 3) uint8 when called.
            check_stop: called after every image; what it raises ends the work.
            embeddings: whether they are wanted; thousands of them take memory.

        Raises:
            ModelProblem: a file of the model is damaged.
        """
        told: list[NDArray[np.float64]] = []
        kept: list[Features] = []
        with closing(self.embed(images, check_stop)) as found:
            while part := list(islice(found, _AT_ONCE)):
                block = np.stack(part)
                told.append(self.probabilities(block))
                if embeddings:
                    kept.append(block)
        width = self.kernel.shape[0]
        return Answers(
            np.concatenate([*told, np.empty((0, len(self.classes)))]),
            np.concatenate([*kept, np.empty((0, width), np.float32)]),
        )

    def embed(
        self, images: Iterable[Load], check_stop: Callable[[], None] = lambda: None
    ) -> Generator[Features]:
        """The embedding of each image, (width,) float32, in order. See `answer`."""
        waiting = iter(images)
        first = list(islice(waiting, _FEW + 1))
        how = self._embedder(len(first) > _FEW, check_stop)
        with closing(how(chain(first, waiting))) as found:
            for vector in found:
                check_stop()
                yield vector

    def probabilities(self, embeddings: Features) -> NDArray[np.float64]:
        """(n, width) -> (n, classes), each row sums to 1."""
        from core.ml.stepping import softmax

        return softmax(embeddings.astype(np.float64) @ self.kernel + self.bias)

    @cached_property
    def keras(self) -> keras.Model:
        """The whole model, images -> probabilities; loaded when it is first asked for.

        Raises:
            ModelProblem: its file is damaged.
        """
        from core.ml import classifier

        return classifier.load(self._file)

    @property
    def explainer(self) -> Explainer:
        """Makes heat maps; built when it is first asked for.

        Raises:
            ModelProblem: the model's file is damaged, or it has no feature map.
        """
        from core.ml.explain import Explainer

        with self._lock:
            if self._explainer is None:
                self._explainer = Explainer(self.keras)
            return self._explainer

    def _embedder(self, many: bool, check_stop: Callable[[], None]) -> Embed:
        with self._lock:
            if self._quick is not None:
                return self._quick
            if self.frozen:
                backbone = converted(self._backbone, self.size, _asking(check_stop))
                self._quick = extractor(backbone, _THREADS)
                return self._quick
            if has_litert() and (many or place_of(self._file).is_file()):
                path = converted_run(self._file, _asking(check_stop))
                self._quick = self._litert(path)
                return self._quick
            return self._slow

    def _litert(self, path: Path) -> Embed:
        try:
            return LiteRTExtractor(path, _THREADS)
        except Exception as error:  # LiteRT raises many kinds for a bad file
            path.unlink(missing_ok=True)
            raise damaged(path, error) from error

    @cached_property
    def _slow(self) -> Embed:
        return _KerasEmbedder(self.keras)

    def _dense(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The last dense layer, without building the network around it where Keras' file allows."""
        found = _dense_in(self._file, len(self.classes))
        if found is None:
            from core.ml.run_convert import last_dense

            kernel, bias = last_dense(self.keras).get_weights()
            return kernel, bias
        return found


class _KerasEmbedder:
    """Embeddings from Keras; for a few images, or where there is no LiteRT."""

    def __init__(self, model: keras.Model) -> None:
        from core.ml.run_convert import embedder
        from core.ml.stepping import answering

        self._answer = answering(embedder(model))

    def __call__(self, images: Iterable[Load]) -> Generator[Features]:
        iterator = iter(images)
        while batch := [image() for image in islice(iterator, _BATCH)]:
            yield from self._answer((np.stack(batch),))


def run_model(run: Trained) -> RunModel:
    """The model of ``run``, kept in this process for the next time.

    Raises:
        ModelProblem: the model is missing or damaged.
    """
    return _kept(run.folder, identity(run.model_file), _Hidden(run))


def is_frozen(run: Trained) -> bool:
    """Whether the run's network is the pretrained one as published, with a head of its own."""
    kept = (run.report() or {}).get("kept", run.settings.method)
    return str(kept) == Method.HEAD


class _Hidden:
    """A value that tells no two keys of a cache apart."""

    def __init__(self, run: Trained) -> None:
        self.run = run

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hidden)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=_KEPT)
def _kept(folder: Path, content: str, hidden: _Hidden) -> RunModel:
    return RunModel(hidden.run)


def _asking(check_stop: Callable[[], None]) -> Callable[[], bool]:
    """A function that never says yes: it raises where ``check_stop`` does."""

    def ask() -> bool:
        check_stop()
        return False

    return ask


def _dense_in(path: Path, classes: int) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
    """Kernel and bias of the only dense layer in a Keras file; None where it looks otherwise."""
    import h5py

    try:
        with (
            zipfile.ZipFile(path) as archive,
            h5py.File(io.BytesIO(archive.read(WEIGHTS)), "r") as weights,
        ):
            layers = [name for name in _names(weights["layers"]) if name.startswith("dense")]
            if layers != ["dense"]:
                return None
            variables = weights["layers/dense/vars"]
            kernel, bias = (np.asarray(variables[name], np.float32) for name in ("0", "1"))
    except (KeyError, OSError, ValueError):
        return None
    return (kernel, bias) if kernel.shape[1:] == bias.shape == (classes,) else None


def _names(group: Any) -> Iterator[str]:
    return (str(name) for name in group)
