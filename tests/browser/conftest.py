"""The real server and a real browser. Tests wait on what is seen; none sleeps.

``page`` is open on nothing: begin with ``page.goto("/")`` or a deep link such as ``"/train"``.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psutil
import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    expect,
    sync_playwright,
)

from tests import find_browser
from tests.conftest import ROOT

PATIENCE = 60_000  # milliseconds that a page of a busy machine may take to show something
MOST_SHOWN = 3_000  # characters of a page that are told beside a failure
START = 60.0  # seconds that the server may take to answer
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Server:
    """A running First Light: its address, its FIRSTLIGHT_HOME, its process and what it printed."""

    url: str
    home: Path
    pid: int
    log: Path


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The browser's program; `make test` installs one where there is none."""
    path = find_browser.find()
    if path is None:
        pytest.skip("no Chromium or Chrome: CHROMIUM can name one, 'make test' installs one")
    return path


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """First Light as users start it, on a free port and with a workspace of its own."""
    with running(tmp_path_factory.mktemp("server")) as started:
        yield started


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[Server]:
    """First Light with its workspace in ``folder``, and ``settings`` in its environment."""
    home, log = folder / "home", folder / "server.log"
    home.mkdir()
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    command += ["--server.headless", "true", "--server.address", "127.0.0.1"]
    command += ["--server.port", str(port)]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("STREAMLIT_")}
    environment |= {"FIRSTLIGHT_HOME": str(home)} | settings
    with open(log, "wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_healthy(f"{url}/_stcore/health", process, log)
        yield Server(url, home, process.pid, log)
    finally:
        end_all(process.pid, home)
        process.wait()


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    """Headless Chromium, once for all tests."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_FLAGS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh page, 1280 by 800; relative addresses are the server's.

    The test fails if a script of the page threw. What the page showed in the end, what it wrote to
    the console as an error, and what the server wrote meanwhile, is shown beside any failure.
    """
    expect.set_options(timeout=PATIENCE)
    context = browser.new_context(
        base_url=server.url, viewport={"width": 1280, "height": 800}, accept_downloads=True
    )
    context.set_default_timeout(PATIENCE)
    stand_still(context)
    opened = context.new_page()
    thrown: list[str] = []
    logged: list[str] = []

    def on_error(error: Error) -> None:
        thrown.append(error.stack or error.message)

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            logged.append(message.text)

    opened.on("pageerror", on_error)
    opened.on("console", on_console)
    before = server.log.stat().st_size
    yield opened
    tell_what_is_shown(context, request.node)
    context.close()
    said = server.log.read_bytes()[before:].decode(errors="replace")
    for source, text in (("browser console", "\n".join(logged)), ("server", said)):
        if text:
            request.node.add_report_section("teardown", source, text)
    assert not thrown, "a script of the page threw:\n" + "\n".join(thrown)


def stand_still(context: BrowserContext) -> None:
    """Have what opens and closes on the pages of ``context`` do so at once.

    Streamlit takes half a second to open an expander. A test clicks into it meanwhile, and the
    button comes up over something else than it went down on: that is no click.
    """
    context.add_init_script(
        """const animate = Element.prototype.animate;
        Element.prototype.animate = function (...told) {
          const made = animate.apply(this, told);
          if (made.effect.getComputedTiming().endTime !== Infinity) made.finish();
          return made;
        };"""
    )


def tell_what_is_shown(context: BrowserContext, node: pytest.Item) -> None:
    """Keep in words what the pages of ``context`` show, to be read beside a failure."""
    for opened in context.pages:
        with suppress(Error):  # it is about to change, or has gone
            seen = opened.locator("body").aria_snapshot(timeout=5_000)
            node.add_report_section("teardown", f"page {opened.url}", seen[-MOST_SHOWN:])


@pytest.fixture
def screenshot() -> Callable[[Page, str], None]:
    """Call it as ``screenshot(page, "train-dark")``.

    Saves the whole page as a PNG into the folder that ``FIRSTLIGHT_SHOTS`` names; does nothing
    where that is not set.
    """

    def save(page: Page, name: str) -> None:
        folder = os.environ.get("FIRSTLIGHT_SHOTS")
        if not folder:
            return
        Path(folder).mkdir(parents=True, exist_ok=True)
        for passing in ("stSkeleton", "stStatusWidget"):
            expect(page.get_by_test_id(passing)).to_have_count(0)
        seen = page.viewport_size
        # Streamlit scrolls inside the page: make the window as tall as what it holds.
        tall = page.evaluate(
            """() => Math.max(...['stMain', 'stSidebarContent'].map(
                id => document.querySelector(`[data-testid=${id}]`)?.scrollHeight ?? 0))"""
        )
        if seen and tall > seen["height"]:
            page.set_viewport_size({"width": seen["width"], "height": tall})
        page.evaluate("() => document.fonts.ready.then(() => null)")
        page.screenshot(path=Path(folder) / f"{name}.png", animations="disabled")
        if seen:
            page.set_viewport_size(seen)

    return save


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return once ``url`` answers; fail with the log if the process ends or takes too long."""
    deadline = time.monotonic() + START
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"the server did not start:\n{log.read_text(errors='replace')}")


def end_all(server: int, home: Path) -> None:
    """End the server, and then the engine it started: every process that works in ``home``.

    In this order, since a server that still lives brings back an engine that died. The engine is
    detached and may still be on its way up, so neither the server's children nor ``engine.json``
    tell all of it.
    """
    end([psutil.Process(server)])
    while found := [process for process in psutil.process_iter() if works_in(process, home)]:
        end(found)


def end(processes: list[psutil.Process]) -> None:
    """End ``processes``: ask first, then insist."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, alive = psutil.wait_procs(processes, timeout=10)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=10)


def works_in(process: psutil.Process, home: Path) -> bool:
    """Whether ``home`` is the workspace of ``process``."""
    try:
        return process.environ().get("FIRSTLIGHT_HOME") == str(home)
    except (psutil.Error, OSError):
        return False
