"""What the tests of the engine share."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import psutil

from core.jobs import Engine, JobFolder, record

PATIENCE = 30.0


def wait_for(condition: Callable[[], object], what: str, patience: float = PATIENCE) -> float:
    """Wait until ``condition`` holds; returns the seconds that took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < patience, f"waited in vain for {what}"
        time.sleep(0.005)
    return time.monotonic() - began


class NewJob(Protocol):
    """Makes a job that counts to ``steps``, ``seconds`` a step."""

    def __call__(self, name: str, steps: int = 3, seconds: float = 0.02) -> JobFolder: ...


def is_counting(job: JobFolder, beyond: int = 2) -> bool:
    """Whether the job is under way and has saved something to lose."""
    return job.is_held() and job.snapshot().done > beyond


def ended(job: JobFolder, engine: Engine) -> bool:
    return not job.state(engine.knows(job)).is_active


def worker_pid(engine: Engine) -> int:
    """The process id of the one worker, once there is one."""
    wait_for(lambda: engine.describe()["workers"], "a worker")
    pid: int = engine.describe()["workers"][0]["pid"]
    return pid


def engine_processes() -> list[psutil.Process]:
    """The engine of this home and its worker."""
    found = record.read()
    if found is None:
        return []
    process = psutil.Process(found.pid)
    return [process, *process.children(recursive=True)]


@contextmanager
def process(*arguments: str, cwd: Path, inside: Sequence[str] = ()) -> Iterator[None]:
    """A Python process that is ended, with its children, when the block ends.

    ``inside`` is put in front of the command: what starts it somewhere else.
    """
    running = subprocess.Popen([*inside, sys.executable, "-m", *arguments], cwd=cwd)
    children: list[psutil.Process] = []
    try:
        yield
    finally:
        children = psutil.Process(running.pid).children(recursive=True)
        running.terminate()
        try:
            running.wait(timeout=10)
        finally:
            running.kill()
            _, alive = psutil.wait_procs(children, timeout=10)
            assert not alive


def scheduler_address(path: Path) -> str:
    """The address in the scheduler's file at ``path``, once it stands there."""
    address: list[str] = []

    def read() -> bool:
        try:
            address.append(json.loads(path.read_text())["address"])
        except ValueError:
            return False
        return True

    wait_for(read, "the scheduler's address")
    return address[-1]
