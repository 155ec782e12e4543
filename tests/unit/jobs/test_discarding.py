"""A run that is thrown away while it is at work goes as soon as it has stopped."""

from __future__ import annotations

import pytest

from core.jobs import tasks
from core.jobs.discarding import clear, discard, sweep
from core.jobs.run import Run, runs_of
from core.project import Project
from core.settings import SplitSettings, TrainSettings


@pytest.fixture
def run(project: Project) -> Run:
    planned = Run.plan(project, TrainSettings(), SplitSettings())
    planned.queue()
    return planned


def test_a_run_at_work_is_stopped_hidden_and_goes_when_it_has_ended(
    project: Project, run: Run
) -> None:
    run.emit("started", attempt=run.attempt)
    with run.hold():
        discard(run)
        assert run.stop_requested()
        assert runs_of(project) == []
        sweep(project)
        assert run.folder.is_dir()
    run.emit("stopped")
    sweep(project)
    assert not run.folder.exists()


def test_one_that_waits_or_has_ended_goes_at_once(project: Project, run: Run) -> None:
    discard(run)
    assert list(project.runs.iterdir()) == []
    discard(run)  # by another page


def test_one_that_was_interrupted_meanwhile_goes(project: Project, run: Run) -> None:
    run.emit("started", attempt=run.attempt)
    with run.hold():
        discard(run)
    sweep(project)
    assert not run.folder.exists()


def test_the_worker_itself_clears_away_what_it_has_stopped(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def work(job: Run) -> None:
        discard(Run(job.folder))
        job.check_stop()

    monkeypatch.setattr(tasks, "_wait_until_warm", lambda job: None)
    monkeypatch.setattr(tasks, "load", lambda target: work)
    tasks.perform(str(run.folder), run.attempt)
    assert not run.folder.exists()


def test_other_runs_are_left_alone(project: Project, run: Run) -> None:
    clear(run.folder)
    sweep(project)
    assert runs_of(project) == [run]
