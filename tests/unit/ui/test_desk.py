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

    def describe(self) -> dict[str, Any]:
        return {}

    def position(self, job: Any) -> int:
        self.asked.set()
        self.may_answer.wait(20)
        return 3


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
    assert places == [3, 3]


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
