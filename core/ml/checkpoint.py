"""A training that can be interrupted at any moment and ends with the same numbers."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import keras
import numpy as np
from numpy.typing import NDArray

from core import files
from core.settings import TrainSettings

_FORMAT = 1


class Checkpoint(keras.callbacks.Callback):
    """Tells of each epoch, keeps the best one, stops early, and saves all of it.

    After each epoch one file takes the place of the last: the weights, the optimizer's
    variables (and those of dropout's generator), the best weights so far, and the figures.

    Args:
        path: of the file.
        settings: of the training; a file made under others, or by another version of Keras,
            or a damaged one, is not used.
        on_epoch: called with the figures of each epoch, see `record`; once more for an epoch
            that an interruption kept from being saved.
        check_stop: called after every few batches; what it raises ends the training.
    """

    def __init__(
        self,
        path: Path,
        settings: TrainSettings,
        on_epoch: Callable[[dict[str, Any]], None],
        check_stop: Callable[[], None],
    ) -> None:
        super().__init__()
        self.history: list[dict[str, Any]] = []
        self.best_weights: list[NDArray[np.float32]] = []
        self._path = path
        self._settings = settings
        self._on_epoch = on_epoch
        self._check_stop = check_stop
        self._began = 0.0
        self._first = 0

    @property
    def best_epoch(self) -> int:
        """The epoch with the lowest validation loss, from 1 on; 0 before the first."""
        best = [entry["epoch"] for entry in self.history if entry["best"]]
        return int(best[-1]) if best else 0

    @property
    def is_over(self) -> bool:
        """Whether all epochs are run, or the best lies too far back."""
        run = len(self.history)
        return run >= self._settings.epochs or run - self.best_epoch >= self._settings.patience

    def restore(self, model: keras.Model) -> None:
        """Bring ``model`` to where the last file left it, if there is one that fits."""
        content = self._read()
        model.optimizer.build(model.trainable_variables)
        if content is None:
            return
        self.history = json.loads(str(content["header"]))["history"]
        for index, variable in enumerate(_variables(model)):
            variable.assign(content[f"variable_{index}"])
        count = len(model.get_weights()) if self.best_epoch else 0
        self.best_weights = [content[f"best_{index}"] for index in range(count)]

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Start the clock."""
        self._began = time.monotonic()
        self._first = len(self.history)

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Let a stop take effect within a few batches."""
        self._check_stop()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Keep, save and tell of the epoch; end the training where it is over."""
        self._check_stop()
        entry = self.record(epoch + 1, logs or {})
        if entry["best"]:
            self.best_weights = [np.array(weight) for weight in self.model.get_weights()]
        self.history.append(entry)
        self._on_epoch(entry)  # before it is saved: rather told of twice than never
        self._write()
        if self.is_over:
            self.model.stop_training = True

    def record(self, epoch: int, logs: dict[str, Any]) -> dict[str, Any]:
        """The figures of one epoch.

        epoch and of (counted from 1), loss, accuracy, val_loss, val_accuracy, best (whether
        its validation loss is the lowest so far), learning_rate, seconds_left (at most).
        """
        lowest = min((entry["val_loss"] for entry in self.history), default=math.inf)
        done = epoch - self._first
        pace = (time.monotonic() - self._began) / max(done, 1)
        return {
            "epoch": epoch,
            "of": self._settings.epochs,
            **{name: float(logs[name]) for name in ("loss", "accuracy", "val_loss")},
            "val_accuracy": float(logs["val_accuracy"]),
            "best": bool(float(logs["val_loss"]) < lowest),
            "learning_rate": float(self.model.optimizer.learning_rate),
            "seconds_left": round(pace * (self._settings.epochs - epoch), 1),
        }

    def _write(self) -> None:
        header = {**self._made_by(), "history": self.history}
        arrays = {f"variable_{i}": v.numpy() for i, v in enumerate(_variables(self.model))}
        arrays |= {f"best_{i}": weight for i, weight in enumerate(self.best_weights)}
        arrays["header"] = np.array(json.dumps(header))
        with files.replacing(self._path) as temporary, open(temporary, "wb") as handle:
            np.savez(handle, allow_pickle=False, **arrays)

    def _read(self) -> dict[str, NDArray[Any]] | None:
        if not self._path.is_file():
            return None
        try:
            with open(self._path, "rb") as handle, np.load(handle, allow_pickle=False) as archive:
                content = {name: archive[name] for name in archive.files}
            header = json.loads(str(content["header"]))
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            return None
        return content if self._made_by().items() <= header.items() else None

    def _made_by(self) -> dict[str, Any]:
        """What a file must say of its making to be used."""
        versions = {"format": _FORMAT, "keras": keras.__version__}
        return {**versions, "settings": self._settings.to_dict()}


def _variables(model: keras.Model) -> list[Any]:
    """Everything that training changes: weights, generators of dropout, the optimizer's own."""
    return [*model.variables, *model.optimizer.variables]
