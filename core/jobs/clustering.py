"""What looks alike to a run's network, in clusters: a short question to the warm worker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import files, probe
from core.jobs.run import Run
from core.jobs.worker import wait_until_warm
from core.split import Side

FILE = "clusters.json"
_SIZE = 25  # validation images a cluster, on average
_MOST = 12
_WIDTH = 32  # principal components: distances in more of them say less
_LEARNT = 3000  # images that the clusters are found by


def clusters(run_folder: str) -> dict[str, int] | None:
    """The cluster of every validation and test image of a run, by SHA-256, from 0 on.

    They are found among training and validation images by what the network makes of them
    (k-means; S. Lloyd, Least squares quantization in PCM, IEEE Transactions on Information Theory
    28, 1982), labels play no part, and are kept in the run's folder.

    Returns:
        None while the worker is still warming up: ask again a little later.

    Raises:
        DataProblem: an original is gone.
        ModelProblem: the model is missing or damaged.
    """
    if not wait_until_warm(0):
        return None
    from core.ml.run_convert import identity

    run = Run(Path(run_folder))
    content = identity(run.model_file)
    kept = _read(run.folder / FILE, content)
    if kept is None:
        kept = _found(run)
        files.write_json(run.folder / FILE, {"model": content, "clusters": kept})
    return kept


def _found(run: Run) -> dict[str, int]:
    from core.jobs.reference import embeddings_of

    images = run.images().drop_duplicates("sha256")
    held = images[images["split"] != Side.TRAIN]
    learnt = images[images["split"] == Side.TRAIN]
    sample = learnt.sample(min(_LEARNT, len(learnt)), random_state=0)
    count = int((held["split"] == Side.VALIDATION).sum()) // _SIZE
    hashes = [*held["sha256"].astype(str), *sample["sha256"].astype(str)]
    seen = embeddings_of(run, hashes)
    numbers = grouped(seen, (held["split"] != Side.TEST).to_numpy(), min(_MOST, count))
    return dict(zip(hashes[: len(held)], numbers[: len(held)].tolist(), strict=True))


def grouped(
    features: NDArray[np.float32], may_decide: NDArray[np.bool_], count: int
) -> NDArray[np.int64]:
    """A cluster for each row of ``features``, the largest first; all in one where ``count`` < 2.

    Args:
        features: (n, width).
        may_decide: of the first rows, whether they take part in finding the clusters; all
            others do.
        count: how many clusters.
    """
    if count < 2 or len(features) <= count:
        return np.zeros(len(features), np.int64)
    from sklearn.cluster import KMeans

    decide = np.ones(len(features), bool)
    decide[: len(may_decide)] = may_decide
    short, axes = probe.compressed(features[decide], _WIDTH)
    found = KMeans(count, n_init=3, random_state=0).fit(short)
    numbers = found.predict(axes(features))
    order = np.argsort(-np.bincount(numbers, minlength=count), kind="stable")
    result: NDArray[np.int64] = np.argsort(order)[numbers].astype(np.int64)
    return result


def _read(path: Path, content: str) -> dict[str, int] | None:
    try:
        kept: dict[str, Any] = files.read_json(path)
        if kept["model"] != content:
            return None
        return {str(sha): int(number) for sha, number in kept["clusters"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return None
