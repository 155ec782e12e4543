"""What a run learnt from, as its own network sees it: to ask what a new image is like.

The training images of a run with their embeddings (see `core.ml.run_model`), and what follows
from them and from the validation images: the gate, the conformal sets, the nearest neighbours.
A frozen network's embeddings are the features that the project caches anyway; those of another
are kept in the run's folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple
from zipfile import BadZipFile

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import files
from core.errors import DataProblem
from core.ingest import original_path
from core.jobs.features import Way, counted, look_at
from core.jobs.folder import JobFolder
from core.jobs.run import Run
from core.ml.features import Features, loader
from core.ml.run_convert import identity
from core.ml.run_model import RunModel, is_frozen, run_model
from core.split import Side

if TYPE_CHECKING:
    from core.conformal import Conformal
    from core.gate import Gate

_KEPT = 2  # runs in memory; ten thousand images take a hundred megabytes
_lock = Lock()


class Neighbour(NamedTuple):
    """A training image and how alike it is.

    Attributes:
        image_id: of the training image.
        sha256: of its original.
        label: that it was learnt with.
        similarity: the cosine of the two embeddings; 1 for the same image.
    """

    image_id: str
    sha256: str
    label: str
    similarity: float


@dataclass(frozen=True)
class Reference:
    """The training images of a run; rows of every part are in the same order.

    Attributes:
        image_ids: of the training images.
        hashes: SHA-256 of their originals.
        labels: that they were learnt with.
        classes: the names of the classes, in the order of the probabilities.
        embeddings: (n_train, width) float32.
        validation: (n_validation, width) float32, embeddings of the validation images.
        validation_labels: (n_validation,) the numbers of their classes.
        validation_probabilities: (n_validation, classes), as the run kept them.
    """

    image_ids: tuple[str, ...]
    hashes: tuple[str, ...]
    labels: tuple[str, ...]
    classes: tuple[str, ...]
    embeddings: Features
    validation: Features
    validation_labels: NDArray[np.int64]
    validation_probabilities: NDArray[np.float64]

    @property
    def numbers(self) -> NDArray[np.int64]:
        """(n_train,) the number of each training image's class."""
        return _numbers(self.classes, self.labels)

    @cached_property
    def gate(self) -> Gate:
        """Tells whether an image is like anything that was learnt from."""
        from core.gate import Gate

        return Gate.fit(self.embeddings, self.numbers, self.validation)

    @cached_property
    def conformal(self) -> Conformal:
        """Says "I don't know" as often as it must, from the validation images."""
        from core.conformal import Conformal

        return Conformal.of(self.validation_probabilities, self.validation_labels)

    def nearest(self, embedding: NDArray[np.floating[Any]], k: int) -> list[Neighbour]:
        """The ``k`` training images that are most alike, the nearest first.

        Args:
            embedding: (width,) of any image, by the same network.
            k: how many; fewer where there are not so many training images.
        """
        if not len(self.embeddings):
            return []
        own = np.asarray(embedding, np.float32)
        length = max(float(np.linalg.norm(own)), 1e-12)
        alike = (self.embeddings @ own) / (self._lengths * length)
        first = np.argsort(-alike, kind="stable")[:k]
        return [
            Neighbour(self.image_ids[at], self.hashes[at], self.labels[at], float(alike[at]))
            for at in first
        ]

    @cached_property
    def _lengths(self) -> NDArray[np.float32]:
        lengths = np.linalg.norm(self.embeddings, axis=1)
        return np.asarray(np.maximum(lengths, 1e-12), np.float32)


def reference(run: Run, job: JobFolder | None = None) -> Reference:
    """The training images of ``run``, kept in this process for the next time.

    Args:
        run: a finished one.
        job: told of the progress where something has to be computed, and asked whether to stop.

    Raises:
        DataProblem: an original is gone.
        ModelProblem: the model is missing or damaged.
        ProjectProblem: a table of the run is damaged.
        Stopped: ``job`` was asked to stop.
    """
    with _lock:  # a page asks for neighbours and gate at once; one of them does the work
        return _kept(run, identity(run.model_file), _Quiet(job))


def embeddings_of(
    run: Run, hashes: list[str], job: JobFolder | None = None, model: RunModel | None = None
) -> Features:
    """(n, width) float32: what the network of ``run`` sees in these originals of its project.

    Raises:
        DataProblem: an original is gone.
        Stopped: ``job`` was asked to stop.
    """
    if is_frozen(run):
        way = Way(run.settings.backbone, run.settings.fit, run.settings.pixels)
        return look_at(run.project, hashes, way, job).features
    model = model or run_model(run)
    folder = run.project.folder
    images = [loader(original_path(folder, sha), model.size, model.fit) for sha in hashes]
    if job is None:
        return model.answer(images).embeddings
    return model.answer(counted(images, job), job.check_stop).embeddings


class _Quiet:
    """A job that tells no two keys of a cache apart."""

    def __init__(self, job: JobFolder | None) -> None:
        self.job = job

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Quiet)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=_KEPT)
def _kept(run: Run, content: str, quiet: _Quiet) -> Reference:
    images = run.images()
    learnt = images[images["split"] == Side.TRAIN]
    if learnt.empty:
        raise DataProblem("The run has no training images", f"{run.name} has lost them", "")
    answers = run.predictions()
    held = answers[answers["split"] == Side.VALIDATION] if len(answers) else answers
    hashes = [*_texts(learnt, "sha256"), *_texts(held, "sha256")]
    seen = _embeddings(run, hashes, content, quiet.job)
    columns = [f"p_{number}" for number in range(len(run.classes))]
    return Reference(
        tuple(_texts(learnt, "image_id")),
        tuple(_texts(learnt, "sha256")),
        tuple(_texts(learnt, "label")),
        tuple(run.classes),
        seen[: len(learnt)],
        seen[len(learnt) :],
        _numbers(run.classes, _texts(held, "label")),
        held[columns].to_numpy(np.float64) if len(held) else np.empty((0, len(columns))),
    )


def _embeddings(run: Run, hashes: list[str], content: str, job: JobFolder | None) -> Features:
    """Of the originals with these SHA-256, from the run's folder where they were kept there."""
    if is_frozen(run):
        return embeddings_of(run, hashes, job)
    path = run.folder / "reference.npz"
    kept = _read(path, hashes, content)
    if kept is not None:
        return kept
    found = embeddings_of(run, hashes, job)
    with files.replacing(path) as temporary, open(temporary, "wb") as handle:
        np.savez(handle, allow_pickle=False, model=content, hashes=hashes, embeddings=found)
    return found


def _read(path: Path, hashes: list[str], content: str) -> Features | None:
    """What was kept; None where nothing was, or it is of other images or damaged."""
    if not path.is_file():
        return None
    try:
        with open(path, "rb") as handle, np.load(handle, allow_pickle=False) as kept:
            same = str(kept["model"]) == content and kept["hashes"].tolist() == hashes
            found = np.asarray(kept["embeddings"], np.float32)
            same = same and found.ndim == 2 and len(found) == len(hashes)
            return found if same else None
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def _texts(table: pd.DataFrame, column: str) -> list[str]:
    return table[column].astype(str).tolist() if len(table) else []


def _numbers(classes: tuple[str, ...] | list[str], labels: Any) -> NDArray[np.int64]:
    """(n,) the place of each label among ``classes``; -1 for what is no class."""
    found = pd.Index(list(classes)).get_indexer(pd.Index(list(labels), dtype=object))
    return np.asarray(found, np.int64)
