"""One large piece of work on every worker of a cluster: whoever has time takes the next part.

The worker that has the job never waits for the others: it works through the parts from the
end while they work from the beginning, so a slow, busy or dead worker costs nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from core.errors import DataProblem
from core.jobs import probes

logger = logging.getLogger("distributed.firstlight")
_LATER = -10  # priority: what people asked for comes first
Part = Sequence[str]


class Crew:
    """The other workers of this cluster that take jobs.

    Args:
        client: of the worker that this runs on.
        workers: addresses of the others.
        resources: what a part needs to run there.
    """

    def __init__(self, client: Any, workers: list[str], resources: dict[str, float]) -> None:
        self._client = client
        self._workers = workers
        self._resources = resources

    def __len__(self) -> int:
        return len(self._workers)

    def share(
        self,
        parts: Sequence[Part],
        target: str,
        arguments: Sequence[Any],
        here: Callable[[Part], None],
        done: Callable[[Part], None],
    ) -> int:
        """Have all of ``parts`` done; returns how many of them were done elsewhere.

        Args:
            parts: what there is to do; doing a part twice must do no harm.
            target: ``module:function``, called on another worker as
                ``function(*arguments, part)``. It leaves its result where all can see it.
            arguments: what can be sent.
            here: does a part on this worker; what it raises ends the work.
            done: told of each part that was done elsewhere.

        Raises:
            DataProblem: a part failed elsewhere for a reason that would hold here too.
        """
        elsewhere = 0
        waiting = {
            self._client.submit(
                probes.runner(),
                target,
                *arguments,
                list(part),
                key=f"shard-{id(parts):x}-{number}-{part[0]}",
                pure=False,
                retries=0,
                priority=_LATER,
                workers=self._workers,
                allow_other_workers=False,
                resources=self._resources or None,
            ): part
            for number, part in enumerate(parts)
        }
        try:
            while waiting:
                for future in [future for future in waiting if future.done()]:
                    part = waiting.pop(future)
                    if _succeeded(future):
                        elsewhere += 1
                        done(part)
                    else:
                        here(part)
                if waiting:
                    future, part = waiting.popitem()  # the last one
                    future.cancel()
                    here(part)
        finally:
            for future in waiting:
                future.cancel()
        return elsewhere


@contextmanager
def crew(wanted: bool = True) -> Iterator[Crew | None]:
    """The other workers beside the one that this runs on; None where there are none.

    Args:
        wanted: whether there is enough to do; None comes back at once where there is not.
    """
    if not wanted:
        yield None
        return
    from distributed import get_client, get_worker

    try:
        me = get_worker().address
    except ValueError:  # not on a worker: the command line, a test
        yield None
        return
    client = get_client()
    about = client.run_on_scheduler(probes.describer())
    others = [worker for worker in about["workers"] if worker["address"] != me]
    takers = [worker["address"] for worker in others if worker["takes_jobs"]]
    if takers:
        yield Crew(client, takers, {"job": 1})
    elif others:
        yield Crew(client, [worker["address"] for worker in others], {})
    else:
        yield None


def _succeeded(future: Any) -> bool:
    """Whether a part was done; a part that was lost with its worker can be done again.

    Raises:
        DataProblem: as it was raised there.
    """
    if future.status == "finished":
        return True
    error = future.exception() if future.status == "error" else None
    if isinstance(error, DataProblem):
        raise error
    logger.warning("A part was lost elsewhere and is done here", exc_info=error)
    return False
