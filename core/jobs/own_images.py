"""A run's own images that it did not learn from, as measured and as its network sees them.

What images from elsewhere are held against. They come from the project; of a run whose project
was there for the training alone, a sample is kept in ``own.npz`` in the run's folder.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import pandas as pd

from core import files
from core.audit.measure import measure_missing, read_measurements
from core.errors import DataProblem, ProjectProblem
from core.field import MEASURED
from core.jobs.folder import JobFolder
from core.jobs.reference import embeddings_of
from core.jobs.run import Run
from core.ml.features import Features
from core.split import Side

FILE = "own.npz"
MOST = 600  # images; more would take longer and tell hardly more
KEPT = 200  # of a run whose project goes
COLUMNS = (*MEASURED, "width", "height")


@dataclass(frozen=True)
class Own:
    """Images of validation and test, at random; rows of every part are in the same order.

    Attributes:
        images: sha256, label and split of each.
        measured: `COLUMNS`, NaN where not known.
        embeddings: (n, width) float32, by the run's network.
    """

    images: pd.DataFrame
    measured: pd.DataFrame
    embeddings: Features

    def of(self, sides: Collection[str]) -> Own:
        """Those of ``sides`` alone."""
        rows = np.flatnonzero(self.images["split"].isin(sides))
        images, measured = (
            table.iloc[rows].reset_index(drop=True) for table in (self.images, self.measured)
        )
        return Own(images, measured, self.embeddings[rows])


def own_images(
    run: Run,
    job: JobFolder | None = None,
    most: int = MOST,
    sides: Collection[str] = (Side.VALIDATION, Side.TEST),
) -> Own:
    """The images of ``run`` that others are held against.

    Args:
        run: a finished one.
        job: told of the progress, and asked whether to stop.
        most: images.
        sides: that they may be of; those of a sealed one have no say.

    Raises:
        DataProblem, ProjectProblem: the images are gone.
        Stopped: ``job`` was asked to stop.
    """
    kept = _read(run.folder / FILE)
    if kept is not None:
        return _some(kept.of(sides))
    project = run.project
    answers = run.predictions()
    answers = answers[answers["split"].isin(sides)]
    order = np.random.default_rng(0).permutation(len(answers))[:most]
    images = answers.iloc[np.sort(order)][["image_id", "sha256", "label", "split"]]
    hashes = images["sha256"].astype(str).tolist()
    if job is None:
        measure_missing(project, hashes)
    else:
        measure_missing(project, hashes, job.progress, job.stop_requested)
    measured = read_measurements(project, hashes).reset_index(drop=True)
    sizes = project.read_table(project.catalogue_file)
    sizes = sizes.drop_duplicates("sha256").set_index("sha256")[["width", "height"]]
    measured[["width", "height"]] = sizes.reindex(hashes).to_numpy(np.float64)
    embeddings = embeddings_of(run, hashes, job)
    return _some(Own(images.reset_index(drop=True), measured[list(COLUMNS)], embeddings))


def _some(own: Own) -> Own:
    """``own``, if there is anything in it to hold others against."""
    if own.images.empty:
        raise DataProblem("There are no images of the run to hold others against")
    return own


def keep(run: Run) -> None:
    """Keep a sample of the images of ``run`` in its folder, since its project goes.

    As far as that can be: a run is whole without it.
    """
    try:
        own = own_images(run, most=KEPT)
        with files.replacing(run.folder / FILE) as temporary, open(temporary, "wb") as handle:
            np.savez_compressed(
                handle,
                allow_pickle=False,
                sha256=own.images["sha256"].to_numpy(str),
                label=own.images["label"].to_numpy(str),
                split=own.images["split"].to_numpy(str),
                measured=own.measured.to_numpy(np.float32),
                embeddings=own.embeddings.astype(np.float16),
            )
    except (DataProblem, ProjectProblem, OSError):
        return


def _read(path: Path) -> Own | None:
    if not path.is_file():
        return None
    try:
        with open(path, "rb") as handle, np.load(handle, allow_pickle=False) as kept:
            columns: dict[str, Any] = {
                name: kept[name].tolist() for name in ("sha256", "label", "split")
            }
            measured = pd.DataFrame(kept["measured"].astype(np.float64), columns=list(COLUMNS))
            return Own(pd.DataFrame(columns), measured, kept["embeddings"].astype(np.float32))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None  # as if it had not been kept
