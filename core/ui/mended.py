"""What Streamlit 1.67 does wrong under load, mended from outside until it does it right."""

# ruff: noqa: SLF001 - there is no public place for it; tests/browser/test_redrawing.py holds it

from __future__ import annotations

import functools
from typing import Any

from streamlit import runtime
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

_A_MOMENT = 0.005  # seconds


def mend() -> None:
    """Mend Streamlit in this process; harmless where that was done before."""
    create = AppSession._create_scriptrunner
    if hasattr(create, "__wrapped__"):
        return

    @functools.wraps(create)
    def after_the_last_words(session: AppSession, data: RerunData) -> None:
        _after_the_last_words(session, create, data)

    AppSession._create_scriptrunner = after_the_last_words  # type: ignore[method-assign, assignment]


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
            create(session, data)

    if session._scriptrunner is None or not data.fragment_id:
        create(session, data)
    else:
        session._event_loop.call_soon(begin)


def end_expired_sessions() -> None:
    """End the sessions to which no browser can come back any more; some moments later.

    Streamlit keeps a session for two minutes after its browser has gone. Then it is out of reach,
    but stays, with its uploads and all that its pages knew, until the next browser goes: on a
    server that a class has left, the work of all of them until somebody else comes and goes.
    """
    if not runtime.exists():
        return
    server: Any = runtime.get_instance()
    sessions = server._session_mgr

    def end() -> None:
        with sessions._storage_lock:
            expired = sessions._session_storage._cache.expire()
        for _, found in expired:
            found.session.shutdown()

    server._get_async_objs().eventloop.call_soon_threadsafe(end)
