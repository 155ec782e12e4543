"""The events of a job, folded into what a page shows."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from core.errors import Problem

Event = dict[str, Any]


@dataclass(frozen=True)
class Snapshot:
    """How far a job has come, as its last attempt told it.

    Attributes:
        stage: name of the stage that it is in.
        stage_label: the same for people.
        stage_index: place of the stage among all, from 1 on; 0 where it is not told.
        stage_of: number of stages; 0 where it is not told.
        part: of all work, from where to where the stage goes, 0..1; None where all count the same.
        done: how much of the stage is done (images, epochs).
        total: how much there is to do; 0 where it is not known.
        images_per_second: the speed within the stage.
        seconds_left: the time left of the stage, or of the training while epochs pass.
        memory_mb: what the worker holds in memory.
        epochs: the epochs in their order, as the events have them, of the stage that counted
            epochs last. Epochs that a resumed attempt repeats stand once, as repeated.
        counting: the stage that they belong to.
        earlier_epochs: those of the stage before, where a training counts epochs in two: a
            fine-tune first trains its head.
        problem: why it failed.
        started: when the last attempt began, ISO 8601.
        ended: when it finished, stopped or failed.
        messages: what else there is to tell.
        attempts: how often it was begun.
    """

    stage: str = ""
    stage_label: str = ""
    stage_index: int = 0
    stage_of: int = 0
    part: tuple[float, float] | None = None
    done: int = 0
    total: int = 0
    images_per_second: float | None = None
    seconds_left: float | None = None
    memory_mb: float | None = None
    epochs: list[Event] = field(default_factory=list)
    counting: str = ""
    earlier_epochs: list[Event] = field(default_factory=list)
    problem: Problem | None = None
    started: str | None = None
    ended: str | None = None
    messages: list[str] = field(default_factory=list)
    attempts: int = 0

    @property
    def fraction(self) -> float | None:
        """The share of the stage that is done, 0..1; None where the total is not known."""
        return min(1.0, self.done / self.total) if self.total > 0 else None

    @property
    def seconds(self) -> float | None:
        """How long the last attempt took, or has taken up to now; None before it began."""
        if self.started is None:
            return None
        end = datetime.fromisoformat(self.ended) if self.ended else datetime.now(UTC)
        return max(0.0, (end - datetime.fromisoformat(self.started)).total_seconds())


def fold(events: Iterable[Event]) -> Snapshot:
    """What the ``events`` of one job amount to; events it does not know are passed over."""
    values: dict[str, Any] = {"messages": [], "attempts": 0, _COUNTED: {}}
    for event in events:
        step = _STEPS.get(event.get("event", ""))
        if step is not None:
            step(values, event)
    del values[_COUNTED]
    return Snapshot(**values)


_COUNTED = "counted"  # the epochs of each stage that counts some
_OF_AN_ATTEMPT = (
    "stage",
    "stage_label",
    "stage_index",
    "stage_of",
    "part",
    "done",
    "total",
    "images_per_second",
    "seconds_left",
    "memory_mb",
    "problem",
    "started",
    "ended",
)
_DEFAULTS = {entry.name: entry.default for entry in dataclasses.fields(Snapshot)}


def _queued(values: dict[str, Any], event: Event) -> None:
    values.update({name: _DEFAULTS[name] for name in _OF_AN_ATTEMPT})
    values["messages"] = []


def _started(values: dict[str, Any], event: Event) -> None:
    _queued(values, event)
    values.update(started=event.get("at"), attempts=values["attempts"] + 1)


def _stage(values: dict[str, Any], event: Event) -> None:
    values.update(
        stage=event.get("name", ""),
        stage_label=event.get("label", ""),
        stage_index=event.get("index") or 0,
        stage_of=event.get("of") or 0,
        part=_part(event.get("part")),
        done=0,
        total=0,
        images_per_second=None,
        seconds_left=None,
    )


def _part(found: Any) -> tuple[float, float] | None:
    """What an event says of it, if it makes sense."""
    match found:
        case (int() | float() as begin, int() | float() as end) if 0 <= begin <= end <= 1:
            return begin, end
    return None


def _progress(values: dict[str, Any], event: Event) -> None:
    values.update(
        done=event.get("done") or 0,
        total=event.get("total") or 0,
        images_per_second=event.get("rate"),
        seconds_left=event.get("seconds_left"),
    )


def _epoch(values: dict[str, Any], event: Event) -> None:
    number = event.get("epoch", 0)
    counted, stage = values[_COUNTED], values.get("stage", "")
    epochs = counted.setdefault(stage, [])
    while epochs and epochs[-1].get("epoch", 0) >= number:
        epochs.pop()
    epochs.append(event)
    before = [others for name, others in counted.items() if name != stage]
    values.update(epochs=epochs, counting=stage, earlier_epochs=before[0] if before else [])
    for name in ("seconds_left", "images_per_second", "memory_mb"):
        values[name] = event.get(name)


def _message(values: dict[str, Any], event: Event) -> None:
    values["messages"].append(str(event.get("text", "")))


def _ended(values: dict[str, Any], event: Event) -> None:
    values.update(ended=event.get("at"), seconds_left=None)


def _failed(values: dict[str, Any], event: Event) -> None:
    _ended(values, event)
    values["problem"] = Problem(*(str(event.get(part, "")) for part in ("title", "detail", "fix")))


_STEPS: dict[str, Callable[[dict[str, Any], Event], None]] = {
    "queued": _queued,
    "started": _started,
    "stage": _stage,
    "progress": _progress,
    "epoch": _epoch,
    "message": _message,
    "finished": _ended,
    "stopped": _ended,
    "failed": _failed,
}
