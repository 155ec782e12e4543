"""Short questions of a page to the worker: asked once, answered when it can, never waited for long.

A page asks and draws what it has. While an answer is on its way, a small part of the page looks
again from time to time, and has the page drawn anew when it is there.
"""

from __future__ import annotations

import json
import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from typing import Any, Final

import streamlit as st

from core.errors import Problem
from core.ui import problems
from core.ui.engine import Status, desk
from core.ui.redrawing import redraw
from core.words import plain

PATIENCE: Final = 0.7  # seconds that a page waits for an answer before it is drawn without
_REST: Final = 5.0  # seconds until a question that failed is asked anew
_EVERY: Final = 0.4  # seconds between two looks
_WHY: Final = {
    Status.STARTING: "The engine is getting ready. The rest comes by itself, in a few seconds.",
    Status.UNREACHABLE: "The engine is out of reach, so there are no new pictures. "
    "You can go on: what you choose is kept.",
}


class Question:
    """One question, and its answer once it is there. Shared between visitors who ask the same.

    Args:
        function: ``module:function`` for the worker. Where it answers None, the worker is not
            ready yet, and the question is asked again.
        arguments: plain values.

    Attributes:
        is_early: the worker was asked, and is still warming up.
        told: when somebody was told that it failed; None while nobody was.
    """

    def __init__(self, function: str, arguments: tuple[Any, ...]) -> None:
        self._function, self._arguments = function, arguments
        self._answer: Future[Any] | None = None
        self.is_early = False
        self.told: float | None = None

    def answer(self, patience: float = PATIENCE) -> Any:
        """The answer; None while it is not there, or nobody can be asked.

        Raises:
            Problem: the worker could not answer. It is asked anew some seconds after that was
                told, or after `forget`.
        """
        asked = self._answer
        if asked is None or self._is_stale(asked):
            self.forget()
            if desk().status is Status.UNREACHABLE:
                return None
            self._answer = asked = desk().ask(self._function, *self._arguments)
        try:
            found = asked.result(patience)
        except TooLate:
            return None
        self.is_early = found is None
        return found

    def forget(self) -> None:
        """Ask anew the next time."""
        self._answer = self.told = None

    def _is_stale(self, asked: Future[Any]) -> bool:
        if not asked.done():
            return False
        if asked.exception() is not None:
            return self.told is not None and time.monotonic() - self.told > _REST
        return asked.result() is None


def question(function: str, *arguments: Any) -> Question:
    """The question with these ``arguments``, which are plain values: the same while it is kept."""
    return _question(function, json.dumps(arguments, sort_keys=True), arguments)


@st.cache_resource(max_entries=256, show_spinner=False)
def _question(function: str, content: str, _arguments: tuple[Any, ...]) -> Question:
    return Question(function, _arguments)


def answered(asked: Question, silent: bool = False, patience: float = PATIENCE) -> Any:
    """The answer to draw now, or None; says why, unless ``silent``, where that is worth a word.

    Args:
        asked: the question.
        silent: say little: another part of the page says why.
        patience: seconds to wait for the answer.
    """
    try:
        found = asked.answer(patience)
    except Problem as problem:
        asked.told = asked.told or time.monotonic()
        if silent:
            st.caption(f"Not all of this can be drawn now. {plain(problem.title)}.")
        else:
            problems.show(problem)
            key = f"again-{id(asked)}"  # several may fail on one page
            st.button("Try again", icon=":material/refresh:", key=key, on_click=asked.forget)
        return None
    status = Status.STARTING if asked.is_early else desk().status
    if found is None and not silent and status in _WHY:
        st.caption(f":material/hourglass_top: {_WHY[status]}")
    return found


def is_on_its_way(asked: Question) -> bool:
    """Whether the worker has the question and will answer it without anybody's doing."""
    return asked.told is None and not asked.is_early and desk().status is Status.READY


def look_again(*asked: Question) -> None:
    """Draw this page anew as soon as one of these questions is answered."""
    open_ones = [one for one in asked if one.told is None]
    if not open_ones or desk().status is Status.UNREACHABLE:
        return

    def look() -> None:
        if any(_is_over(one) for one in open_ones):
            st.rerun()

    redraw(look, _EVERY)


def _is_over(asked: Question) -> bool:
    try:
        return asked.answer(0) is not None
    except Problem:
        return True  # the page says what went wrong
