"""Serve one small app for a test, with the project's theme, until the test is over."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE, free_port, stand_still, wait_until_healthy
from tests.conftest import ROOT


@contextmanager
def served(app: str, log: Path, *arguments: str, **settings: str) -> Iterator[str]:
    """Run ``app``, a file of this folder, with ``settings`` in its environment; its address."""
    port = free_port()
    script = Path(__file__).parent / app
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    command += ["--server.headless", "true", "--server.address", "127.0.0.1"]
    command += ["--server.port", str(port), "--", *arguments]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("STREAMLIT_")}
    environment |= {"PYTHONPATH": str(ROOT)} | settings
    with open(log, "wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_healthy(f"{url}/_stcore/health", process, log)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


@contextmanager
def opened(browser: Browser, url: str, **options: Any) -> Iterator[Page]:
    """A fresh page whose relative addresses are those of ``url``; fails if a script of it threw.

    Args:
        browser: that opens it.
        url: of the app.
        options: of the page's context; 1280 by 900 unless they say otherwise.
    """
    expect.set_options(timeout=PATIENCE)
    context = browser.new_context(
        **{"base_url": url, "viewport": {"width": 1280, "height": 900}, **options}
    )
    context.set_default_timeout(PATIENCE)
    stand_still(context)
    page = context.new_page()
    thrown: list[str] = []
    page.on("pageerror", lambda error: thrown.append(error.message))
    yield page
    context.close()
    assert not thrown
