"""The local engine: a scheduler, and one worker that is brought back when it dies."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from collections.abc import Callable
from typing import Any

from core import locking, project
from core.errors import SettingsProblem
from core.jobs import record
from core.jobs.probes import OWN_CLIENTS

MEMORY = "FIRSTLIGHT_WORKER_MEMORY"
IDLE = "FIRSTLIGHT_ENGINE_IDLE"
_IDLE_SECONDS = 120.0
_MEMORY_SHARE = 0.6
_LOCAL = "127.0.0.1"
_GRACE = 1.0
_QUIET = {"TF_CPP_MIN_LOG_LEVEL": "2", "KERAS_BACKEND": "tensorflow"}
_CONFIG: dict[str, Any] = {
    "distributed.scheduler.worker-ttl": None,  # a laptop that slept has not lost its worker
    "distributed.scheduler.work-stealing": False,
    "distributed.scheduler.active-memory-manager.start": False,
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,
    "distributed.worker.memory.target": False,  # Dask holds no data for us to spill
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,  # a paused worker would hang its queue
    "distributed.worker.memory.terminate": 0.95,
    "distributed.worker.memory.monitor-interval": "500ms",
    "distributed.admin.tick.interval": "500ms",
    "distributed.admin.tick.limit": "60s",
    "distributed.admin.system-monitor.gil.enabled": False,
    "distributed.admin.system-monitor.disk": False,
}
logger = logging.getLogger("distributed.firstlight")


def serve() -> None:
    """Be the local engine until told to end, or until nobody has needed it for a while.

    Raises:
        Occupied: another local engine lives.
        SettingsProblem: a variable of the environment makes no sense.
    """
    idle, memory = idle_seconds(), memory_limit()
    project.home().mkdir(parents=True, exist_ok=True)
    with locking.locked(record.lock_file()):
        record.forget()
        _configure()
        try:
            asyncio.run(_serve(idle, memory))
        finally:
            record.forget()


def work(address: str) -> None:
    """Be a worker of the scheduler at ``address`` until told to end.

    Raises:
        SettingsProblem: a variable of the environment makes no sense.
    """
    memory = memory_limit()
    _configure()
    asyncio.run(_work(address, memory))


def memory_limit() -> int:
    """What the worker may take, in bytes: 60 % of the memory, or less where one asks for less.

    Raises:
        SettingsProblem: FIRSTLIGHT_WORKER_MEMORY is no amount of memory.
    """
    from dask.utils import parse_bytes
    from distributed.system import MEMORY_LIMIT

    limit = int(MEMORY_LIMIT * _MEMORY_SHARE)
    chosen = os.environ.get(MEMORY, "").strip()
    if not chosen:
        return limit
    try:
        wanted = int(parse_bytes(chosen))
    except ValueError:
        wanted = 0
    if wanted <= 0:
        raise SettingsProblem(
            f"{MEMORY} is '{chosen}'", "Expected an amount of memory", "Write for example 2GB"
        )
    return min(limit, wanted)


def idle_seconds() -> float:
    """How long the engine stays though nobody needs it.

    Raises:
        SettingsProblem: FIRSTLIGHT_ENGINE_IDLE is no number of seconds.
    """
    chosen = os.environ.get(IDLE, "").strip()
    try:
        seconds = float(chosen) if chosen else _IDLE_SECONDS
    except ValueError:
        seconds = 0.0
    if not seconds > 0:
        raise SettingsProblem(
            f"{IDLE} is '{chosen}'", "Expected a number of seconds", "Write for example 120"
        )
    return seconds


def _configure() -> None:
    import dask

    dask.config.set(_CONFIG)


async def _serve(idle: float, memory: int) -> None:
    from distributed import Scheduler

    stopping = _until_told()
    async with Scheduler(
        host=_LOCAL, port=0, dashboard=False, dashboard_address=f"{_LOCAL}:0"
    ) as scheduler:
        record.write(scheduler.address, scheduler.id)
        worker = asyncio.create_task(_keep_worker(scheduler.address, memory, stopping, _LOCAL))
        ends = [
            asyncio.create_task(_unused(scheduler, idle)),
            asyncio.create_task(scheduler.finished()),
            asyncio.create_task(stopping.wait()),
        ]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        stopping.set()
        for end in ends:
            end.cancel()
        await worker


async def _work(address: str, memory: int) -> None:
    await _keep_worker(address, memory, _until_told())


async def _keep_worker(
    address: str, memory: int, stopping: asyncio.Event, host: str | None = None
) -> None:
    """Keep one worker process alive until ``stopping``.

    Its nanny starts it again at once when it dies; here only what the nanny gives up on is
    tried again, in growing intervals.
    """
    from distributed import Nanny

    pause = 1.0
    while not stopping.is_set():
        began = time.monotonic()
        nanny = Nanny(
            address,
            nthreads=2,  # one for a job, one for short questions beside it; without a job, both
            resources={"job": 1},
            memory_limit=memory,
            host=host,
            dashboard_address=f"{host or ''}:0",
            preload=["core.jobs.worker"],
            env=_QUIET,
        )
        try:
            await nanny
            ended: Any = nanny.finished()
            await _first(ended, stopping.wait())
        except Exception:
            logger.warning("The worker does not start", exc_info=True)
        await nanny.close(timeout=_GRACE)
        if not stopping.is_set():
            pause = 1.0 if time.monotonic() - began > 60 else min(30.0, pause * 2)
            await _first(asyncio.sleep(pause), stopping.wait())


async def _unused(scheduler: Any, seconds: float) -> None:
    """Return once nobody was connected and nothing was to do for ``seconds``."""
    since = time.monotonic()
    while time.monotonic() - since < seconds:
        await asyncio.sleep(min(1.0, seconds / 10))
        clients = [name for name in scheduler.clients if not name.startswith(OWN_CLIENTS)]
        if clients or any(
            task.state not in ("memory", "erred") for task in scheduler.tasks.values()
        ):
            since = time.monotonic()


async def _first(*steps: Any) -> None:
    """Wait for the first of ``steps`` and drop the others."""
    tasks = [asyncio.ensure_future(step) for step in steps]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()


def _until_told() -> asyncio.Event:
    """An event that is set when the system or the user tells this process to end."""
    told, loop = asyncio.Event(), asyncio.get_running_loop()
    for kind in (signal.SIGTERM, signal.SIGINT):
        _on_signal(loop, kind, told.set)
    return told


def _on_signal(
    loop: asyncio.AbstractEventLoop, kind: signal.Signals, action: Callable[[], None]
) -> None:
    try:
        loop.add_signal_handler(kind, action)
    except NotImplementedError:  # Windows
        signal.signal(kind, lambda *_: loop.call_soon_threadsafe(action))
