"""A process with TensorFlow loaded that trains runs in children, and has them killed.

Loading TensorFlow takes longer than a small training, so it is loaded once: each life of a
training is a child that is forked from here. The kills are real ones (SIGKILL).
"""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from core.jobs import JobFolder
from tests.conftest import ROOT

_PATIENCE = 120.0
_TOUCHES = ("open", "os.rename", "os.remove")


class Nursery:
    """Runs trainings, one after another, each in a process of its own."""

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", __name__]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.stdin.close()
        self._process.stdout.close()
        if self._process.wait(timeout=_PATIENCE) != 0 and error is None:
            raise ChildProcessError("the process that forks did not end well")

    def live(
        self, folder: Path, within: tuple[str, float] | None = None, touches: int | None = None
    ) -> tuple[bool, int]:
        """Work on the run in ``folder`` until it is over, or until it is killed.

        Args:
            folder: of the run.
            within: a stage, and how many seconds after its beginning it is killed.
            touches: how many times it opens, renames or removes a file of the project or the
                run before it kills itself.

        Returns:
            Whether it was killed; and, where it was not, how often it touched a file.
        """
        asked = {"folder": str(folder), "within": within, "touches": touches}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise ChildProcessError("a training did not end well, or not at all")
        killed, touched = json.loads(answer)
        return bool(killed), int(touched)


def _main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever libraries print is no answer
    from core.jobs import train_task  # noqa: F401
    from core.ml import augment, convert, finetune  # noqa: F401

    for line in sys.stdin:
        print(json.dumps(_life(**json.loads(line))), file=answers, flush=True)


def _life(folder: str, within: tuple[str, float] | None, touches: int | None) -> tuple[bool, int]:
    job = JobFolder(Path(folder))
    _, at = job.events()
    deadline = time.monotonic() + _PATIENCE
    moment = math.inf
    count_out, count_in = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(count_out)
        _train(Path(folder), touches, count_in)
    os.close(count_in)
    while os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        if within is not None and moment == math.inf:
            events, at = job.events(at)
            if any(event.get("name") == within[0] for event in events):
                moment = time.monotonic() + within[1]
        if time.monotonic() >= min(moment, deadline):
            os.kill(child, signal.SIGKILL)
            break
        time.sleep(0.001)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with os.fdopen(count_out) as told:
        touched = int(told.read() or 0)
    if status not in (0, -signal.SIGKILL) or time.monotonic() >= deadline:
        raise ChildProcessError(f"a training ended with {status}")
    return status != 0, touched


def _train(folder: Path, touches: int | None, count_in: int) -> None:
    """What a child does; never returns."""
    from core.jobs.tasks import perform

    watched, counted = str(folder.parents[1]), 0

    def touch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal counted
        if event in _TOUCHES and str(arguments[0]).startswith(watched):
            counted += 1
            if counted == touches:
                os.kill(os.getpid(), signal.SIGKILL)

    code = 1
    try:
        sys.addaudithook(touch)
        perform(str(folder))
        os.write(count_in, str(counted).encode())
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    _main()
