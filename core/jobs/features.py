"""The features of a project's images, from its cache as far as they are there."""

from __future__ import annotations

from collections.abc import Iterable

from core.ingest import original_path
from core.jobs.folder import JobFolder
from core.ml.convert import converted, key
from core.ml.feature_store import FeatureStore
from core.ml.features import Features, extractor, loader
from core.project import Project
from core.settings import Backbone, Fit, TrainSettings


def features_of(
    project: Project,
    hashes: Iterable[str],
    network: Backbone,
    fit: Fit,
    job: JobFolder | None = None,
) -> Features:
    """(images, width): the features of the originals with these SHA-256, in this order.

    What the cache of ``project`` lacks is computed, told to ``job`` as progress, and kept.

    Raises:
        DataProblem: an original is gone.
        Stopped: ``job`` was asked to stop; what was computed is kept.
    """
    hashes = list(hashes)
    stop = job.stop_requested if job else lambda: False
    extract = extractor(converted(network, network.image_size, stop))
    name = f"{key(network, extract.size)}-{fit}"
    store = FeatureStore(project.features / name, extract.width)

    def tell(done: int, total: int) -> None:
        if job is not None:
            job.check_stop()
            job.progress(done, total)

    images = {
        sha: loader(original_path(project.folder, sha), extract.size, fit)
        for sha in dict.fromkeys(hashes)
    }
    store.fill(images, extract, tell)
    return store.read(hashes)


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
