"""The engine as its users see it: hand in a job, ask a short question, see how it is."""

from __future__ import annotations

import inspect
import os
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from core.errors import EngineProblem
from core.jobs import launch, probes
from core.jobs.folder import JobFolder
from core.jobs.queue import Queue, key_of
from core.jobs.tasks import KINDS

SCHEDULER = "FIRSTLIGHT_SCHEDULER"
_ADOPTION = 10.0
_URGENT = 10


def connect(start: bool = True, timeout: float = 60.0) -> Engine:
    """Connect to the engine: the cluster named in FIRSTLIGHT_SCHEDULER, else the local one.

    Any number of threads and processes may call this at once; they get one local engine.

    Args:
        start: start the local engine where none runs. A named cluster is never started.
        timeout: seconds to wait for it.

    Raises:
        EngineProblem: it cannot be reached or does not start.
    """
    address = os.environ.get(SCHEDULER, "").strip()

    def open_client() -> Any:
        if address:
            return _connect_named(address, timeout)
        return launch.connect_local(start, timeout)

    return Engine(open_client, is_local=not address)


class Engine:
    """A connection to the engine; safe to share between threads.

    Where the engine died or was restarted, the next call connects anew, once.

    Args:
        open_client: makes the connection; raises `EngineProblem` where that fails.
        is_local: whether it is the engine that `connect` starts.
    """

    def __init__(self, open_client: Callable[[], Any], is_local: bool = True) -> None:
        self.is_local = is_local
        self._open_client = open_client
        self._lock = threading.Lock()
        self._client = open_client()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; jobs go on."""
        self._client.close(timeout=2)

    def submit(self, job: JobFolder) -> None:
        """Queue ``job`` as a new attempt. One job runs at a time on each worker.

        The scheduler finishes it though this process ends. A job whose worker died is not
        begun again by itself: it shows as interrupted, for the user to resume.

        Raises:
            EngineProblem: the engine cannot be reached.
        """
        attempt = job.queue()
        self._with_client(lambda client: self._submit(client, job, attempt))

    def withdraw(self, job: JobFolder) -> None:
        """Take ``job`` out of the queue, so that those behind it move up.

        One that is being worked on goes on: ask it to stop instead.

        Raises:
            EngineProblem: the engine cannot be reached.
        """
        if not job.is_held():
            key = key_of(job, job.attempt)
            self._with_client(lambda client: client.run_on_scheduler(probes.remover(), key))

    def queue(self) -> Queue:
        """What the engine has in hand, and what waits.

        Raises:
            EngineProblem: the engine cannot be reached.
        """
        return Queue(
            self._with_client(lambda client: client.run_on_scheduler(probes.queuer(), list(KINDS)))
        )

    def knows(self, job: JobFolder) -> bool:
        """Whether the engine has ``job`` in hand or in its queue.

        Raises:
            EngineProblem: the engine cannot be reached.
        """
        return self.queue().knows(job)

    def position(self, job: JobFolder) -> int | None:
        """The place of ``job`` in the queue: 0 is being worked on, None is not there.

        Raises:
            EngineProblem: the engine cannot be reached.
        """
        return self.queue().position(job)

    def ask(
        self, function: str | Callable[..., Any], *arguments: Any, timeout: float = 60.0
    ) -> Any:
        """Call a short function on the worker, beside the job that it may be working on.

        Args:
            function: ``'module:function'``, or a function of a module's top level. The
                string spares this process the import.
            arguments: passed on.
            timeout: seconds to wait for the answer, the worker's warm-up included.

        Raises:
            EngineProblem: no answer in time, or the worker died over it.
            Exception: whatever the function raises.
        """
        target = function if isinstance(function, str) else _name(function)
        answer, error = self._with_client(lambda client: _ask(client, target, arguments, timeout))
        if error is not None:
            raise error
        return answer

    def describe(self) -> dict[str, Any]:
        """How the engine is: address, id, workers, memory in bytes, tasks by state, clients.

        Raises:
            EngineProblem: the engine cannot be reached.
        """
        about: dict[str, Any] = self._with_client(
            lambda client: client.run_on_scheduler(probes.describer())
        )
        return {**about, "is_local": self.is_local}

    def _submit(self, client: Any, job: JobFolder, attempt: int) -> None:
        key, folder = key_of(job, attempt), os.path.abspath(job.folder)
        future = client.submit(
            probes.runner(),
            "core.jobs.tasks:perform",
            folder,
            attempt,
            key=key,
            pure=False,
            retries=0,
            fifo_timeout="0 ms",
            resources={"job": 1} if self._takes_jobs(client) else None,
        )
        deadline = time.monotonic() + _ADOPTION
        while not client.run_on_scheduler(probes.adopter(), key):
            if future.status == "error" or time.monotonic() > deadline:
                raise EngineProblem(
                    "The engine did not take the work",
                    f"Its scheduler does not know {key} after {_ADOPTION:.0f} seconds",
                    "Use the same versions of Python and Dask for the pages and the engine",
                )
            time.sleep(0.003)

    def _takes_jobs(self, client: Any) -> bool:
        """Whether workers count their jobs, so that one runs at a time; others get no limit."""
        if self.is_local:
            return True
        about = client.run_on_scheduler(probes.describer())
        return any(worker["takes_jobs"] for worker in about["workers"])

    def _with_client(self, action: Callable[[Any], Any]) -> Any:
        from distributed.client import ClosedClientError

        client = self._living()
        try:
            return action(client)
        except (OSError, ClosedClientError, _Lost):
            client = self._living(instead_of=client)
        try:
            return action(client)
        except (OSError, ClosedClientError, _Lost) as error:
            raise EngineProblem(
                "The engine was lost",
                f"The connection to it broke twice ({type(error).__name__})",
                "Try again; if that fails, close First Light and open it again",
            ) from error

    def _living(self, instead_of: Any = None) -> Any:
        """The client, or a new one where it lost its scheduler or failed the caller."""
        with self._lock:
            if self._client.status != "running" or self._client is instead_of:
                old, self._client = self._client, self._open_client()
                launch.close_lost(old)
            return self._client


class _Lost(Exception):
    """The connection broke while somebody waited."""


def _name(function: Callable[..., Any]) -> str:
    module = inspect.getmodule(function)
    if module is None or getattr(module, function.__qualname__, None) is not function:
        raise TypeError(f"{function!r} is no function of a module's top level")
    return f"{module.__name__}:{function.__qualname__}"


def _ask(
    client: Any, target: str, arguments: tuple[Any, ...], timeout: float
) -> tuple[Any, BaseException | None]:
    """The answer, or the error that the function raised on the worker."""
    from distributed import KilledWorker

    future = client.submit(
        probes.runner(),
        "core.jobs.tasks:call",
        target,
        arguments,
        pure=False,
        retries=0,
        priority=_URGENT,
    )
    try:
        error = future.exception(timeout=timeout)
    except TimeoutError:
        future.cancel()
        raise EngineProblem(
            "The engine takes too long to answer",
            f"Nothing came within {timeout:.0f} seconds",
            "Try again in a moment; it may be starting, or short of memory",
        ) from None
    if future.status == "finished":
        return future.result(), None
    if isinstance(error, KilledWorker):
        raise EngineProblem(
            "The engine's worker died over a question",
            "It most likely ran out of memory",
            "Close other programs and try again",
        )
    if future.status == "error":
        return None, error.with_traceback(future.traceback())
    raise _Lost


def _connect_named(address: str, timeout: float) -> Any:
    try:
        port = urlsplit(address).port if "://" in address else None
    except ValueError:
        port = None
    if port is None:
        raise EngineProblem(
            f"The engine's address '{address}' makes no sense",
            f"{SCHEDULER} names a Dask scheduler, like tcp://192.168.1.10:8786",
            f"Correct {SCHEDULER}, or remove it to work on this computer",
        )
    try:
        return launch.open_client(address, min(10.0, timeout))
    except OSError as error:
        raise EngineProblem(
            f"The engine at {address} cannot be reached",
            f"{error}" or type(error).__name__,
            f"Start the scheduler there, or correct {SCHEDULER}; without it, First Light "
            "works on this computer",
        ) from error
