"""How pages see the engine: ready, unless it owes somebody an answer for too long."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from core.ui import engine
from core.ui.engine import Desk, Status


class Slow:
    """An engine that answers what it is asked about jobs when it is let."""

    def __init__(self) -> None:
        self.may_answer, self.asked = threading.Event(), threading.Event()
        self.jobs = ["a", "b"]
        self.times = 0

    def describe(self) -> dict[str, Any]:
        return {}

    def queue(self) -> Line:
        self.times += 1
        self.asked.set()
        self.may_answer.wait(20)
        return Line(self.jobs)

    def withdraw(self, job: Any) -> None:
        self.jobs.remove(job)


class Line:
    """Who was in it when it was looked at."""

    def __init__(self, jobs: list[str]) -> None:
        self.jobs = list(jobs)

    def knows(self, job: Any) -> bool:
        return job in self.jobs

    def position(self, job: Any) -> int | None:
        return self.jobs.index(job) if job in self.jobs else None


class Waiting(str):
    """A job that can be asked to stop."""

    def request_stop(self) -> None:
        """Nobody looks."""


@pytest.fixture
def slow() -> Iterator[Slow]:
    made = Slow()
    yield made
    made.may_answer.set()


def desk_of(slow: Slow) -> Desk:
    desk = Desk(lambda: slow)  # type: ignore[arg-type, return-value]
    desk._order(lambda engine: engine).result(20)
    return desk


def test_a_question_of_another_visitor_does_not_make_the_engine_late(slow: Slow) -> None:
    desk = desk_of(slow)
    places: list[int | None] = []
    one = threading.Thread(target=lambda: places.append(desk.position("a")))  # type: ignore[arg-type]
    two = threading.Thread(target=lambda: places.append(desk.position("b")))  # type: ignore[arg-type]
    one.start()
    assert slow.asked.wait(20)
    two.start()
    assert desk.status is Status.READY
    slow.may_answer.set()
    for thread in (one, two):
        thread.join(20)
    assert sorted(places) == [0, 1]  # type: ignore[type-var]


def test_an_answer_that_is_overdue_does_until_it_comes(
    slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_PATIENCE", 0.01)
    desk = desk_of(slow)
    assert desk.position("a") is None  # type: ignore[arg-type]
    assert desk.status is Status.STARTING
    slow.may_answer.set()
    desk._order(lambda engine: engine).result(20)
    assert desk.status is Status.READY


def test_one_asks_for_all_who_wait(slow: Slow) -> None:
    slow.may_answer.set()
    desk = desk_of(slow)
    for job in ("a", "b", "a"):
        assert desk.knows(job)  # type: ignore[arg-type]
        assert desk.position(job) == "ab".index(job)  # type: ignore[arg-type]
    assert slow.times == 1


def test_a_queue_that_was_looked_at_serves_a_moment_only(
    slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_FRESH", 0.0)
    slow.may_answer.set()
    desk = desk_of(slow)
    slow.jobs.insert(0, "c")
    assert desk.position("a") == 1  # type: ignore[arg-type]
    slow.jobs.remove("c")
    assert desk.position("a") == 0  # type: ignore[arg-type]


def test_that_a_job_is_not_there_is_asked_anew(slow: Slow) -> None:
    slow.may_answer.set()
    desk = desk_of(slow)
    assert desk.knows("c") is False  # type: ignore[arg-type]
    slow.jobs.append("c")
    assert desk.knows("c") is True  # type: ignore[arg-type]


def test_who_was_taken_out_is_not_seen_there_any_more(slow: Slow) -> None:
    slow.may_answer.set()
    desk = desk_of(slow)
    job = Waiting("a")
    assert desk.knows(job)  # type: ignore[arg-type]
    desk.withdraw(job)  # type: ignore[arg-type]
    assert desk.knows(job) is False  # type: ignore[arg-type]
    assert desk.position("b") == 0  # type: ignore[arg-type]


def test_two_questions_of_a_page_are_on_their_way_at_once() -> None:
    both = threading.Barrier(2)

    class Meeting(Slow):
        def ask(self, function: str, *arguments: Any) -> str:
            both.wait(20)
            return function

    desk = desk_of(Meeting())
    answers = [desk.ask(name) for name in ("a:heat", "a:nearest")]
    assert [answer.result(20) for answer in answers] == ["a:heat", "a:nearest"]


def test_a_job_that_was_discarded_before_it_was_handed_over_is_nobodys_trouble(slow: Slow) -> None:
    def submit(job: Any) -> None:
        raise FileNotFoundError("events.jsonl")

    slow.submit = submit  # type: ignore[attr-defined]
    desk = desk_of(slow)
    desk.submit("gone")  # type: ignore[arg-type]
    desk._order(lambda engine: engine).result(20)
    assert desk.status is Status.READY
    assert desk.problem is None
