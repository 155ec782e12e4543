"""A visitor without a browser: one WebSocket session against the real server.

It says and hears what Streamlit's page would: widget states one way, elements the other; it turns
fragments that have a timer and fetches the pictures. Thirty real browsers would measure how fast
one machine draws thirty pages; this measures how fast the server answers.
"""

from __future__ import annotations

import asyncio
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from urllib3.util import Retry
from websockets.asyncio.client import ClientConnection, connect

_MEDIA = re.compile(rb"/media/[0-9a-f]+\.\w+")
_DONE = ForwardMsg.FINISHED_SUCCESSFULLY
_LARGEST = 2**28  # bytes of one message


@dataclass
class Shown:
    """What the page shows now.

    Attributes:
        ids: of the widgets, by kind and label.
        links: to pages, by label: hash of the page and query.
        elements: all of them, as they came.
    """

    ids: dict[tuple[str, str], str] = field(default_factory=dict)
    links: dict[str, tuple[str, str]] = field(default_factory=dict)
    elements: list[bytes] = field(default_factory=list)

    def says(self, words: str) -> bool:
        """Whether ``words`` stand somewhere."""
        sought = words.encode()
        return any(sought in element for element in self.elements)


class Session:
    """One open tab; an asynchronous context.

    Args:
        url: address of the server.
        cookies: what the visitor's browser keeps.
        seeks: what to look out for in everything that comes.
    """

    def __init__(self, url: str, cookies: dict[str, str], seeks: re.Pattern[bytes]) -> None:
        self.shown = Shown()
        self.seen: set[bytes] = set()  # what `seeks` found in all messages so far
        self._url, self._cookies, self._seeks = url, dict(cookies), seeks
        self._states: dict[str, WidgetState] = {}
        self._page, self._query, self._id = "", "", ""
        self._begun = self._finished = 0  # runs of the whole page: how many, and the last to end
        self._news = asyncio.Condition()
        self._timers: dict[str, asyncio.Task[None]] = {}
        self._fetched: set[bytes] = set()
        self._web = requests.Session()
        self._web.mount(url, HTTPAdapter(max_retries=Retry(2)))  # as browsers do

    async def __aenter__(self) -> Session:
        answer = await asyncio.to_thread(self._web.get, f"{self._url}/_stcore/health", timeout=60)
        self._cookies |= {name: value or "" for name, value in answer.cookies.items()}
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        token = self._cookies.get("_streamlit_xsrf", "")
        self._socket: ClientConnection = await connect(
            self._url.replace("http", "ws", 1) + "/_stcore/stream",
            additional_headers={"Cookie": cookie},
            subprotocols=[name for name in ("streamlit", token) if name],  # type: ignore[misc]
            origin=self._url,  # type: ignore[arg-type]
            max_size=_LARGEST,
        )
        self._ears = asyncio.create_task(self._listen())
        await self.run()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for task in (self._ears, *self._timers.values()):
            task.cancel()
        await self._socket.close()
        self._web.close()

    async def run(self, *triggers: WidgetState) -> float:
        """Have the page run; returns the seconds until all of it was here."""
        began, before = time.perf_counter(), self._begun
        await self._ask(triggers)
        await self.until(lambda: self._finished > before)  # not one that was under way
        return time.perf_counter() - began

    async def follow(self, label: str) -> float:
        """Go to another page by its link; returns the seconds until all of it was here."""
        await self.until(lambda: label in self.shown.links)
        self._page, self._query = self.shown.links[label]
        return await self.run()

    async def press(self, label: str) -> float:
        """Click a button as soon as there is one; returns the seconds until the page has run."""
        await self.until(lambda: ("button", label) in self.shown.ids)
        return await self.run(WidgetState(id=self.shown.ids["button", label], trigger_value=True))

    async def fill(self, label: str, text: str) -> None:
        """Type into a field."""
        await self.until(lambda: ("text_input", label) in self.shown.ids)
        key = self.shown.ids["text_input", label]
        self._states[key] = WidgetState(id=key, string_value=text)
        await self.run()

    async def upload(self, label: str, name: str, content: bytes) -> None:
        """Hand a file to the uploader whose label begins with ``label``."""
        key = next(
            key
            for (kind, text), key in self.shown.ids.items()
            if kind == "file_uploader" and text.startswith(label)
        )
        file = str(uuid.uuid4())
        address = f"{self._url}/_stcore/upload_file/{self._id}/{file}"
        headers = {"X-Xsrftoken": self._cookies.get("_streamlit_xsrf", "")}
        answer = await asyncio.to_thread(
            self._web.put, address, files={"file": (name, content)}, headers=headers, timeout=300
        )
        answer.raise_for_status()
        state = WidgetState(id=key)
        info = state.file_uploader_state_value.uploaded_file_info.add()
        info.file_id, info.name, info.size = file, name, len(content)
        self._states[key] = state
        await self.run()

    def shows(self, kind: str, label: str) -> bool:
        """Whether there is such a widget."""
        return (kind, label) in self.shown.ids

    async def until(self, holds: Callable[[], bool]) -> None:
        """Return as soon as ``holds``, asked after each message."""
        async with self._news:
            await self._news.wait_for(lambda: holds() or self._ears.done())
        if self._ears.done():
            self._ears.result()
            raise ConnectionError("the server closed the session")

    async def _ask(self, triggers: tuple[WidgetState, ...] = (), fragment: str = "") -> None:
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string, asked.page_script_hash = self._query, self._page
        asked.fragment_id, asked.is_auto_rerun = fragment, bool(fragment)
        asked.widget_states.widgets.extend([*self._states.values(), *triggers])
        asked.context_info.url = self._url
        await self._socket.send(message.SerializeToString())

    async def _listen(self) -> None:
        try:
            async for raw in self._socket:
                assert isinstance(raw, bytes)
                self.seen |= set(self._seeks.findall(raw))
                await self._hear(ForwardMsg.FromString(raw), raw)
                self._fetch(raw)
                async with self._news:
                    self._news.notify_all()
        finally:
            async with self._news:
                self._news.notify_all()

    async def _hear(self, message: ForwardMsg, raw: bytes) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._begin(message)
        elif kind == "delta":
            self._note(message.delta, raw)
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            turn = message.auto_rerun
            self._turn(turn.fragment_id, turn.interval)
        elif kind == "script_finished" and message.script_finished == _DONE:
            self._finished = self._begun

    def _begin(self, message: ForwardMsg) -> None:
        begun = message.new_session
        self._id = begun.initialize.session_id or self._id
        if message.metadata.run.fragment_ids:
            return
        self._begun += 1
        if begun.page_script_hash != self._page:
            self._states.clear()
        self._page, self.shown = begun.page_script_hash, Shown()
        for task in self._timers.values():
            task.cancel()
        self._timers.clear()

    def _note(self, delta: Delta, raw: bytes) -> None:
        if delta.WhichOneof("type") != "new_element":
            return
        element: Element = delta.new_element
        kind = str(element.WhichOneof("type"))
        shown: Any = getattr(element, kind, None)
        self.shown.elements.append(raw)
        if kind == "page_link":
            self.shown.links[shown.label] = (shown.page_script_hash, shown.query_string)
        elif hasattr(shown, "label") and not getattr(shown, "disabled", False):
            self.shown.ids[kind, shown.label] = getattr(shown, "id", "")

    def _turn(self, fragment: str, seconds: float) -> None:
        async def turning() -> None:
            while True:
                await asyncio.sleep(seconds)
                await self._ask(fragment=fragment)

        if fragment not in self._timers:
            self._timers[fragment] = asyncio.create_task(turning())

    def _fetch(self, raw: bytes) -> None:
        new = set(_MEDIA.findall(raw)) - self._fetched
        self._fetched |= new
        for path in new:
            address = self._url + path.decode()
            asyncio.get_running_loop().run_in_executor(None, self._get, address)

    def _get(self, address: str) -> None:
        self._web.get(address, timeout=60)
