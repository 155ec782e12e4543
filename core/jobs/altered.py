"""What the pretrained network sees in altered images, and the altered images themselves."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from hashlib import blake2b

import numpy as np

from core.ingest import original_path
from core.jobs.folder import JobFolder
from core.ml.augment import Augmenter
from core.ml.convert import converted
from core.ml.features import Extractor, Features, Pixels, extractor, loader
from core.project import Project
from core.recipe import Recipe
from core.settings import TrainSettings


class Alterer:
    """Draws altered images of a project, as the default training would see them.

    What an image becomes depends on the image, the recipe, the draw and the seed alone.

    Args:
        project: is only read.
        draws: alterations of each image.
        seed: the same gives the same.
        job: is told the progress, and asked whether to stop.
    """

    def __init__(self, project: Project, draws: int, seed: int, job: JobFolder) -> None:
        usual = TrainSettings()
        network = usual.backbone
        self._project, self._fit, self._job = project, usual.fit, job
        self._draws, self._seed = draws, seed
        self._extract: Extractor = extractor(
            converted(network, network.image_size, job.stop_requested)
        )

    def features(self, hashes: Sequence[str], recipe: Recipe) -> Features:
        """(images, draws, width): what the network sees in the altered originals.

        Args:
            hashes: SHA-256 of the originals.
            recipe: its steps that keep labels are applied.

        Raises:
            DataProblem: an original is gone.
            Stopped: the job was asked to stop.
        """
        augmenter = Augmenter(recipe, self._extract.size)
        seen: list[Features] = []
        total = len(hashes) * self._draws
        with closing(self._extract(self._each(hashes, augmenter))) as vectors:
            for vector in vectors:
                self._job.check_stop()
                seen.append(vector)
                self._job.progress(len(seen), total)
        return np.array(seen, np.float32).reshape(len(hashes), self._draws, self._extract.width)

    def pictures(self, sha256: str, recipe: Recipe, draw: int) -> tuple[Pixels, Pixels]:
        """An original as the network sees it, and what it becomes in one of the draws."""
        augmenter = Augmenter(recipe, self._extract.size)
        original = self._load(sha256)()
        return original, augmenter(original[None], [self._key(sha256, draw)])[0]

    def _each(self, hashes: Sequence[str], augmenter: Augmenter) -> Iterator[Callable[[], Pixels]]:
        for sha256 in hashes:
            keys = [self._key(sha256, draw) for draw in range(self._draws)]
            together = _Together(self._load(sha256), augmenter, keys)
            for draw in range(self._draws):
                yield partial(together, draw)

    def _load(self, sha256: str) -> Callable[[], Pixels]:
        return loader(original_path(self._project.folder, sha256), self._extract.size, self._fit)

    def _key(self, sha256: str, draw: int) -> int:
        digest = blake2b(f"{self._seed} {sha256} {draw}".encode(), digest_size=8).digest()
        return int.from_bytes(digest) >> 1


class _Together:
    """All draws of one image, made when the first is asked for: it is decoded once."""

    def __init__(
        self, load: Callable[[], Pixels], augmenter: Augmenter, keys: Sequence[int]
    ) -> None:
        self._load, self._augmenter, self._keys = load, augmenter, keys
        self._lock = threading.Lock()
        self._made: Pixels | None = None

    def __call__(self, draw: int) -> Pixels:
        with self._lock:
            if self._made is None:
                copies = np.repeat(self._load()[None], len(self._keys), axis=0)
                self._made = self._augmenter(copies, self._keys)
            one: Pixels = self._made[draw]
        return one
