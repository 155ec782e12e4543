"""How far a run's images lie from what it learnt from: a short question to the warm worker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.jobs.run import Run
from core.jobs.worker import wait_until_warm


def distances(run_folder: str, side: str) -> dict[str, Any] | None:
    """The distances of one side's images, and how far is too far.

    Args:
        run_folder: of a finished run.
        side: 'validation' or 'test'.

    Returns:
        ``limit`` and ``distances``, see `core.gate.Gate`, and ``images``: image_id, sha256 and
        label of each, in the same order. None while the worker is still warming up: ask again a
        little later.

    Raises:
        DataProblem: an original is gone.
        ModelProblem: the model is missing or damaged.
        ProjectProblem: a table of the run is damaged.
    """
    if not wait_until_warm(0):
        return None
    from core.jobs.reference import embeddings_of, reference

    run = Run(Path(run_folder))
    gate = reference(run).gate
    images = run.images()
    images = images[images["split"] == side]
    seen = embeddings_of(run, images["sha256"].astype(str).tolist())
    return {
        "limit": gate.limit,
        "distances": gate.distances(seen).tolist(),
        "images": images[["image_id", "sha256", "label"]].astype(str).to_dict("records"),
    }
