"""First Light's server and a browser, as a person has them."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

import psutil

from tests import find_browser
from tests.benchmarks.processes import ROOT, Failed, end, environment, last_words, stop_engine

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

START = 60.0  # seconds that the server may take to answer
PATIENCE = 180_000  # milliseconds that a page may take
CALM = "[data-testid=stApp][data-test-script-state=notRunning]"
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


@dataclass(frozen=True)
class Server:
    """A server that was started; it may not answer yet.

    Attributes:
        url: its address.
        pid: its process.
        began: when it was started, by `time.perf_counter`.
    """

    url: str
    pid: int
    began: float


@contextmanager
def served(
    home: Path,
    settings: Mapping[str, str] = MappingProxyType({}),
    must_live: bool = True,
    folder: Path = ROOT,
    python: str = sys.executable,
) -> Iterator[Server]:
    """Start the server as `make run` does; ends it, and the engine that it started.

    Args:
        home: the workspace.
        settings: of the environment, besides the usual ones.
        must_live: whether it is a failure that the server ends by itself.
        folder: whose ``streamlit_app.py`` is served.
        python: with the packages that it needs.
    """
    home.mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [python, "-m", "streamlit", "run", "streamlit_app.py"]
    command += ["--server.headless", "true", "--server.address", "127.0.0.1"]
    command += ["--server.port", str(port)]
    log = home.with_suffix(".log")
    with open(log, "wb") as output:
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment(home) | dict(settings),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        yield Server(url, process.pid, began)
        if must_live and process.poll() is not None:
            raise Failed(f"the server ended: {last_words(log.read_text(errors='replace'))}")
    finally:
        end([psutil.Process(process.pid)] if process.poll() is None else [])
        process.wait()
        stop_engine(home)


def wait_until_answering(server: Server) -> None:
    """Return as soon as the server answers.

    Raises:
        Failed: it takes too long.
    """
    while time.perf_counter() - server.began < START:
        try:
            with urlopen(f"{server.url}/_stcore/health", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.02)
    raise Failed("the server did not start")


@contextmanager
def browser() -> Iterator[Browser]:
    """Headless Chromium.

    Raises:
        Failed: there is none.
    """
    path = find_browser.find()
    if path is None:
        raise Failed("there is no Chromium or Chrome; CHROMIUM can name one")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield started
        finally:
            started.close()


def open_page(started: Browser, server: Server) -> Page:
    """A fresh page; relative addresses are the server's."""
    context = started.new_context(base_url=server.url, viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE)
    return context.new_page()


def wait_until_calm(page: Page) -> None:
    """Return once the page's script has run to its end."""
    page.wait_for_selector(CALM, timeout=PATIENCE)


def peak_mb(process: psutil.Process) -> float:
    """The most resident memory the process had, in MB; what it has now where nobody tells."""
    status = Path(f"/proc/{process.pid}/status")
    if status.is_file():
        lines = status.read_text(encoding="utf-8").splitlines()
        found = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
        return 1024 * int(found[0]) / 1e6
    return float(process.memory_info().rss / 1e6)
