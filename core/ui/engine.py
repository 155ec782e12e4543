"""The engine as pages see it: takes work at once, connects in the background, never blocks.

A page may be drawn while the engine is still starting, or after it died. So nothing here waits
long: one thread talks to the engine, in order, and a page that asks gets no answer, instead of
a late one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from contextlib import suppress
from enum import StrEnum
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, Final, TypeVar

import streamlit as st

from core.errors import EngineProblem, Problem

if TYPE_CHECKING:
    from core.jobs import Engine, JobFolder
    from core.jobs.queue import Queue

_PATIENCE: Final = 0.8
_FRESH: Final = 0.5  # seconds for which a queue that was looked at answers whoever is in it
_HEAD_START: Final = 1.0  # for the first page: starting the engine takes all of a small computer
_AT_ONCE: Final = 2  # questions; a page has two about one image, and the way there takes longest
T = TypeVar("T")


class Status(StrEnum):
    """How things stand with the engine."""

    STARTING = "starting"
    READY = "ready"
    UNREACHABLE = "unreachable"


def connect() -> Engine:
    """Start the engine where none runs, and connect to it. Tests put a double in its place."""
    from core import jobs

    time.sleep(_HEAD_START)
    return jobs.connect()


class Desk:
    """Stands between pages and the engine, and takes what the engine takes.

    Args:
        connect: opens the engine; may take its time.

    Attributes:
        problem: why the engine is out of reach; None while it is not.
    """

    def __init__(self, connect: Callable[[], Engine]) -> None:
        self._connect = connect
        self._engine: Engine | None = None
        self._orders: SimpleQueue[tuple[Callable[[Engine], Any], Future[Any]]] = SimpleQueue()
        self._questions: SimpleQueue[tuple[str, tuple[Any, ...], Future[Any]]] = SimpleQueue()
        self._pending: set[JobFolder] = set()
        self._late: Future[Any] | None = None
        self._seen: tuple[float, Queue] | None = None
        self._withdrawn = float("-inf")
        self.problem: Problem | None = None
        threading.Thread(target=self._serve, name="engine-desk", daemon=True).start()
        for number in range(_AT_ONCE):
            name = f"engine-questions-{number}"
            threading.Thread(target=self._answer, name=name, daemon=True).start()
        self.retry()

    @property
    def status(self) -> Status:
        """How things stand, without asking the engine."""
        if self.problem is not None:
            return Status.UNREACHABLE
        ready = self._engine is not None and not self._is_late()
        return Status.READY if ready else Status.STARTING

    def retry(self) -> None:
        """Try to reach the engine once more, in the background."""
        self.problem = None
        self._order(lambda engine: engine.describe())

    def submit(self, job: JobFolder) -> None:
        """Hand ``job`` to the engine as soon as it answers; until then it counts as known."""
        self._pending.add(job)

        def hand_over(engine: Engine) -> None:
            try:
                with suppress(OSError):  # it was discarded meanwhile; the engine is as it was
                    engine.submit(job)
            finally:
                self._pending.discard(job)

        self._order(hand_over)

    def withdraw(self, job: JobFolder) -> None:
        """Take ``job``, which waits, out of the queue: at once as its page sees it."""
        job.request_stop()
        self._order(lambda engine: engine.withdraw(job))
        self._withdrawn, self._seen = time.monotonic(), None

    def knows(self, job: JobFolder) -> bool | None:
        """Whether the engine has ``job`` in hand or in its queue; None where it cannot tell now."""
        if job in self._pending:
            return True
        queue = self._queue(job)
        return queue.knows(job) if queue else None

    def position(self, job: JobFolder) -> int | None:
        """The place of ``job`` in the queue; None where that cannot be told now."""
        queue = None if job in self._pending else self._queue(job)
        return queue.position(job) if queue else None

    def ask(self, function: str, *arguments: Any) -> Future[Any]:
        """Ask the worker a short question: call ``module:function``; see `Engine.ask`.

        Questions have a line of their own, so that a slow answer holds up no job. Whoever does
        not care any more may cancel. What went wrong comes as a `Problem` of the future.
        """
        answer: Future[Any] = Future()
        self._questions.put((function, arguments, answer))
        return answer

    def _queue(self, job: JobFolder) -> Queue | None:
        """The queue, as it was a moment ago where ``job`` was in it; None where it is not told.

        Of many who wait, one asks for all. Only that a job is not there is always asked anew.
        """
        seen = self._seen
        if seen and time.monotonic() - seen[0] < _FRESH and seen[1].knows(job):
            return seen[1]
        asked = time.monotonic()
        queue = self._ask(lambda engine: engine.queue())
        if queue is not None and asked > self._withdrawn:
            self._seen = asked, queue
        return queue

    def _order(self, action: Callable[[Engine], Any]) -> Future[Any]:
        answer: Future[Any] = Future()
        self._orders.put((action, answer))
        return answer

    def _ask(self, action: Callable[[Engine], T]) -> T | None:
        if self._is_late():
            return None
        answer = self._order(action)
        try:
            found: T = answer.result(_PATIENCE)
        except TooLate:
            self._late = answer
            return None
        except Problem:
            return None
        return found

    def _is_late(self) -> bool:
        """Whether the engine still owes an answer for which somebody has waited long enough.

        A question that was asked just now, by another visitor perhaps, says nothing about it.
        """
        return self._late is not None and not self._late.done()

    def _serve(self) -> None:
        while True:
            action, answer = self._orders.get()
            try:
                if self._engine is None:
                    self._engine = self._connect()
                answer.set_result(action(self._engine))
                self.problem = None
            except Problem as problem:
                self._fail(problem, answer)
            except Exception as error:
                what = f"{type(error).__name__}: {error}"
                self._fail(EngineProblem("The engine does not work", what, "Try again"), answer)

    def _answer(self) -> None:
        while True:
            function, arguments, answer = self._questions.get()
            if not answer.set_running_or_notify_cancel():
                continue
            try:
                engine = self._order(lambda engine: engine).result()
                answer.set_result(engine.ask(function, *arguments))
            except Problem as problem:
                answer.set_exception(problem)
            except Exception as error:
                what = f"{type(error).__name__}: {error}"[:300]
                answer.set_exception(
                    EngineProblem("The engine could not answer", what, "Try again")
                )

    def _fail(self, problem: Problem, answer: Future[Any]) -> None:
        self.problem = problem
        answer.set_exception(problem)


@st.cache_resource(show_spinner=False)
def desk() -> Desk:
    """The one desk of this server; the first call begins to connect."""
    return Desk(connect)
