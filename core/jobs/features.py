"""The features of a project's images, from its cache as far as they are there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.ingest import original_path
from core.jobs import shards
from core.jobs.folder import JobFolder
from core.jobs.worker import wait_until_warm
from core.ml.convert import converted, key
from core.ml.feature_store import FeatureStore, StoredRows, fill_both
from core.ml.features import Extractor, Features, Pixels, extractor, loader
from core.project import Project
from core.settings import Backbone, Fit, TrainSettings

PART = 256  # images that another worker takes at a time: some two seconds
Tell = Callable[[int, int], None]
Loaders = Mapping[str, Callable[[], Pixels]]


@dataclass(frozen=True)
class Way:
    """How images become features.

    Attributes:
        network: what looks at them.
        fit: how they become square.
        size: the side of the square in pixels.
        maps: whether the maps half-way are kept too.
    """

    network: Backbone
    fit: Fit
    size: int
    maps: bool = False


def counted(
    loads: Sequence[Callable[[], Pixels]], job: JobFolder
) -> Iterator[Callable[[], Pixels]]:
    """Each of ``loads`` when it is needed; ``job`` is told how many were."""
    for done, load in enumerate(loads):
        job.progress(done, len(loads))
        yield load
    job.progress(len(loads), len(loads))


class Cache:
    """What a network saw in images: features, and where they are wanted maps half-way.

    Args:
        project: the cache lies in its folder.
        way: how images become features.
        job: asked whether to stop while the network is made ready.
    """

    def __init__(self, project: Project, way: Way, job: JobFolder | None = None) -> None:
        stop = job.stop_requested if job else lambda: False
        self.extract: Extractor = extractor(converted(way.network, way.size, stop))
        name = f"{key(way.network, self.extract.size)}-{way.fit}"
        self.features = FeatureStore(project.features / name, self.extract.width)
        flat = int(np.prod(self.extract.map_shape))
        folder = project.features / f"{name}-maps"
        self.maps = FeatureStore(folder, flat, np.float16) if way.maps else None

    def missing(self, keys: Iterable[str]) -> list[str]:
        """Those of ``keys`` that something is missing of, each once."""
        keys = list(keys)
        lacking = self.features.missing(keys) + (self.maps.missing(keys) if self.maps else [])
        return list(dict.fromkeys(lacking))

    def fill(self, images: Loaders, tell: Tell) -> None:
        """Look at those of ``images`` that something is missing of; see `FeatureStore.fill`."""
        if self.maps is None:
            self.features.fill(dict(images), self.extract, tell)
        else:
            fill_both(self.features, self.maps, dict(images), self.extract, tell)

    def map_rows(self, keys: list[str]) -> StoredRows | None:
        """The maps of ``keys``, (n, side, side, channels), where they were wanted."""
        return self.maps.rows(keys, self.extract.map_shape) if self.maps else None


@dataclass(frozen=True)
class Looked:
    """What was seen in some images, in their order.

    Attributes:
        features: (n, width) float32.
        maps: (n, side, side, channels) float16, on disk; None where they were not wanted.
    """

    features: Features
    maps: StoredRows | None


def features_of(
    project: Project,
    hashes: Iterable[str],
    network: Backbone,
    fit: Fit,
    job: JobFolder | None = None,
) -> Features:
    """(images, width): the features of the originals with these SHA-256, in this order.

    See `look_at`; the images have the network's own size.
    """
    return look_at(project, hashes, Way(network, fit, network.image_size), job).features


def look_at(
    project: Project, hashes: Iterable[str], way: Way, job: JobFolder | None = None
) -> Looked:
    """What a network sees in the originals with these SHA-256, in this order.

    What the cache of ``project`` lacks is computed, told to ``job`` as progress, and kept. On a
    cluster, workers that have time help.

    Raises:
        DataProblem: an original is gone.
        Stopped: ``job`` was asked to stop; what was computed is kept.
    """
    hashes = list(hashes)
    cache = Cache(project, way, job)
    missing = cache.missing(hashes)
    total = len(set(hashes))
    count = total - len(missing)

    def tell(more: int, _: int = 0) -> None:
        if job is not None:
            job.check_stop()
            job.progress(count + more, total)

    def here(part: shards.Part) -> None:
        nonlocal count
        cache.fill(_originals(project, way, part), tell)
        count += len(part)

    def elsewhere(part: shards.Part) -> None:
        nonlocal count
        count += len(part)
        tell(0)

    tell(0)
    with shards.crew(len(missing) > PART) as crew:
        if crew is None:
            here(missing)
        else:
            parts = [missing[at : at + PART] for at in range(0, len(missing), PART)]
            # Plain values: a scheduler that knows nothing of First Light passes them on
            whose = str(job.folder) if job else ""
            asked = (str(project.folder), str(way.network), str(way.fit), way.size, way.maps, whose)
            helped = crew.share(parts, "core.jobs.features:fill_part", asked, here, elsewhere)
            if job is not None:
                job.emit("shared", workers=1 + len(crew), parts=len(parts), elsewhere=helped)
    return Looked(cache.features.read(hashes), cache.map_rows(hashes))


def fill_part(
    project: str, network: str, fit: str, size: int, maps: bool, job: str, hashes: list[str]
) -> None:
    """Compute features on behalf of a job of another worker; see `look_at`."""
    wait_until_warm()
    whose = JobFolder(Path(job)) if job else None
    where, way = Project(Path(project)), Way(Backbone(network), Fit(fit), size, maps)

    def tell(*_: int) -> None:
        if whose is not None:
            whose.check_stop()

    Cache(where, way, whose).fill(_originals(where, way, hashes), tell)


def usual_features(
    project: Project, hashes: Iterable[str], job: JobFolder | None = None
) -> Features:
    """The features that questions to the data are asked of: those of the default training.

    Raises:
        DataProblem: an original is gone.
        Stopped: ``job`` was asked to stop.
    """
    usual = TrainSettings()
    return features_of(project, hashes, usual.backbone, usual.fit, job)


def _originals(project: Project, way: Way, hashes: Iterable[str]) -> Loaders:
    return {
        sha: loader(original_path(project.folder, sha), way.size, way.fit)
        for sha in dict.fromkeys(hashes)
    }
