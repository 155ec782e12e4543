"""What a worker process does at its start: step back, say who it is, and warm up.

Dask loads this module into every worker that `core.jobs.cluster` starts. FIRSTLIGHT_WARM_UP=0
leaves the warm-up out, for a machine with little memory; the first training then loads what
it needs.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from core.jobs.hardware import tell_accelerators

WARM_UP = "FIRSTLIGHT_WARM_UP"
_NICENESS = 5
_AUTOGROUP = Path("/proc/self/autogroup")
logger = logging.getLogger("distributed.firstlight")

_warm = threading.Event()
_warm.set()  # a process that warms nothing up has nothing to wait for


def wait_until_warm(timeout: float | None = None) -> bool:
    """Wait until the warm-up of this process is over, ``timeout`` seconds at most.

    Two threads that import TensorFlow at the same time can each see half of it, so whoever
    needs it lets the warm-up finish. Returns whether it has.
    """
    return _warm.wait(timeout)


def dask_setup(worker: Any) -> None:
    """Prepare the worker process; Dask calls this as the worker starts."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the engine, which ends us
    _step_back()
    worker.metrics["pid"] = _pid
    worker.metrics["warm"] = _is_warm
    if os.environ.get(WARM_UP, "").strip() == "0":
        return
    _warm.clear()
    threading.Thread(target=_warm_up, args=(worker,), name="warm-up", daemon=True).start()


def _step_back() -> None:
    """Let pages come before work.

    Where Linux groups processes by session (sched(7), "autogroup"), niceness counts within a
    session only. The engine is a session of its own, so the session steps back as a whole; that of
    somebody's terminal, from which a worker was started by hand, is left alone.
    """
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    if sys.platform == "linux" and os.getsid(0) == os.getppid():
        with suppress(OSError):
            _AUTOGROUP.write_text(str(_NICENESS), encoding="ascii")


def _pid(worker: Any) -> int:
    return os.getpid()


def _is_warm(worker: Any) -> bool:
    return _warm.is_set()


def _warm_up(worker: Any) -> None:
    """Load TensorFlow and the networks while the user reads the first page."""
    try:
        while worker.status.name in ("init", "starting"):
            time.sleep(0.02)  # let it report to the scheduler first
        warm_up = getattr(import_module("core.ml"), "warm_up", None)
        if warm_up is not None:
            warm_up()
        tell_accelerators()
    except Exception:
        logger.warning("The warm-up failed; the first job will load what it needs", exc_info=True)
    finally:
        _warm.set()
