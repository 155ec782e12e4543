"""An engine as the benchmark of features sees it: a process that is asked and answers."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.benchmarks.processes import ROOT, Failed, environment
from tests.benchmarks.report import Spread

PIXELS, FILES = "pixels", "files"


class Peer:
    """One engine in its own process, see `tests.benchmarks.engines`."""

    def __init__(self, name: str, arguments: list[str], home: Path, log: Path) -> None:
        self.name = name
        self.difference = 0.0
        self.ways: list[str] = []
        self._answers: dict[tuple[int, str], list[dict[str, float]]] = {}
        with open(log, "wb") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.benchmarks.engines", name, *arguments],
                cwd=ROOT,
                env=environment(home),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin and self._process.stdout
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def wait(self) -> None:
        """Wait until it is ready.

        Raises:
            Failed: it is not installed here, or not for this processor.
        """
        self.ways = self._answer()["ways"]

    def ask(self, **order: Any) -> dict[str, Any]:
        """The answer to an order.

        Raises:
            Failed: it is an error, or the process is gone.
        """
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise Failed(f"{self.name}: its process ended") from None
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        found: dict[str, Any] = json.loads(line) if line else {"error": "its process ended"}
        if "error" in found:
            raise Failed(f"{self.name}: {found['error']}")
        return found

    def measure(self, way: int, source: str) -> None:
        found = self.ask(do="time", way=way, source=source)
        self._answers.setdefault((way, source), []).append(found)

    def speed(self, way: int, source: str) -> Spread:
        """Images a second."""
        return Spread.of(a["images"] / a["seconds"] for a in self._answers[way, source])

    def work(self, way: int, source: str) -> Spread:
        """The processor's milliseconds an image, in all threads together."""
        return Spread.of(1e3 * a["cpu_seconds"] / a["images"] for a in self._answers[way, source])
