"""Small functions for the scheduler and the worker of any cluster.

Each stands inside a function: what is local cannot be imported by name, so it travels by
value, and a scheduler that knows nothing of First Light can still run it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

# Clients that are no visitor: for tasks that nobody waits for, and the worker's, once it had one
OWN_CLIENTS: Final = ("fire-and-forget", "Client-worker-")


def runner() -> Callable[..., Any]:
    """The task itself: import ``module:function`` on the worker, in the task's thread."""

    def run(target: str, *arguments: Any) -> Any:
        from importlib import import_module

        module, _, name = target.partition(":")
        return getattr(import_module(module), name)(*arguments)

    return run


def adopter() -> Callable[..., bool]:
    """Tell the scheduler to finish a task though its client leaves.

    The function answers whether the scheduler knows the task; a moment after it was
    submitted it may not yet.
    """

    def adopt(key: str, dask_scheduler: Any = None) -> bool:
        task = dask_scheduler.tasks.get(key)
        if task is None:
            return False
        if task.state not in ("memory", "erred"):
            dask_scheduler.client_desires_keys(keys=[key], client="fire-and-forget")
        return True

    return adopt


def queuer() -> Callable[..., dict[str, int]]:
    """The jobs that are not over.

    The function answers with their keys, and with how many that were submitted before wait for
    the same worker or are being worked on by it.
    """

    def queue(kinds: list[str], dask_scheduler: Any = None) -> dict[str, int]:
        over = ("memory", "erred", "released", "forgotten")
        jobs = [
            task
            for task in dask_scheduler.tasks.values()
            if str(task.key).partition("-")[0] in kinds and task.state not in over
        ]
        before: dict[Any, int] = {}
        ahead = {}
        for task in sorted(jobs, key=lambda task: task.priority):
            where = getattr(task.processing_on, "address", None)
            ahead[str(task.key)] = before.get(where, 0)
            before[where] = ahead[str(task.key)] + 1
        return ahead

    return queue


def remover() -> Callable[..., None]:
    """Take a task that waits out of the queue; one that is being worked on goes on."""

    def remove(key: str, dask_scheduler: Any = None) -> None:
        holders = getattr(dask_scheduler.tasks.get(key), "who_wants", None) or ()
        for holder in list(holders):
            dask_scheduler.client_releases_keys(keys=[key], client=holder.client_key)

    return remove


def describer() -> Callable[..., dict[str, Any]]:
    """How the cluster is: workers, memory, tasks by state, clients."""
    own = OWN_CLIENTS

    def describe(dask_scheduler: Any = None) -> dict[str, Any]:
        states: dict[str, int] = {}
        for task in dask_scheduler.tasks.values():
            states[task.state] = states.get(task.state, 0) + 1
        workers = [
            {
                "address": worker.address,
                "host": worker.host,
                "pid": worker.metrics.get("pid"),
                "warm": worker.metrics.get("warm"),
                "threads": worker.nthreads,
                "memory": worker.metrics.get("memory", 0),
                "memory_limit": worker.memory_limit,
                "takes_jobs": "job" in worker.resources,
                "tasks": len(worker.processing),
            }
            for worker in dask_scheduler.workers.values()
        ]
        clients = [name for name in dask_scheduler.clients if not name.startswith(own)]
        return {
            "address": dask_scheduler.address,
            "id": dask_scheduler.id,
            "workers": workers,
            "memory": sum(worker["memory"] for worker in workers),
            "tasks": states,
            "clients": len(clients),
        }

    return describe
