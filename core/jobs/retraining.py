"""The way back: train again as a run was trained, on the images as they were mended since."""

from __future__ import annotations

from dataclasses import dataclass

from core.catalogue import in_force
from core.jobs.run import Run
from core.jobs.starting import Desk
from core.split import Side


def retrain(run: Run, engine: Desk) -> Run:
    """Train again as ``run`` was, on the images as they stand now, as a new run.

    Settings, recipe and seed are the same, and every image stays on the side that it had: what
    differs between the two runs comes from the images that were mended.

    Raises:
        DataProblem: what is left cannot be trained on so.
        ProjectProblem: the run cannot be written down, or that of ``run`` cannot be read.
        EngineProblem: the engine cannot be reached.
    """
    again = Run.plan(run.project, run.settings, run.split, like=run)
    engine.submit(again)
    return again


@dataclass(frozen=True)
class Mended:
    """What has happened to the images of a run since it was trained.

    Attributes:
        relabelled: images that have another label.
        dropped: images that are not there any more.
        added: images that were not there.
        learnt: relabelled or dropped images that the run learnt from. The others only judge.
    """

    relabelled: int
    dropped: int
    added: int
    learnt: int

    @property
    def anything(self) -> bool:
        """Whether a training would see anything else."""
        return bool(self.relabelled or self.dropped or self.added)


def mended(run: Run) -> Mended:
    """What has happened to the images since ``run`` was trained.

    Raises:
        ProjectProblem: a table of the run or the project cannot be read.
    """
    before = run.images().set_index("image_id")
    now = in_force(run.project).set_index("image_id")["label"].astype(str)
    labels = now.reindex(before.index)
    dropped = labels.isna()
    relabelled = ~dropped & (labels != before["label"].astype(str))
    learnt = (dropped | relabelled) & (before["split"] == Side.TRAIN)
    added = ~now.index.isin(before.index)
    return Mended(int(relabelled.sum()), int(dropped.sum()), int(added.sum()), int(learnt.sum()))
