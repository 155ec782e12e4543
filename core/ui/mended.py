"""What Streamlit 1.67 does wrong under load, mended from outside until it does it right."""

# ruff: noqa: SLF001 - there is no public place for it; tests/browser/test_redrawing.py holds it

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from streamlit import runtime
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import (
    RerunData,
    ScriptRequests,
    ScriptRequestType,
)

_A_MOMENT = 0.005  # seconds
_WAITING = "_firstlight_waiting"  # of a session: the turns that wait for what a runner still tells


def mend() -> None:
    """Mend Streamlit in this process; harmless where that was done before."""
    _wrap(AppSession, "_create_scriptrunner", _after_the_last_words)
    _wrap(ScriptRunner, "_run_script", _parts_of_this_page)
    _wrap(ScriptRequests, "_request_rerun_locked", _no_more_than_a_timer_may)


def _wrap(owner: type, name: str, mended: Callable[..., Any]) -> None:
    """Have ``mended`` called instead of a method, with the method before its arguments."""
    method = getattr(owner, name)
    if hasattr(method, "__wrapped__"):
        return

    @functools.wraps(method)
    def instead(self: Any, *arguments: Any) -> Any:
        return mended(method, self, *arguments)

    setattr(owner, name, instead)


def _after_the_last_words(create: Any, session: Any, data: RerunData) -> None:
    """Create a script runner once all is handled that the one before it has to tell.

    A part of a page that is drawn anew by a timer may ask for its next turn just when a run of
    the whole page has ended, and the server has not yet handled what that run drew. Streamlit
    then starts a new script runner at once and ignores whatever the one before it still had to
    tell: the page goes on showing what it showed before a click, or nothing at all. So such a
    turn waits until all of that is handled.

    What is asked for meanwhile takes the turn along, as Streamlit has it where both wait for the
    same runner. The turn must not come later by itself: it knows the widgets as they were before
    what the visitor did since, and would undo that.
    """
    waiting: ScriptRequests | None = session.__dict__.pop(_WAITING, None)
    if waiting is not None:
        waiting.request_rerun(data)
        data = _of(waiting)
    if session._scriptrunner is None or not (data.fragment_id or data.fragment_id_queue):
        create(session, data)
        return
    requests = ScriptRequests()
    requests.request_rerun(data)
    setattr(session, _WAITING, requests)

    def begin() -> None:
        if getattr(session, _WAITING, None) is not requests:
            return  # something else took the turn along
        if session._scriptrunner is not None:  # its last words are on their way
            session._event_loop.call_later(_A_MOMENT, begin)
            return
        delattr(session, _WAITING)
        turn = _of(requests)
        has_left = session._state is AppSessionState.SHUTDOWN_REQUESTED
        if not has_left and any(map(session.has_fragment, turn.fragment_id_queue)):
            create(session, turn)

    session._event_loop.call_soon(begin)


def _of(requests: ScriptRequests) -> RerunData:
    """All that ``requests`` has been asked for, made one."""
    return requests.on_scriptrunner_ready().rerun_data


def _parts_of_this_page(run: Any, runner: Any, data: RerunData) -> None:
    """Run what was asked for, but no part of a page that was left meanwhile.

    Such a part may have asked for its next turn just when another page began. The turn comes to
    little, but it tells the browser that it is on the page before, so that what the new page
    drew is thrown away: it stays blank, or the page before comes back. The part may have the
    name of one on the new page: the sidebar is alike on both.
    """
    if data.fragment_id_queue:
        there = [part for part in data.fragment_id_queue if runner._fragment_storage.contains(part)]
        page = runner._pages_manager.current_page_script_hash
        if not there or data.page_script_hash not in ("", page):
            return
        data = replace(data, fragment_id_queue=there)
        if data.is_auto_rerun and data.widget_states is None:  # see `_no_more_than_a_timer_may`
            data = replace(data, widget_states=WidgetStates())  # nothing new of any widget
    run(runner, data)


def _no_more_than_a_timer_may(ask: Any, requests: Any, data: RerunData) -> bool:
    """Note what is asked for; a timer asks for nothing but to draw its part anew.

    A turn of a timer tells of all widgets of the page, as the browser knows them. Where it comes
    while a click is being worked on, these are those from before the click: what took another
    value since, or another key, would get the old one back, its callback included. What somebody
    does, the browser tells by itself, so of a timer's turn the widgets are left out.

    Where a page is about to run as a whole, such a turn is left out altogether. Streamlit makes
    one of the two, on the page of the later: to leave a page would be undone by the timer of one
    of its parts.
    """
    waiting = requests._rerun_data if requests._state is ScriptRequestType.RERUN else None
    if data.is_auto_rerun:
        data = replace(data, widget_states=None)
        if data.fragment_id and waiting is not None and not waiting.fragment_id_queue:
            return True
    taken = bool(ask(requests, data))
    if taken and waiting is not None and not waiting.is_auto_rerun:
        # Somebody's click is among it, with its widgets: no timer's turn any more
        requests._rerun_data = replace(requests._rerun_data, is_auto_rerun=False)
    return taken


def end_expired_sessions() -> None:
    """End the sessions to which no browser can come back any more; some moments later.

    Streamlit keeps a session for two minutes after its browser has gone. Then it is out of reach,
    but stays, with its uploads and all that its pages knew, until the next browser goes: on a
    server that a class has left, the work of all of them until somebody else comes and goes.
    """
    server: Any = runtime.get_instance() if runtime.exists() else None
    sessions = getattr(server, "_session_mgr", None)
    if sessions is None:  # there is no server, or one that only stands in for it, as in AppTest
        return

    def end() -> None:
        with sessions._storage_lock:
            expired = sessions._session_storage._cache.expire()
        for _, found in expired:
            found.session.shutdown()

    with suppress(RuntimeError):  # the server has ended
        server._get_async_objs().eventloop.call_soon_threadsafe(end)
