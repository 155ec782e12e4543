"""Pages while the engine starts, and when it cannot be reached: shown, never in the way."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from itertools import chain, repeat

import pytest
from streamlit.testing.v1 import AppTest

from core.errors import EngineProblem
from core.jobs import JobFolder, State, runs_of
from core.project import Project
from core.ui import engine
from core.ui.engine import Desk, Status
from tests.pages.conftest import NotingEngine, press, shown

OpenPage = Callable[..., AppTest]
TRAIN = "pages/5_train.py"


@pytest.fixture
def slow_start(monkeypatch: pytest.MonkeyPatch, open_page: OpenPage) -> Iterator[threading.Event]:
    """An engine that connects when the event is set."""
    ready = threading.Event()
    noting = NotingEngine()

    def connect() -> NotingEngine:
        assert ready.wait(20)
        return noting

    monkeypatch.setattr(engine, "connect", connect)
    engine.desk.clear()
    yield ready
    ready.set()


def test_a_starting_engine_holds_nothing_up(
    slow_start: threading.Event, open_page: OpenPage, filled_project: Project
) -> None:
    app = open_page(TRAIN, project=filled_project.id)
    assert "Engine is starting" in shown(app)
    press(app, "Train")
    assert not app.exception
    (run,) = runs_of(filled_project)
    assert "Waiting for the engine to start" in app.get("progress")[0].proto.text
    slow_start.set()
    assert settled(engine.desk()) is Status.READY
    assert engine.desk().knows(run)
    assert run.attempt == 1


def test_an_engine_that_comes_and_goes_swallows_no_click(
    noting_engine: NotingEngine,
    open_page: OpenPage,
    filled_project: Project,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """On a busy server its state differs from one look to the next, while a page is drawn."""
    app = open_page(TRAIN, project=filled_project.id)
    states = chain((Status.STARTING,), repeat(Status.READY))
    monkeypatch.setattr(Desk, "status", property(lambda desk: next(states)))
    press(app, "Train")
    assert not app.exception
    assert len(runs_of(filled_project)) == 1


def test_an_engine_out_of_reach_is_shown(
    monkeypatch: pytest.MonkeyPatch, open_page: OpenPage, filled_project: Project
) -> None:
    def connect() -> NotingEngine:
        raise EngineProblem("The engine does not start", "No memory", "Close something")

    monkeypatch.setattr(engine, "connect", connect)
    engine.desk.clear()
    assert settled(engine.desk()) is Status.UNREACHABLE
    app = open_page(TRAIN, project=filled_project.id)
    assert not app.exception
    assert "Engine out of reach" in shown(app)
    monkeypatch.setattr(engine.desk(), "_connect", NotingEngine)
    press(app, "Try again")
    assert settled(engine.desk()) is Status.READY
    assert "Engine ready" in shown(app.run())


def test_work_given_in_early_counts_as_known_until_it_is_handed_over(
    filled_project: Project,
) -> None:
    ready = threading.Event()
    noting = NotingEngine()

    def connect() -> NotingEngine:
        assert ready.wait(20)
        return noting

    desk = Desk(connect)  # type: ignore[arg-type]
    job = JobFolder.create(filled_project.jobs / "job", "check", {})
    desk.submit(job)
    assert desk.knows(job)
    assert job.state(desk.knows(job)) is State.QUEUED
    ready.set()
    assert settled(desk) is Status.READY
    assert noting.jobs == [job]


def test_a_failure_that_nobody_foresaw_is_a_problem_too() -> None:
    def connect() -> NotingEngine:
        raise RuntimeError("boom")

    desk = Desk(connect)  # type: ignore[arg-type]
    assert settled(desk) is Status.UNREACHABLE
    assert "RuntimeError: boom" in str(desk.problem)


def settled(desk: Desk) -> Status:
    """How the desk stands once it has done all that was asked of it so far."""
    desk._order(lambda engine: None).exception(20)
    return desk.status
