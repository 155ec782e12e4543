"""The way back: train again as a run was trained, on the images as they were mended since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.catalogue import in_force
from core.ingest.lost import require_images
from core.jobs.guests import admit_job
from core.jobs.naming import names_now
from core.jobs.run import Run
from core.jobs.starting import Desk
from core.renaming import called
from core.split import Side


def retrain(run: Run, engine: Desk) -> Run:
    """Train again as ``run`` was, on the images as they stand now, as a new run.

    Settings, recipe and seed are the same, and every image stays on the side that it had: what
    differs between the two runs comes from the images that were mended.

    Raises:
        DataProblem: what is left cannot be trained on so, or none of the images is here.
        ProjectProblem: the run cannot be written down, or that of ``run`` cannot be read.
        EngineProblem: the engine cannot be reached.
        LimitProblem: a visitor of a hosted server has used up what one may.
    """
    admit_job(run.folder, engine)
    require_images(run.project.folder)
    again = Run.plan(run.project, run.settings, run.split, like=run)
    engine.submit(again)
    return again


@dataclass(frozen=True)
class Mended:
    """What has happened to the images of a run since it was trained.

    A class that only took another name changes nothing.

    Attributes:
        relabelled: images that have another label.
        dropped: images that are not there any more.
        added: images that were not there.
        learnt: relabelled or dropped images that the run learnt from. The others only judge.
        merged: classes that are one with another now.
    """

    relabelled: int
    dropped: int
    added: int
    learnt: int
    merged: int = 0

    @property
    def anything(self) -> bool:
        """Whether a training would see anything else."""
        return bool(self.relabelled or self.dropped or self.added or self.merged)


def mended(run: Run) -> Mended:
    """What has happened to the images since ``run`` was trained.

    Raises:
        ProjectProblem: a table of the run or the project cannot be read.
    """
    there = in_force(run.project).set_index("image_id")["label"]
    return difference(run.images().set_index("image_id"), there, names_now(run))


def difference(before: pd.DataFrame, now: pd.Series[str], names: Mapping[str, str]) -> Mended:
    """What has happened to images.

    Args:
        before: label and split of each, by image_id.
        now: the label of each that is there, by image_id.
        names: what classes are called now, by what they were called before; see `names_now`.
    """
    then = called(before["label"], names).to_numpy(dtype=object)
    at = before.index.get_indexer(now.index)  # its table of places is kept with the index
    there, labels = np.zeros(len(then), dtype=bool), then.copy()
    there[at[at >= 0]] = True
    labels[at[at >= 0]] = now.to_numpy(dtype=object)[at >= 0]
    relabelled = labels != then
    learnt = (relabelled | ~there) & (before["split"] == Side.TRAIN).to_numpy()
    classes = before["label"].unique()
    merged = len(classes) - len({names.get(label, label) for label in classes})
    counts = relabelled.sum(), (~there).sum(), (at < 0).sum(), learnt.sum(), merged
    return Mended(*(int(number) for number in counts))
