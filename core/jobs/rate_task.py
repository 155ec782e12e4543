"""The worker's side of the learning rate finder: a network as for training, and one short sweep."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import Any

from core import files, ml
from core.jobs.folder import JobFolder
from core.jobs.material import Prepared, prepare
from core.jobs.run import Run
from core.ml import rate_finder
from core.ml.convert import Converted, converted
from core.ml.fitting import Hooks, fit
from core.ml.head import Head, head_of
from core.ml.methods import Start, built, method
from core.project import Project
from core.settings import Method, SplitSettings, TrainSettings
from core.split import Side

_HEAD_EPOCHS = 2  # a head that still has something to learn, or the loss could only grow
_LABELS = {
    "prepare": "Preparing the pretrained network",
    "features": "Looking at the images",
    "head": "Training the head first",
    "rate": "Trying one rate after the other",
}


def run(job: JobFolder) -> dict[str, Any]:
    """Sweep the rate for the settings in the request, and write what was found to ``rate.json``.

    The request holds ``train`` and ``split``, as plain settings. Images are learnt as they are,
    without augmented views: those take long, and move the curve little.

    Raises:
        DataProblem: the images cannot be divided, or an original is gone.
        Stopped: the job was asked to stop.
    """
    project = Project(job.folder.parents[1])
    asked = TrainSettings.from_dict(job.request["train"])
    split = SplitSettings.from_dict(job.request["split"])
    planned = job.folder / "run"
    shutil.rmtree(planned, ignore_errors=True)  # of an attempt that was cut off
    try:
        trial = Run.plan(project, replace(asked, views=0), split, folder=planned)
        found = _Trial(trial, job).work()
    finally:
        ml.release()
        shutil.rmtree(planned, ignore_errors=True)
    files.write_json(job.folder / "rate.json", {"settings": asked.to_dict(), **found})
    return {"rate": found["rate"]}


class _Trial:
    def __init__(self, run: Run, job: JobFolder) -> None:
        self.run, self.job, self.settings = run, job, run.settings
        self.begins_with_head = self.settings.method in (Method.FINETUNE, Method.WHOLE)
        left_out = set() if self.begins_with_head else {"head"}
        self.stages = [name for name in _LABELS if name not in left_out]

    def work(self) -> dict[str, Any]:
        self._stage("prepare")
        settings, stop = self.settings, self.job.stop_requested
        pretrained = settings.method.is_pretrained
        backbone = converted(settings.backbone, settings.pixels, stop) if pretrained else None
        self._stage("features")
        prepared = prepare(self.run, self.job, lambda: None)
        head = self._head(backbone, prepared) if self.begins_with_head else None
        self._stage("rate")
        how = method(settings.method)
        train, watched = (prepared.examples(how, side) for side in (Side.TRAIN, Side.VALIDATION))
        rates = rate_finder.rates(settings.method)
        with how.scope():
            start = Start(len(self.run.classes), settings, backbone, head)
            network = built(how, start, train.inputs)
            losses = rate_finder.sweep(
                network, (train, watched), settings, rates, self.job.progress, self.job.check_stop
            )
        told = rate_finder.propose(rates, losses, train.count)
        return {
            "rates": [float(rate) for rate in rates[: len(told.smooth)]],
            "losses": [float(loss) for loss in losses[: len(told.smooth)]],
            "smooth": told.smooth,
            "rate": told.rate,
            "reason": told.reason,
            "steepest": told.steepest,
            "lowest": told.lowest,
            "images": train.count,
        }

    def _stage(self, name: str) -> None:
        self.job.stage(name, _LABELS[name], self.stages.index(name) + 1, len(self.stages))

    def _head(self, backbone: Converted | None, prepared: Prepared) -> Head:
        """A head to begin from, as the training has one, but only half trained."""
        self._stage("head")
        settings = replace(
            TrainSettings.usual(Method.HEAD),
            epochs=_HEAD_EPOCHS,
            **{
                name: getattr(self.settings, name)
                for name in ("backbone", "image_size", "fit", "batch_size", "balance", "seed")
            },
        )
        how = method(Method.HEAD)
        train, validation = (prepared.examples(how, side) for side in (Side.TRAIN, Side.VALIDATION))
        network = built(how, Start(len(self.run.classes), settings, backbone), train.inputs)
        hooks = Hooks(
            lambda figures: self.job.progress(figures["epoch"], figures["of"]),
            check_stop=self.job.check_stop,
        )
        fit(network, train, validation, settings, self.run.folder / "head.npz", hooks)
        return head_of(network)
