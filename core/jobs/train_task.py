"""The worker's side of training: images looked at, networks trained, all of it judged and kept."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from core import files, ml, results
from core.calibration import Fit, calibrated
from core.jobs import origins
from core.jobs.folder import JobFolder
from core.jobs.material import Prepared, prepare
from core.jobs.memory import peak_rss_mb, rss_mb
from core.jobs.run import Run
from core.jobs.saving import save_model
from core.jobs.watching import Watch
from core.ml.convert import Converted, converted
from core.ml.devices import require_accelerator
from core.ml.fitting import Fitted, Hooks, fit
from core.ml.head import Head, head_of
from core.ml.methods import Need, Start, built, method, warm
from core.ml.stepping import predict
from core.settings import Method, TrainSettings
from core.split import Side

_LABELS = {
    "prepare": "Preparing the pretrained network",
    "features": "Looking at the images",
    "views": "Making augmented views",
    "head": "Training the head",
    "train": "Training",
    "evaluate": "Judging the result",
}
Trained = tuple[Method, Any, Fitted]  # with the Keras network


def run(job: JobFolder) -> dict[str, Any]:
    """Train the run in ``job``'s folder, going on from whatever an earlier attempt left."""
    run = Run(job.folder)
    for path in run.written():
        files.forget_half_written(path)
    return _Training(run, job).work()


def tidy() -> None:
    """Give back what a training leaves behind, once the page has its result."""
    ml.release()


class _Training:
    def __init__(self, run: Run, job: JobFolder) -> None:
        self.run = run
        self.job = job
        self.settings = run.settings
        self.images = run.images()
        self.watch = Watch(run)
        self.seconds: dict[str, float] = {}
        self.begins_with_head = self.settings.method in (Method.FINETUNE, Method.WHOLE)
        pixels = Need.PIXELS in method(self.settings.method).NEEDS  # they are altered on the way
        absent = {
            "prepare": not self.settings.method.is_pretrained,
            "views": pixels or not (self.settings.views and run.recipe.active),
            "head": not self.begins_with_head,
        }
        self.stages = [name for name in _LABELS if not absent.get(name)]

    def work(self) -> dict[str, Any]:
        if self.settings.method is Method.WHOLE:
            require_accelerator()
        with self._timed("features"):
            backbone = self._backbone() if self.settings.method.is_pretrained else None
            self._stage("features")
            prepared = prepare(self.run, self.job, partial(self._stage, "views"))
        with self._timed("train"), closing(self.watch):
            kept, others = self._train(backbone, prepared)
        with self._timed("evaluate"):
            self._stage("evaluate")
            table, calibration = self._judge(kept, prepared)
            start = Start(len(self.run.classes), self.settings, backbone)
            save_model(self.run, kept[0], kept[1], start, table)
        report = self._report(kept, others, table) | {"calibration": calibration.to_dict()}
        files.write_table(self.run.predictions_file, table)
        files.write_json(self.run.report_file, report)
        found = report[str(Side.VALIDATION)]  # events are told; the test images are sealed
        return {name: found[name] for name in ("accuracy", "accuracy_low", "accuracy_high")}

    def _backbone(self) -> Converted:
        self._stage("prepare")
        return converted(self.settings.backbone, self.settings.pixels, self.job.stop_requested)

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - began, 3)

    def _stage(self, name: str) -> None:
        self.job.stage(name, _LABELS[name], self.stages.index(name) + 1, len(self.stages))

    def _train(
        self, backbone: Converted | None, prepared: Prepared
    ) -> tuple[Trained, list[Trained]]:
        """What is kept, the better by validation, and what else was trained on the way."""
        chosen = self.settings
        if not self.begins_with_head:
            self._stage("train")
            return self._learn(chosen, backbone, prepared, None, self._told()), []
        self._stage("head")
        before = self._learn(_of_head(chosen), backbone, prepared, None, self._counted())
        self._stage("train")
        after = self._learn(chosen, backbone, prepared, head_of(before[1]), self._told())
        kept, other = (after, before) if _is_better(after[2], before[2]) else (before, after)
        return kept, [other]

    def _learn(
        self,
        settings: TrainSettings,
        backbone: Converted | None,
        prepared: Prepared,
        head: Head | None,
        hooks: Hooks,
    ) -> Trained:
        how = method(settings.method)
        train, validation = (prepared.examples(how, side) for side in (Side.TRAIN, Side.VALIDATION))
        with how.scope():
            start = Start(len(self.run.classes), settings, backbone, head)
            network = built(how, start, train.inputs)
            path = self.run.folder / f"{settings.method}.npz"
            fitted = fit(network, train, validation, settings, path, hooks)
        return settings.method, network, fitted

    def _told(self) -> Hooks:
        """Every epoch is an event, and changes of opinion are kept."""

        def on_epoch(figures: dict[str, Any]) -> None:
            self.job.emit("epoch", **figures, memory_mb=rss_mb())

        stop, finish = self.job.check_stop, self.job.finish_requested
        return Hooks(on_epoch, self.watch.epoch, stop, finish)

    def _counted(self) -> Hooks:
        """Of a stage before the one that is asked for: epochs are counted, no more."""
        return Hooks(
            lambda figures: self.job.progress(figures["epoch"], figures["of"]),
            check_stop=self.job.check_stop,
            should_finish=self.job.finish_requested,
        )

    def _judge(self, kept: Trained, prepared: Prepared) -> tuple[pd.DataFrame, Fit]:
        """What is kept answers, and is made as sure as the validation images say it may be."""
        rows = np.flatnonzero((self.images["split"] != Side.TRAIN).to_numpy())
        columns = ["image_id", "sha256", "source", "split", "label"]
        inputs = prepared.inputs(method(kept[0]), rows)
        probabilities = predict(kept[1], inputs, self.job.check_stop)
        labels = prepared.labels[rows].argmax(axis=1)
        validation = prepared.sides[rows] == Side.VALIDATION
        probabilities, calibration = calibrated(probabilities, labels, validation)
        warm(kept[1], calibration.temperature)
        images = self.images.loc[rows, columns]
        return results.predictions(images, probabilities, self.run.classes), calibration

    def _report(self, kept: Trained, others: list[Trained], table: pd.DataFrame) -> dict[str, Any]:
        classes = self.run.classes
        sides = self.images["split"].value_counts()
        return {
            "schema": 1,
            "classes": classes,
            "n": {str(side): int(sides.get(side, 0)) for side in Side},
            **{
                str(side): results.metrics(table[table["split"] == side], classes)
                for side in (Side.VALIDATION, Side.TEST)
            },
            "best_epoch": kept[2].best_epoch,
            "epochs_run": kept[2].epochs_run,
            "kept": str(kept[0]),
            "stages": {str(which): _figures(fitted) for which, _, fitted in (*others, kept)},
            "seconds": {**self.seconds, "total": round(sum(self.seconds.values()), 3)},
            "peak_rss_mb": peak_rss_mb(),
            "versions": origins.versions(),
            "hashes": origins.hashes(self.run),
            "hardware": origins.hardware(),
        }


def _of_head(chosen: TrainSettings) -> TrainSettings:
    """How the head is trained that another method begins from."""
    usual = TrainSettings.usual(Method.HEAD)
    same = ("backbone", "image_size", "fit", "views", "batch_size", "balance", "seed")
    return replace(usual, **{name: getattr(chosen, name) for name in same})


def _is_better(after: Fitted, before: Fitted) -> bool:
    """Whether validation prefers ``after``: more right, or as many with less loss."""

    def merit(fitted: Fitted) -> tuple[float, float]:
        return fitted.best["val_accuracy"], -fitted.best["val_loss"]

    return merit(after) > merit(before)


def _figures(fitted: Fitted) -> dict[str, Any]:
    names = ("val_accuracy", "val_loss")
    return {
        "best_epoch": fitted.best_epoch,
        "epochs_run": fitted.epochs_run,
        **{name: fitted.best[name] for name in names},
    }
