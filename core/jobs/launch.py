"""Find the local engine, start it where there is none, end it."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from core import locking, project
from core.errors import EngineProblem
from core.jobs import probes, record
from core.jobs.record import Record

_LOG_BYTES = 1_000_000
_STEP = 0.03
_STARTS = 2
_MEND = "See engine.log in the First Light folder; 'python -m core.jobs --stop' ends the engine"


def open_client(address: str, timeout: float) -> Any:
    """A connection to the scheduler at ``address``.

    Raises:
        OSError: nobody answers there within ``timeout`` seconds.
    """
    import dask
    from distributed import Client

    dask.config.set({"distributed.comm.timeouts.connect": "5s"})
    _knock(address, timeout)
    return Client(
        address, timeout=timeout, set_as_default=False, asynchronous=False, name="firstlight"
    )


def close_lost(client: Any) -> None:
    """Close a client whose scheduler is gone, without the complaints that Dask logs then."""
    from distributed.utils import silence_logging_cmgr

    with silence_logging_cmgr(logging.CRITICAL, root="distributed.client"):
        client.close(timeout=1)


def connect_local(start: bool, timeout: float) -> Any:
    """A connection to the local engine, which is started where none lives.

    Raises:
        EngineProblem: it does not start or does not answer, or there is none and ``start``
            is False.
    """
    deadline = time.monotonic() + timeout
    starts = 0
    while True:
        found = record.read()
        client = _reach(found, deadline) if found else None
        if client is not None and found is not None:
            if found.version == record.code_version() or not _is_unused(client):
                return client
            client.close()
            stop_local()  # older code, and nobody needs it
        elif not record.is_alive():
            if not start:
                raise EngineProblem("The engine does not run", "", "Open First Light to start it")
            if starts == _STARTS:
                raise EngineProblem("The engine does not start", _last_words(), _MEND)
            starts += _start_once(deadline)
        if time.monotonic() > deadline:
            raise EngineProblem(
                "The engine does not answer", f"Waited {timeout:.0f} seconds for it", _MEND
            )
        time.sleep(_STEP)


def stop_local(patience: float = 10.0) -> bool:
    """End the local engine and its worker; whether there was one.

    A job that is being worked on is interrupted and can be resumed.
    """
    deadline = time.monotonic() + patience
    while (found := record.read()) is None:
        if not record.is_alive() or time.monotonic() > deadline:
            return False
        time.sleep(_STEP)  # it is just starting
    _signal(found.pid, signal.SIGTERM)
    while record.is_alive() and record.read() in (found, None):
        if time.monotonic() > deadline:
            _signal(found.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
            deadline += patience
        time.sleep(_STEP)
    return True


def _reach(found: Record, deadline: float) -> Any:
    """A client of the engine that ``found`` names; None where it is not that one."""
    left = max(0.1, deadline - time.monotonic())
    try:
        client = open_client(found.address, min(5.0, left))
        if client.scheduler_info(n_workers=0).get("id") == found.scheduler_id:
            return client
    except OSError:
        return None
    client.close()
    return None


def _is_unused(client: Any) -> bool:
    try:
        about = client.run_on_scheduler(probes.describer())
    except OSError:  # it just ended; whoever uses the client next connects anew
        return False
    return bool(about["clients"] <= 1 and not set(about["tasks"]) - {"memory", "erred"})


def _knock(address: str, timeout: float) -> None:
    """Fail at once where nobody listens; Dask would go on trying."""
    parts = urlsplit(address)
    if parts.hostname and parts.port:
        socket.create_connection((parts.hostname, parts.port), timeout).close()


def _start_once(deadline: float) -> int:
    """Start the engine, unless another process is just doing so; returns how many were started.

    Returns when the engine holds its lock, or has failed.
    """
    _make_home()
    patience = max(0.0, deadline - time.monotonic())
    try:
        with locking.locked(project.home() / "engine.starting", patience):
            if record.is_alive():
                return 0
            try:
                process = _spawn()
            except OSError as error:
                raise EngineProblem("The engine does not start", f"{error}", _MEND) from error
            while process.poll() is None and time.monotonic() < deadline:
                if record.is_alive():
                    break
                time.sleep(_STEP)
            return 1
    except locking.Occupied:
        return 0


def _make_home() -> None:
    try:
        project.home().mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EngineProblem(
            "There is no place to work in",
            f"Making the folder {project.home()} failed: {error.strerror}",
            "Set FIRSTLIGHT_HOME to a folder that you may write to",
        ) from error


def _spawn() -> subprocess.Popen[bytes]:
    """The engine's own process: it outlives this one, and is no child of Streamlit's kind."""
    if sys.platform == "win32":
        hidden = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
    else:
        hidden = 0
    path = os.pathsep.join(filter(None, [str(record.ROOT), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "FIRSTLIGHT_HOME": str(project.home()), "PYTHONPATH": path}
    with open(_fresh_log(), "ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "core.jobs"],
            cwd=record.ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            creationflags=hidden,
            start_new_session=True,  # Ctrl-C in the server's terminal is not for the engine
        )
    threading.Thread(target=process.wait, name="engine-reaper", daemon=True).start()
    return process


def _fresh_log() -> Path:
    """The log file; what it held before is moved aside once it is large."""
    path = record.log_file()
    if path.exists() and path.stat().st_size > _LOG_BYTES:
        os.replace(path, path.with_name("engine.log.1"))
    return path


def _last_words() -> str:
    try:
        lines = record.log_file().read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return next((line.strip()[:300] for line in reversed(lines) if line.strip()), "")


def _signal(pid: int, kind: int) -> None:
    try:
        os.kill(pid, kind)
    except ProcessLookupError:
        return
