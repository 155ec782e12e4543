"""A part of a page that asks for its next turn waits for what the page before it still tells."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest
from streamlit import runtime
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests
from streamlit.runtime.session_manager import SessionInfo
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

from core.ui import mended

TURN = RerunData(fragment_id="a part of the page")
PAGE = RerunData()


class Runner:
    """A script runner, what it was created for, and what it was asked for later."""

    def __init__(self, has_ended: bool, data: RerunData | None = None) -> None:
        self.has_ended, self.data = has_ended, data
        self.asked: list[Any] = []

    def request_rerun(self, data: Any) -> bool:
        self.asked.append(data)
        return not self.has_ended


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What happened, in order; runners that are created are noted here."""
    happened: list[str] = []

    def create(session: Any, data: Any) -> None:
        happened.append("a new runner")
        session._scriptrunner = Runner(has_ended=False, data=data)

    monkeypatch.setattr(AppSession, "_create_scriptrunner", create)
    mended.mend()
    mended.mend()  # once more does no harm
    return happened


def ask(
    told: list[str],
    runner: Runner | None,
    data: Any,
    *events: Any,
    state: AppSessionState = AppSessionState.APP_IS_RUNNING,
    has_part: bool = True,
) -> Any:
    """A session whose ``runner`` has ``events`` under way is asked for a run."""

    async def ask() -> Any:
        loop = asyncio.get_running_loop()
        session = SimpleNamespace(
            _scriptrunner=runner, _event_loop=loop, _state=state, has_fragment=lambda _: has_part
        )
        for event in events:
            loop.call_soon(event, session)
        AppSession._create_scriptrunner(session, data)  # type: ignore[arg-type]
        told.append("asked")
        while loop._ready or loop._scheduled:  # type: ignore[attr-defined]
            await asyncio.sleep(0)
        return session

    return asyncio.run(ask())


def drawn(told: list[str]) -> Any:
    """The last event of a runner, after which the session has none."""

    def handle(session: Any) -> None:
        told.append("what it drew")
        session._scriptrunner = None

    return handle


def test_what_the_page_drew_is_handled_first(told: list[str]) -> None:
    ask(told, Runner(has_ended=True), TURN, drawn(told))
    assert told == ["asked", "what it drew", "a new runner"]


def test_nothing_begins_where_the_part_or_the_visitor_has_gone(told: list[str]) -> None:
    ask(told, Runner(has_ended=True), TURN, drawn(told), has_part=False)
    gone = AppSessionState.SHUTDOWN_REQUESTED
    ask(told, Runner(has_ended=True), TURN, drawn(told), state=gone)
    assert told == ["asked", "what it drew"] * 2


def test_a_whole_page_begins_at_once(told: list[str]) -> None:
    ask(told, Runner(has_ended=True), PAGE)
    ask(told, None, PAGE)
    ask(told, None, TURN)
    assert told == ["a new runner", "asked"] * 3


def test_a_click_takes_a_turn_along_that_waits_and_is_not_undone_by_it(told: list[str]) -> None:
    """The turn knows the widgets as they were before the click."""

    def click(session: Any) -> None:
        session._scriptrunner = None  # told to stop
        AppSession._create_scriptrunner(session, RerunData(widget_states=switched(False)))

    before = RerunData(fragment_id="a part", widget_states=switched(True), is_auto_rerun=True)
    session = ask(told, Runner(has_ended=True), before, click)
    assert told == ["asked", "a new runner"]
    (widget,) = session._scriptrunner.data.widget_states.widgets
    assert not widget.bool_value
    assert not session._scriptrunner.data.fragment_id_queue  # the page with all of its parts
    assert not session._scriptrunner.asked


def test_turns_that_wait_begin_together_the_latest_widgets_of_all(told: list[str]) -> None:
    def another(session: Any) -> None:
        turn = RerunData(fragment_id="another part", widget_states=switched(False))
        AppSession._create_scriptrunner(session, turn)
        session._event_loop.call_later(0.01, drawn(told), session)

    before = RerunData(fragment_id="a part", widget_states=switched(True))
    session = ask(told, Runner(has_ended=True), before, another)
    assert told == ["asked", "what it drew", "a new runner"]
    assert session._scriptrunner.data.fragment_id_queue == ["a part", "another part"]
    (widget,) = session._scriptrunner.data.widget_states.widgets
    assert not widget.bool_value


def switched(on: bool) -> WidgetStates:
    """What a browser tells of one switch."""
    return WidgetStates(widgets=[WidgetState(id="switch", bool_value=on)])


@pytest.mark.parametrize(
    ("asked", "page", "ran"),
    [
        ([], "before", [[]]),
        (["gone"], "now", []),
        (["there"], "before", []),
        (["gone", "there"], "now", [["there"]]),
    ],
)
def test_a_part_of_a_page_that_was_left_does_not_run(
    monkeypatch: pytest.MonkeyPatch, asked: list[str], page: str, ran: list[list[str]]
) -> None:
    found: list[list[str]] = []
    monkeypatch.setattr(
        ScriptRunner, "_run_script", lambda _, data: found.append(data.fragment_id_queue)
    )
    mended.mend()
    runner: Any = SimpleNamespace(
        _fragment_storage=SimpleNamespace(contains=lambda part: part == "there"),
        _pages_manager=SimpleNamespace(current_page_script_hash="now"),
    )
    ScriptRunner._run_script(runner, RerunData(fragment_id_queue=asked, page_script_hash=page))
    assert found == ran


def test_to_leave_a_page_is_not_undone_by_its_timers() -> None:
    mended.mend()
    timer = RerunData(fragment_id="a part", page_script_hash="before", is_auto_rerun=True)
    requests = ScriptRequests()
    assert requests.request_rerun(RerunData(page_script_hash="next"))
    assert requests.request_rerun(timer)
    assert requests.on_scriptrunner_ready().rerun_data.page_script_hash == "next"
    assert requests.request_rerun(timer)  # nothing else is to come
    assert requests.on_scriptrunner_ready().rerun_data.fragment_id_queue == ["a part"]


def test_a_timer_does_not_tell_of_widgets_that_a_click_is_changing() -> None:
    mended.mend()
    timer = RerunData(fragment_id="a part", widget_states=switched(True), is_auto_rerun=True)
    click = RerunData(fragment_id="another", widget_states=switched(False))
    requests = ScriptRequests()
    assert requests.request_rerun(timer)
    assert requests.on_scriptrunner_ready().rerun_data.widget_states is None
    for order in ((timer, click), (click, timer)):
        for data in order:
            assert requests.request_rerun(data)
        found = requests.on_scriptrunner_ready().rerun_data
        assert found.fragment_id_queue == [data.fragment_id for data in order]
        assert found.widget_states == switched(False)
        again = ScriptRequests()  # a runner that is created for it
        assert again.request_rerun(found)
        assert again.on_scriptrunner_ready().rerun_data.widget_states == switched(False)


def test_a_turn_of_a_timer_has_nothing_new_of_any_widget(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[Any] = []
    monkeypatch.setattr(ScriptRunner, "_run_script", lambda _, data: found.append(data))
    mended.mend()
    runner: Any = SimpleNamespace(
        _fragment_storage=SimpleNamespace(contains=lambda part: True),
        _pages_manager=SimpleNamespace(current_page_script_hash="now"),
    )
    ScriptRunner._run_script(runner, RerunData(fragment_id_queue=["a part"], is_auto_rerun=True))
    ScriptRunner._run_script(runner, RerunData(fragment_id_queue=["a part"]))
    assert [data.widget_states for data in found] == [WidgetStates(), None]


class Gone:
    """The session of a browser that went."""

    def __init__(self, name: str, ended: list[str]) -> None:
        self.id, self._ended = name, ended

    def shutdown(self) -> None:
        self._ended.append(self.id)


def test_sessions_end_to_which_nobody_can_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[str] = []
    storage = MemorySessionStorage(ttl_seconds=120)
    manager: Any = WebsocketSessionManager(storage, Any, Any, None)  # type: ignore[arg-type]
    sessions = [Gone(name, ended) for name in ("long gone", "just gone")]
    for session in sessions:
        storage.save(SessionInfo(None, session, 1))  # type: ignore[arg-type]
    monkeypatch.setitem(storage._cache._expirations, "long gone", 0.0)

    async def tidy() -> None:
        loop = asyncio.get_running_loop()
        server = SimpleNamespace(
            _session_mgr=manager, _get_async_objs=lambda: SimpleNamespace(eventloop=loop)
        )
        monkeypatch.setattr(runtime, "exists", lambda: True)
        monkeypatch.setattr(runtime, "get_instance", lambda: server)
        mended.end_expired_sessions()
        await asyncio.sleep(0)

    asyncio.run(tidy())
    assert ended == ["long gone"]
    assert [found.session.id for found in storage.list()] == ["just gone"]


def test_without_a_server_there_are_no_sessions_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    mended.end_expired_sessions()
    monkeypatch.setattr(runtime, "exists", lambda: True)
    monkeypatch.setattr(runtime, "get_instance", lambda: MagicMock(spec=runtime.Runtime))
    mended.end_expired_sessions()
