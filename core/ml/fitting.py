"""The one training loop: every method's network learns here, step by step, and can be interrupted.

AdamW (Loshchilov and Hutter, 2019, arXiv 1711.05101) at a constant or a cosine rate (arXiv
1608.03983), soft labels with label smoothing, class weights or balanced sampling, early stopping
on the validation loss. What an epoch shows, and in which order, depends on the seed and the number
of the epoch alone: a training that is resumed sees what it would have seen.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from core.errors import ModelProblem
from core.ml.batches import Examples, batches
from core.ml.checkpoint import Checkpoint
from core.ml.compiled import stepper_for
from core.ml.stepping import Stepper, predict
from core.settings import Schedule, TrainSettings

Probabilities = NDArray[np.float64]


def _nothing(*_: Any) -> None:
    """Nobody wants to know."""


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Hooks:
    """Who is told, and who may interrupt.

    Attributes:
        on_epoch: called after each epoch with its figures, before it is saved: epoch and of
            (from 1 on), loss, accuracy, val_loss, val_accuracy, best (whether its validation loss
            is the lowest so far), learning_rate (of the epoch's last step), seconds_left (at
            most), images_per_second.
        on_validation: called before that with the epoch's number and (n_val, classes)
            probabilities.
        check_stop: called around every step; what it raises ends the training.
        should_finish: asked around every step; where it says so, the epoch is dropped and the
            best so far is kept. The first epoch is always run.
    """

    on_epoch: Callable[[dict[str, Any]], None] = _nothing
    on_validation: Callable[[int, Probabilities], None] = _nothing
    check_stop: Callable[[], None] = _nothing
    should_finish: Callable[[], bool] = _never


@dataclass(frozen=True)
class Fitted:
    """How a training went; the model holds the weights of its best epoch.

    Attributes:
        best_epoch: counted from 1.
        epochs_run: how many were run.
        history: the figures of every epoch, as `Hooks.on_epoch` is told them.
        finished_early: whether somebody asked to keep the best so far.
    """

    best_epoch: int
    epochs_run: int
    history: list[dict[str, Any]] = field(repr=False)
    finished_early: bool = False

    @property
    def best(self) -> dict[str, Any]:
        """The figures of the best epoch."""
        return self.history[self.best_epoch - 1]


def fit(
    model: keras.Model,
    train: Examples,
    validation: Examples,
    settings: TrainSettings,
    path: Path,
    hooks: Hooks = Hooks(),
) -> Fitted:
    """Train ``model`` and leave it with the weights of its best epoch by validation loss.

    The state after each epoch is kept in ``path``; called again with a newly built model after
    a crash or a stop it goes on from there, and ends with the same numbers as if nothing had
    happened. A file made with fewer epochs is trained on.

    Args:
        model: inputs -> logits, not compiled, see `core.ml.methods`.
        train: what is learnt.
        validation: decides when to stop and which epoch is kept.
        settings: epochs, batch size, learning rate, schedule, decay, smoothing, balance,
            patience, seed.
        path: of the checkpoint.
        hooks: who is told, and who may interrupt.

    Raises:
        ModelProblem: no epoch has a loss that is a number.
    """
    with stepper_for(model, train, settings) as stepper:
        loop = _Loop(stepper, train, validation, settings, path, hooks)
        state = loop.state
        with closing(state):
            finished_early = loop.run()
    if not state.best_weights:
        raise ModelProblem(
            "The training came to nothing",
            f"None of {len(state.history)} epochs has a validation loss that is a number",
            "Train again with a smaller learning rate",
        )
    model.set_weights(state.best_weights)
    return Fitted(state.best_epoch, len(state.history), state.history, finished_early)


def rate_at(settings: TrainSettings, step: int, steps: int) -> float:
    """The learning rate of step ``step`` (from 0 on) of a training of ``steps`` steps."""
    if settings.schedule is Schedule.CONSTANT:
        return settings.learning_rate
    return settings.learning_rate * 0.5 * (1 + math.cos(math.pi * step / max(1, steps)))


class _Finish(Exception):
    """Somebody asked to keep the best so far."""


class _Loop:
    def __init__(
        self,
        stepper: Stepper,
        train: Examples,
        validation: Examples,
        settings: TrainSettings,
        path: Path,
        hooks: Hooks,
    ) -> None:
        self.stepper, self.settings, self.hooks = stepper, settings, hooks
        self.model = stepper.model
        self.train, self.validation = train, validation
        self.state = Checkpoint(path, settings)
        self.state.restore(self.model, stepper.optimizer)
        self.steps = -(-train.count // settings.batch_size)
        self.seconds: list[float] = []

    def run(self) -> bool:
        """Run what is left of the epochs; whether somebody asked to finish early."""
        while not self.state.is_over:
            began = time.monotonic()
            epoch = len(self.state.history)
            try:
                loss, accuracy, rate = self._learn(epoch)
            except _Finish:
                return True
            learnt = time.monotonic() - began
            figures: dict[str, Any] = {"epoch": epoch + 1, "of": self.settings.epochs}
            figures |= {"loss": loss, "accuracy": accuracy, **self._judge(epoch + 1)}
            self.seconds.append(time.monotonic() - began)
            left = self.settings.epochs - epoch - 1
            figures |= {
                "best": bool(figures["val_loss"] < self.state.lowest),
                "learning_rate": rate,
                "seconds_left": round(float(np.mean(self.seconds[-5:])) * left, 1),
                "images_per_second": round(self.train.count / max(learnt, 1e-6), 1),
            }
            self.state.add(self.model, figures)
            self.hooks.on_epoch(figures)  # before it is saved: rather told of twice than never
            self.state.write(self.model, self.stepper.optimizer)
        return False

    def _learn(self, epoch: int) -> tuple[float, float, float]:
        """One epoch of steps: mean loss, accuracy, and the last rate."""
        loss = correct = 0.0
        rate, done = self.settings.learning_rate, 0
        total = self.settings.epochs * self.steps
        shown = batches(self.train, self.settings, epoch, self.stepper.by_row)
        try:
            for group in shown:
                self._breathe(epoch)
                rate = rate_at(self.settings, epoch * self.steps + done, total)
                more_loss, more_correct = self.stepper.learn(group, rate)
                loss, correct, done = loss + more_loss, correct + more_correct, done + len(group)
            self._breathe(epoch)
        finally:
            shown.close()
        return loss / self.train.count, correct / self.train.count, rate

    def _breathe(self, epoch: int) -> None:
        self.hooks.check_stop()
        if epoch > 0 and self.hooks.should_finish():
            raise _Finish

    def _judge(self, epoch: int) -> dict[str, float]:
        probabilities = predict(
            self.model, self.validation.inputs, self.hooks.check_stop, self.stepper.answer
        )
        self.hooks.on_validation(epoch, probabilities)
        loss, accuracy = judged(probabilities, self.validation.labels)
        return {"val_loss": loss, "val_accuracy": accuracy}


def judged(probabilities: Probabilities, labels: NDArray[np.float32]) -> tuple[float, float]:
    """Cross-entropy and accuracy of ``probabilities`` (n, classes) against (soft) ``labels``."""
    if not len(labels):
        return math.nan, math.nan
    likely = np.maximum(probabilities, np.finfo(np.float64).tiny)  # keeps what is no number
    loss = float(-(labels * np.log(likely)).sum(axis=1).mean())
    return loss, float((probabilities.argmax(axis=1) == labels.argmax(axis=1)).mean())
