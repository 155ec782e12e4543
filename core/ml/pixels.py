"""Images as a network takes them, on disk: for the methods that look at pixels in every epoch.

A photo takes tens of milliseconds to decode and a row of a memory map none, so each image is
decoded once. Whole sets stay on disk; only the rows of a batch are in memory.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.ingest import original_path
from core.ml.augment import Augmenter
from core.ml.batches import Alter, Arrays
from core.ml.feature_store import FeatureStore, StoredRows
from core.ml.features import Pixels, loader
from core.project import Project
from core.recipe import Recipe
from core.settings import Fit

_VERSION = 1  # raise it when `core.ingest` changes the pixels
_CHANNELS = 3


class Job(Protocol):
    """Whoever is told of the progress and asked whether to stop; `core.jobs.JobFolder` is one."""

    def progress(self, done: int, total: int) -> None:
        """So much is done."""
        ...

    def check_stop(self) -> None:
        """Raises `Stopped` where somebody asked to stop."""
        ...

    def stop_requested(self) -> bool:
        """Whether somebody did."""
        ...


def pixels_of(
    project: Project, hashes: Iterable[str], size: int, fit: Fit, job: Job | None = None
) -> StoredRows:
    """(n, size, size, 3) uint8: the originals with these SHA-256, in this order, on disk.

    What is not there yet is decoded on all cores, told to ``job`` as progress, and kept.

    Raises:
        DataProblem: an original is gone, or can no longer be read.
        Stopped: ``job`` was asked to stop; what was decoded is kept.
    """
    hashes = list(hashes)
    shape = (size, size, _CHANNELS)
    folder = project.pixels / f"{size}-{fit}-v{_VERSION}"
    store = FeatureStore(folder, size * size * _CHANNELS, np.uint8)
    images = {
        sha: loader(original_path(project.folder, sha), size, fit) for sha in dict.fromkeys(hashes)
    }
    store.fill(images, _decoded, teller(job))
    return store.rows(hashes, shape)


def teller(job: Job | None) -> Callable[[int, int], None]:
    """Tells ``job`` how much is done, and raises `Stopped` where it was asked to stop."""

    def tell(done: int, total: int) -> None:
        if job is not None:
            job.check_stop()
            job.progress(done, total)

    return tell


def altering(recipe: Recipe, size: int) -> Alter | None:
    """Fresh augmentation for `core.ml.batches.Examples`; None where the recipe changes nothing.

    What becomes of a batch depends on the batch and its seed alone. Where the recipe mixes,
    images are mixed with others of their batch, and so are their labels.
    """
    if not recipe.active:
        return None
    augmenter = Augmenter(recipe, size)

    def alter(
        inputs: Arrays, labels: NDArray[np.float32], seed: int
    ) -> tuple[Arrays, NDArray[np.float32]]:
        images, mixed = augmenter.mix(augmenter(inputs[0], seed), labels, seed)
        return (images, *inputs[1:]), mixed

    return alter


def _decoded(images: Iterable[Callable[[], Pixels]]) -> Generator[NDArray[np.uint8]]:
    """The images as flat rows, in order, decoded by as many threads as there are cores."""
    waiting = iter(images)
    threads = os.cpu_count() or 1
    window: deque[Future[Pixels]] = deque()
    pool = ThreadPoolExecutor(threads, thread_name_prefix="pixels")
    try:
        window.extend(pool.submit(image) for image in islice(waiting, 2 * threads))
        while window:
            pixels = window.popleft().result()
            window.extend(pool.submit(image) for image in islice(waiting, 1))
            yield pixels.ravel()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
