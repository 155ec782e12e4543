"""Programs under measurement, each in a process of its own and with a workspace of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 3600.0


class Failed(Exception):
    """A program under measurement did not end well; carries its last words."""


@dataclass(frozen=True)
class Ended:
    """A program that ended well: the seconds from start to end, and what it printed."""

    seconds: float
    output: str


def environment(home: Path) -> dict[str, str]:
    """What programs under measurement are told: work in ``home``, on this machine."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("STREAMLIT_", "FIRSTLIGHT_"))
    }
    path = os.pathsep.join(filter(None, [str(ROOT), kept.get("PYTHONPATH")]))
    return {
        **kept,
        "FIRSTLIGHT_HOME": str(home),
        "FIRSTLIGHT_ENGINE_IDLE": "60",  # should it ever be left behind
        "PYTHONPATH": path,
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONUNBUFFERED": "1",
    }


def run_module(module: str, arguments: list[str], home: Path) -> Ended:
    """Run ``python -m module arguments`` to its end.

    Raises:
        Failed: it ended with another code than 0, or takes too long.
    """
    began = time.perf_counter()
    command = [sys.executable, "-m", module, *arguments]
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment(home),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
        )
    except subprocess.TimeoutExpired:
        raise Failed(f"{module} takes longer than {TIMEOUT:.0f} s") from None
    seconds = time.perf_counter() - began
    if done.returncode != 0:
        raise Failed(f"{module} ended with code {done.returncode}: {last_words(done.stderr)}")
    return Ended(seconds, done.stdout)


def prepare_backbone(home: Path) -> None:
    """Fill the cache of ``home`` with the converted default backbone."""
    run_module("tests.benchmarks.prepare", [], home)


def last_words(text: str) -> str:
    """The last line of a log that says something."""
    found = [line.strip() for line in text.splitlines() if line.strip()]
    return found[-1][:300] if found else "it said nothing"


def processes_of(home: Path) -> list[psutil.Process]:
    """Every process that works in ``home``, which is known to be the benchmarks' own."""
    return [process for process in psutil.process_iter() if _works_in(process, home)]


def _works_in(process: psutil.Process, home: Path) -> bool:
    with suppress(psutil.Error, OSError):
        return process.environ().get("FIRSTLIGHT_HOME") == str(home)
    return False


def stop_engine(home: Path) -> None:
    """End the engine of ``home``; call it when the server, which would bring it back, is gone.

    An engine on its way up does not answer yet, so what is left is ended by process id.
    """
    with suppress(Failed):  # there is none
        run_module("core.jobs", ["--stop"], home)
    while left := processes_of(home):
        end(left)


def end(processes: list[psutil.Process]) -> None:
    """End ``processes``: ask first, then insist."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    for process in psutil.wait_procs(processes, timeout=10)[1]:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(processes, timeout=10)
