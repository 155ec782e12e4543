"""The state of a training on disk: interrupted at any moment, it ends with the same numbers."""

from __future__ import annotations

import json
import math
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import keras
import numpy as np
from numpy.typing import NDArray

from core import files
from core.settings import TrainSettings

_FORMAT = 2
# A training goes on where the last one ended although these differ: that is how one trains on
_MAY_DIFFER = ("epochs", "patience")


class Checkpoint:
    """What is known of a training after each epoch, in one file that takes the place of the last.

    The file holds the weights, the optimizer's variables (and those of dropout's generator),
    the best weights so far, and the figures of every epoch. It is written while the next epoch is
    learnt, so a process that dies repeats one epoch more, and comes to the same numbers.

    Args:
        path: of the file.
        settings: of the training; a file made under others, or by another version of Keras,
            or a damaged one, is not used. One that was made for fewer epochs or another
            patience is: the training goes on from there, its patience counts anew.

    Attributes:
        history: the figures of each epoch, see `core.ml.fitting.fit`.
        best_weights: of the epoch with the lowest validation loss, as `get_weights` has them.
        since: how many epochs had been run when this training went on from another.
    """

    def __init__(self, path: Path, settings: TrainSettings) -> None:
        self.history: list[dict[str, Any]] = []
        self.best_weights: list[NDArray[np.float32]] = []
        self.since = 0
        self._path = path
        self._settings = settings
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="checkpoint")
        self._writing: Future[None] | None = None

    @property
    def lowest(self) -> float:
        """The lowest validation loss so far; infinite before the first."""
        return min((entry["val_loss"] for entry in self.history if entry["best"]), default=math.inf)

    @property
    def best_epoch(self) -> int:
        """The epoch with the lowest validation loss, from 1 on; 0 before the first."""
        best = [entry["epoch"] for entry in self.history if entry["best"]]
        return int(best[-1]) if best else 0

    @property
    def is_over(self) -> bool:
        """Whether all epochs are run, or the best lies too far back."""
        run = len(self.history)
        waited = run - max(self.best_epoch, self.since)
        return run >= self._settings.epochs or waited >= self._settings.patience

    def restore(self, model: keras.Model, optimizer: keras.optimizers.Optimizer) -> None:
        """Bring both to where the last file left them, if there is one that fits."""
        content = self._read()
        if content is None:
            return
        header = json.loads(str(content["header"]))
        variables = _variables(model, optimizer)
        values = [content.get(f"variable_{index}") for index in range(len(variables))]
        if any(value is None for value in values) or f"variable_{len(variables)}" in content:
            return
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)
        self.history = header["history"]
        trained_on = header["epochs"] != self._settings.epochs
        self.since = len(self.history) if trained_on else header["since"]
        if header.get("best_is_last", False):
            self.best_weights = _weights(model)
        else:
            count = len(model.get_weights()) if self.best_epoch else 0
            self.best_weights = [content[f"best_{index}"] for index in range(count)]

    def add(self, model: keras.Model, entry: dict[str, Any]) -> None:
        """Take in the figures of an epoch and, where it is the best, its weights."""
        if entry["best"]:
            self.best_weights = _weights(model)
        self.history.append(entry)

    def write(self, model: keras.Model, optimizer: keras.optimizers.Optimizer) -> None:
        """Begin to put all of it on disk, once what was begun before is there.

        Raises:
            OSError: the file before could not be written.
        """
        is_last = bool(self.history) and self.best_epoch == len(self.history)
        header = {
            **self._made_by(),
            "epochs": self._settings.epochs,
            "since": self.since,
            "history": self.history,
            "best_is_last": is_last,  # then they stand among the variables already
        }
        arrays = {
            f"variable_{i}": np.array(v.value.numpy())  # a copy: the next step changes them
            for i, v in enumerate(_variables(model, optimizer))
        }
        if not is_last:
            arrays |= {f"best_{i}": weight for i, weight in enumerate(self.best_weights)}
        arrays["header"] = np.array(json.dumps(header))
        self._settle()
        self._writing = self._writer.submit(self._put, arrays)

    def close(self) -> None:
        """Wait until all of it is on disk.

        Raises:
            OSError: it could not be written.
        """
        try:
            self._settle()
        finally:
            self._writer.shutdown()

    def _settle(self) -> None:
        writing, self._writing = self._writing, None
        if writing is not None:
            writing.result()

    def _put(self, arrays: dict[str, NDArray[Any]]) -> None:
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
        chosen = self._settings.to_dict()
        decisive = {name: value for name, value in chosen.items() if name not in _MAY_DIFFER}
        return {"format": _FORMAT, "keras": keras.__version__, "settings": decisive}


def _weights(model: keras.Model) -> list[NDArray[np.float32]]:
    """As they are now; learning on does not change them."""
    return [np.array(weight) for weight in model.get_weights()]


def _variables(model: keras.Model, optimizer: keras.optimizers.Optimizer) -> list[Any]:
    """Everything that training changes: weights, generators of dropout, the optimizer's own."""
    return [*model.variables, *optimizer.variables]
