"""The figures of a training that its diagnosis rests on."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.results import wilson
from core.settings import TrainSettings

Counts = Mapping[str, Mapping[str, int]]
_AT_THE_END = 3  # epochs that are averaged, so that one lucky epoch does not decide


@dataclass(frozen=True)
class Curve:
    """One figure over the epochs."""

    values: tuple[float, ...]

    @property
    def jitter(self) -> float:
        """How far the curve jumps about from epoch to epoch, as a standard deviation.

        From the second differences, which a steady rise or fall leaves at zero; by their
        median, so that one outlier does not count (Gasser, Sroka and Jennen-Steinmetz,
        Residual variance and residual pattern in nonlinear regression, Biometrika 73, 1986).
        """
        triples = zip(self.values, self.values[1:], self.values[2:], strict=False)
        bends = [abs(a - 2 * b + c) for a, b, c in triples]
        return 1.4826 * statistics.median(bends) / math.sqrt(6) if bends else 0.0

    @property
    def end(self) -> float:
        """The mean of the last epochs."""
        return statistics.fmean(self.values[-_AT_THE_END:])

    def since(self, place: int) -> Curve:
        """The part from this place on."""
        return Curve(self.values[place:])


@dataclass(frozen=True)
class Facts:
    """A training in figures; epochs without numbers are left out of the curves.

    Attributes:
        epochs: the number of each epoch that has a loss.
        lost: the epochs whose loss is no number.
        loss, accuracy, val_loss, val_accuracy: over ``epochs``.
        settings: of the training.
        train: training images of each class.
        validation: validation images of each class.
        kept: the number of the epoch that was kept; 0 where that is not known.
        ended: why it ended: 'epochs' (all were run), 'patience', or 'hand'.
    """

    epochs: tuple[int, ...]
    lost: tuple[int, ...]
    loss: Curve
    accuracy: Curve
    val_loss: Curve
    val_accuracy: Curve
    settings: TrainSettings
    train: Mapping[str, int]
    validation: Mapping[str, int]
    kept: int
    ended: str

    @property
    def best(self) -> int:
        """The place of the best epoch: the one that was kept, else that of the lowest loss."""
        if self.kept in self.epochs:
            return self.epochs.index(self.kept)
        return self.val_loss.values.index(min(self.val_loss.values))

    @property
    def best_epoch(self) -> int:
        """The number of that epoch."""
        return self.epochs[self.best]

    @property
    def n_train(self) -> int:
        """How many images were learnt from."""
        return sum(self.train.values())

    @property
    def n_validation(self) -> int:
        """How many validation images there are."""
        return sum(self.validation.values())

    @property
    def majority(self) -> float:
        """The share of the commonest class among the validation images."""
        return max(self.validation.values(), default=0) / max(1, self.n_validation)

    @property
    def knowing_nothing(self) -> float:
        """The loss of giving every class the same probability."""
        return math.log(max(2, len(self.train)))

    @property
    def score(self) -> float:
        """The validation accuracy of the best epoch."""
        return self.val_accuracy.values[self.best]

    @property
    def interval(self) -> tuple[float, float]:
        """Its 95 % interval."""
        return wilson(round(self.score * self.n_validation), self.n_validation)

    @property
    def learnt(self) -> float:
        """The training accuracy of the best epoch."""
        return self.accuracy.values[self.best]


def facts(
    epochs: Sequence[Mapping[str, Any]],
    report: Mapping[str, Any] | None,
    settings: TrainSettings,
    n: Counts,
) -> Facts:
    """The figures of a training; arguments as for `diagnose`."""
    names = ("loss", "accuracy", "val_loss", "val_accuracy")
    rows = [[_number(epoch.get(name)) for name in names] for epoch in epochs]
    told = [
        (int(epoch["epoch"]), [value for value in row if value is not None])
        for epoch, row in zip(epochs, rows, strict=True)
        if None not in row
    ]
    losses = [
        (int(epoch["epoch"]), row[0], row[2]) for epoch, row in zip(epochs, rows, strict=True)
    ]
    lost = [number for number, *both in losses if None in both]
    columns = list(zip(*(row for _, row in told), strict=True)) or [(), (), (), ()]
    loss, accuracy, val_loss, val_accuracy = (Curve(tuple(column)) for column in columns)
    return Facts(
        epochs=tuple(number for number, _ in told),
        lost=tuple(lost),
        loss=loss,
        accuracy=accuracy,
        val_loss=val_loss,
        val_accuracy=val_accuracy,
        settings=settings,
        train=dict(n.get("train", {})),
        validation=dict(n.get("validation", {})),
        kept=_kept(report or {}, settings),
        ended=_ended([number for number, _ in told], val_loss.values, settings),
    )


def _kept(report: Mapping[str, Any], settings: TrainSettings) -> int:
    """The best epoch of what the curves show: a fine-tune may keep the head instead."""
    stages = report.get("stages") or {}
    return int(stages.get(settings.method, report).get("best_epoch") or 0)


def _ended(epochs: list[int], val_loss: tuple[float, ...], settings: TrainSettings) -> str:
    if not epochs or epochs[-1] >= settings.epochs:
        return "epochs"
    best = epochs[val_loss.index(min(val_loss))]
    return "patience" if epochs[-1] - best >= settings.patience else "hand"


def _number(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and math.isfinite(value)
    return float(value) if is_number else None
