"""What the engine tries before a lesson, and how it tells what does not work."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.jobs import JobFolder, State, readying
from core.jobs.tasks import perform
from core.ml import weights
from core.ml.weights import Published
from core.project import Workspace
from core.ready import Line, Verdict
from core.settings import Backbone


class Here:
    """An engine that does the work at once."""

    def submit(self, job: JobFolder) -> None:
        perform(str(job.folder))

    def knows(self, job: JobFolder) -> bool | None:
        return None


def found(tmp_path: Path) -> dict[str, Line]:
    """What a job of its own finds."""
    workspace = Workspace(tmp_path)
    job = readying.start_trying(workspace, Here())
    assert readying.trying(workspace, job.id) == job
    return {line.title: line for line in readying.tried_by(job)}


@pytest.mark.slow
def test_weights_network_and_a_small_training_are_tried(tmp_path: Path) -> None:
    lines = found(tmp_path)
    assert [line.verdict for line in lines.values()] == [Verdict.READY] * 3
    training = lines["A small training"]
    assert "32 images" in training.told
    assert training.seconds


def test_missing_weights_are_told_with_their_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.jobs import ready_task

    elsewhere = {Backbone.LITE0: Published("no_such_package", "weights.pth", "0" * 64)}
    monkeypatch.setattr(weights, "PUBLISHED", elsewhere)
    monkeypatch.setattr(ready_task, "_network", lambda job: "It runs.")
    monkeypatch.setattr(ready_task, "_training", broken)
    lines = found(tmp_path)
    assert lines["Weights"].verdict is Verdict.NOT_READY
    assert "not installed" in lines["Weights"].told
    assert "requirements.txt" in lines["Weights"].fix
    assert lines["Pretrained network"].verdict is Verdict.READY
    assert lines["A small training"].verdict is Verdict.NOT_READY
    assert "the processor melted" in lines["A small training"].told


def broken(job: JobFolder) -> str:
    raise RuntimeError("the processor melted")


def test_what_was_not_tried_to_the_end_is_not_ready(tmp_path: Path) -> None:
    job = readying.plan(tmp_path / "job")
    job.queue()
    job.request_stop()
    perform(str(job.folder), job.attempt)
    assert job.state() is State.STOPPED
    (line,) = readying.tried_by(job)
    assert line.verdict is Verdict.NOT_READY
    assert line.fix == "Check again"


def test_an_engine_that_does_not_start_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.errors import EngineProblem

    def fail() -> object:
        raise EngineProblem("The engine does not start", "No memory", "See engine.log")

    monkeypatch.setattr(readying, "connect", fail)
    line = readying.engine_answers()
    assert line.verdict is Verdict.NOT_READY
    assert "No memory" in line.told
    assert line.fix == "See engine.log"
