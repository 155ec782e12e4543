"""A part of a page that asks for its next turn waits for what the page before it still tells."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.runtime.app_session import AppSession

from core.ui import mended

TURN = SimpleNamespace(fragment_id="a part of the page")
PAGE = SimpleNamespace(fragment_id=None)


class Runner:
    """A script runner that takes requests until it has ended."""

    def __init__(self, has_ended: bool) -> None:
        self.has_ended = has_ended
        self.asked: list[Any] = []

    def request_rerun(self, data: Any) -> bool:
        if not self.has_ended:
            self.asked.append(data)
        return not self.has_ended


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What happened, in order; runners that are created are noted here."""
    happened: list[str] = []

    def create(session: Any, data: Any) -> None:
        happened.append("a new runner")
        session._scriptrunner = Runner(has_ended=False)

    monkeypatch.setattr(AppSession, "_create_scriptrunner", create)
    mended.mend()
    mended.mend()  # once more does no harm
    return happened


def ask(told: list[str], runner: Runner | None, data: Any, *events: Any) -> Any:
    """A session whose ``runner`` has ``events`` under way is asked for a run."""

    async def ask() -> Any:
        session = SimpleNamespace(_scriptrunner=runner, _event_loop=asyncio.get_running_loop())
        for event in events:
            session._event_loop.call_soon(event, session)
        AppSession._create_scriptrunner(session, data)  # type: ignore[arg-type]
        told.append("asked")
        await asyncio.sleep(0)
        return session

    return asyncio.run(ask())


def test_what_the_page_drew_is_handled_first(told: list[str]) -> None:
    ask(told, Runner(has_ended=True), TURN, lambda session: told.append("what it drew"))
    assert told == ["asked", "what it drew", "a new runner"]


def test_a_whole_page_begins_at_once(told: list[str]) -> None:
    ask(told, Runner(has_ended=True), PAGE)
    ask(told, None, PAGE)
    ask(told, None, TURN)
    assert told == ["a new runner", "asked"] * 3


def test_a_run_that_began_meanwhile_takes_the_turn(told: list[str]) -> None:
    newer = Runner(has_ended=False)

    def click(session: Any) -> None:
        session._scriptrunner = newer

    ask(told, Runner(has_ended=True), TURN, click)
    assert told == ["asked"]
    assert newer.asked == [TURN]
