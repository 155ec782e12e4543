"""How a job goes, on standard error; and whether it came to its end."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from core.errors import EngineProblem, Stopped
from core.jobs.folder import JobFolder, State

_INTERRUPTS = (signal.SIGINT, signal.SIGTERM)


def require_finished(job: JobFolder) -> None:
    """Raise what ended ``job`` before it was done."""
    match job.state():
        case State.FINISHED:
            return
        case State.STOPPED:
            raise Stopped
        case _:
            problem = job.snapshot().problem
            raise problem or EngineProblem("The work did not finish")


@contextmanager
def told(job: JobFolder) -> Iterator[None]:
    """Tell on standard error how ``job`` goes, by following its events."""
    over = Event()

    def follow() -> None:
        at, label = 0, ""
        while True:
            last = over.wait(0.5)
            events, at = job.events(at)
            for event in events:
                if event["event"] == "stage":
                    label = event["label"]
                elif event["event"] == "progress":
                    tell(label, event["done"], event["total"])
                elif event["event"] == "epoch":
                    tell(label, event["epoch"], event["of"])
            if last:
                return

    thread = Thread(target=follow, daemon=True)
    thread.start()
    try:
        with _ended_for_sure(job):
            yield
    finally:
        over.set()
        thread.join()


@contextmanager
def _ended_for_sure(job: JobFolder) -> Iterator[None]:
    """Ask ``job`` to stop, too, where somebody interrupts this process.

    Now and then a library swallows what an interrupt raises: TensorFlow and Keras pass over any
    error in many a place. Then the work ends at its next look at the job.
    """

    def interrupt(*_: object) -> None:
        job.request_stop()
        raise KeyboardInterrupt

    heard = [each for each in _INTERRUPTS if signal.getsignal(each) is not signal.SIG_IGN]
    try:
        before = {each: signal.signal(each, interrupt) for each in heard}
    except ValueError:  # only the main thread of a process hears signals
        yield
        return
    try:
        yield
    except KeyboardInterrupt:
        job.forget_stop()  # it has ended already
        raise
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def tell(stage: str, done: int, total: int) -> None:
    """One line a stage: on a terminal it counts, in a log it stands when the stage is done."""
    is_done, is_seen = done >= total, sys.stderr.isatty()
    if is_seen or is_done:
        start, end = "\r" if is_seen else "", "\n" if is_done else ""
        print(f"{start}{stage}: {done} of {total}", end=end, file=sys.stderr, flush=True)
