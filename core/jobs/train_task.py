"""The worker's side of training: features, head, model file, predictions, report."""

from __future__ import annotations

import importlib.metadata
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd

from core import files, ml, results
from core.errors import ModelProblem
from core.ingest import original_path
from core.jobs.features import features_of
from core.jobs.folder import JobFolder
from core.jobs.memory import peak_rss_mb
from core.jobs.run import Run
from core.ml import classifier
from core.ml.convert import Converted, converted
from core.ml.features import Features, loader
from core.ml.head import Examples, Head, train_head
from core.split import Side

_STAGES = 4
_PARITY = 1e-3  # how far the saved model may be from what was measured on cached features
_VERSIONED = (
    *("keras", "keras-cv", "tensorflow", "tensorflow-cpu", "ai-edge-litert"),
    *("numpy", "pillow"),
)


def run(job: JobFolder) -> dict[str, Any]:
    """Train the run in ``job``'s folder, going on from whatever an earlier attempt left."""
    try:
        return _Training(Run(job.folder), job).work()
    finally:
        ml.release()


class _Training:
    def __init__(self, run: Run, job: JobFolder) -> None:
        self.run = run
        self.job = job
        self.settings = run.settings
        self.images = run.images()
        self.seconds: dict[str, float] = {}

    def work(self) -> dict[str, Any]:
        with self._timed("features"):
            backbone = self._prepare()
            features = self._features()
        with self._timed("train"):
            head = self._train(features)
        with self._timed("evaluate"):
            self.job.stage("evaluate", "Judging the result", 4, _STAGES)
            tables = self._judge(features, head)
            self._save_model(backbone, head, features)
        report = self._report(head, tables)
        files.write_table(self.run.predictions_file, tables)
        files.write_json(self.run.report_file, report)
        test = report["test"]
        return {name: test[name] for name in ("accuracy", "accuracy_low", "accuracy_high")}

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - began, 3)

    def _prepare(self) -> Converted:
        self.job.stage("prepare", "Preparing the pretrained network", 1, _STAGES)
        backbone = self.settings.backbone
        return converted(backbone, backbone.image_size, self.job.stop_requested)

    def _features(self) -> Features:
        self.job.stage("features", "Looking at the images", 2, _STAGES)
        settings, hashes = self.settings, self.images["sha256"]
        return features_of(self.run.project, hashes, settings.backbone, settings.fit, self.job)

    def _train(self, features: Features) -> Head:
        self.job.stage("train", "Training", 3, _STAGES)
        return train_head(
            self._examples(features, Side.TRAIN),
            self._examples(features, Side.VALIDATION),
            len(self.run.classes),
            self.settings,
            self.run.folder,
            lambda epoch: self.job.emit("epoch", **epoch),
            self.job.check_stop,
        )

    def _examples(self, features: Features, side: Side) -> Examples:
        rows = (self.images["split"] == side).to_numpy()
        labels = pd.Index(self.run.classes).get_indexer(pd.Index(self.images.loc[rows, "label"]))
        return Examples(features[rows], labels.astype(np.int64))

    def _judge(self, features: Features, head: Head) -> pd.DataFrame:
        rows = (self.images["split"] != Side.TRAIN).to_numpy()
        columns = ["image_id", "sha256", "source", "split", "label"]
        probabilities = head.probabilities(features[rows])
        return results.predictions(self.images.loc[rows, columns], probabilities, self.run.classes)

    def _save_model(self, backbone: Converted, head: Head, features: Features) -> None:
        """Save the whole model, and make sure that it says what was measured."""
        model = classifier.assemble(backbone, head)
        sample = self.images[self.images["split"] == Side.TEST].head(4)
        size, fit = int(model.input_shape[1]), self.settings.fit
        folder = self.run.project.folder
        pixels = [loader(original_path(folder, sha), size, fit)() for sha in sample["sha256"]]
        expected = head.probabilities(features[sample.index.to_numpy()])
        difference = float(np.abs(classifier.predict(model, pixels) - expected).max(initial=0.0))
        if not difference <= _PARITY:
            raise ModelProblem(
                "The saved model does not agree with the training",
                f"Probabilities differ by {difference:.1e}, expected at most {_PARITY:.0e}",
                "Delete the cache folder of First Light and train again",
            )
        classifier.save(model, self.run.model_file)

    def _report(self, head: Head, table: pd.DataFrame) -> dict[str, Any]:
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
            "best_epoch": head.best_epoch,
            "epochs_run": head.epochs_run,
            "seconds": {**self.seconds, "total": round(sum(self.seconds.values()), 3)},
            "peak_rss_mb": peak_rss_mb(),
            "versions": _versions(),
        }


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in _VERSIONED:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue  # TensorFlow goes by one name or the other; LiteRT may be absent
    return found
