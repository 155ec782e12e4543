"""What Streamlit 1.67 does wrong under load, mended from outside until it does it right."""

# ruff: noqa: SLF001 - there is no public place for it; tests/browser/test_redrawing.py holds it

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.scriptrunner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

_A_MOMENT = 0.005  # seconds


def mend() -> None:
    """Mend Streamlit in this process; harmless where that was done before."""
    _wrap(AppSession, "_create_scriptrunner", _after_the_last_words)
    _wrap(ScriptRunner, "request_rerun", _whole)


def _wrap(owner: Any, name: str, mended: Callable[[Any, Any, RerunData], Any]) -> None:
    """Have ``mended`` called, with the method ``name`` of ``owner`` as it was, in its place."""
    method = getattr(owner, name)
    if hasattr(method, "__wrapped__"):
        return

    @functools.wraps(method)
    def call(self: Any, data: RerunData) -> Any:
        return mended(self, method, data)

    setattr(owner, name, call)


def _after_the_last_words(session: Any, create: Any, data: RerunData) -> None:
    """Create a script runner once all is handled that the one before it has to tell.

    A part of a page that is drawn anew by a timer may ask for its next turn just when a run of
    the whole page has ended, and the server has not yet handled what that run drew. Streamlit
    then starts a new script runner at once and ignores whatever the one before it still had to
    tell: the page goes on showing what it showed before a click, or nothing at all. So such a
    turn waits until all of that is handled, also of a run that began and ended meanwhile.
    """

    def begin() -> None:
        runner = session._scriptrunner
        if session._state is AppSessionState.SHUTDOWN_REQUESTED:
            return
        if runner is not None:
            if not runner.request_rerun(data):  # it has ended; its last words are on their way
                session._event_loop.call_later(_A_MOMENT, begin)
        elif session.has_fragment(data.fragment_id):
            create(session, _sent_whole(data))

    if session._scriptrunner is None or not data.fragment_id:
        create(session, data)
    else:
        session._event_loop.call_soon(begin)


def _whole(runner: Any, request: Any, data: RerunData) -> bool:
    """Ask a runner that is at work for another run, which will send all that it draws.

    With each request a browser says which large elements it still holds, and Streamlit sends a
    word in their place. Where another run ends before the one that was asked for begins, the
    browser lets go of elements meanwhile, and answers such a word with a connection error.
    """
    answer: bool = request(runner, _sent_whole(data))
    return answer


def _sent_whole(data: RerunData) -> RerunData:
    return replace(data, cached_message_hashes=frozenset())
