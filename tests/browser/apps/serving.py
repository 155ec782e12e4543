"""Serve one small app for a test, with the project's theme, until the test is over."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser.conftest import free_port, wait_until_healthy
from tests.conftest import ROOT


@contextmanager
def served(app: str, log: Path, *arguments: str) -> Iterator[str]:
    """Run ``app``, a file of this folder, and give its address."""
    port = free_port()
    script = Path(__file__).parent / app
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    command += ["--server.headless", "true", "--server.address", "127.0.0.1"]
    command += ["--server.port", str(port), "--", *arguments]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("STREAMLIT_")}
    environment["PYTHONPATH"] = str(ROOT)
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
