"""How an engine meets a connection that breaks, with a stand-in for Dask's client."""

from collections.abc import Callable
from typing import Any

import pytest
from distributed import KilledWorker
from distributed.client import ClosedClientError

from core.errors import EngineProblem
from core.jobs import launch
from core.jobs.engine import Engine
from core.jobs.folder import JobFolder

KEY = "check-job-0"
QUEUE = {KEY: 3}


class Future:
    """A future that ended in one way."""

    def __init__(self, status: str, error: Exception | None = None, result: Any = None) -> None:
        self.status = status
        self._error = error
        self._result = result

    def exception(self, timeout: float) -> Exception | None:
        return self._error

    def traceback(self) -> None:
        return None

    def result(self) -> Any:
        return self._result


class Client:
    """Answers every probe with ``answer``, or raises it."""

    def __init__(self, answer: Any = None, future: Future | None = None) -> None:
        self.status = "running"
        self.submitted: list[dict[str, Any]] = []
        self._answer = answer
        self._future = future

    def run_on_scheduler(self, probe: Callable[..., Any], *arguments: Any) -> Any:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer

    def submit(self, *arguments: Any, **options: Any) -> Future:
        self.submitted.append(options)
        return self._future or Future("pending")

    def close(self, timeout: float = 0.0) -> None:
        self.status = "closed"


def engine_with(*clients: Client, is_local: bool = True) -> Engine:
    left = list(clients)
    return Engine(lambda: left.pop(0), is_local)


@pytest.fixture(autouse=True)
def quiet_close(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "close_lost", lambda client: client.close())


LOST = [OSError("reset"), ClosedClientError("closed"), TimeoutError()]


@pytest.mark.parametrize("error", LOST, ids=repr)
def test_a_lost_connection_is_made_anew_once(job: JobFolder, error: Exception) -> None:
    broken, good = Client(error), Client(QUEUE)
    engine = engine_with(broken, good)
    assert engine.position(job) == 3
    assert (broken.status, good.status) == ("closed", "running")


@pytest.mark.parametrize("error", LOST, ids=repr)
def test_a_connection_that_breaks_twice_is_a_problem(job: JobFolder, error: Exception) -> None:
    engine = engine_with(Client(error), Client(error))
    with pytest.raises(EngineProblem) as caught:
        engine.knows(job)
    assert caught.value.fix


def test_a_client_that_seeks_its_scheduler_is_not_waited_for(job: JobFolder) -> None:
    lost = Client(OSError("must not be asked"))
    engine = engine_with(lost, Client({}))
    lost.status = "connecting"
    assert engine.knows(job) is False


def test_the_place_in_the_queue(job: JobFolder) -> None:
    assert engine_with(Client({"check-other-0": 0})).position(job) is None
    assert engine_with(Client({KEY: 0})).position(job) == 1  # next, but not begun
    assert engine_with(Client(QUEUE)).position(job) == 3
    with job.hold():
        assert engine_with(Client({KEY: 0})).position(job) == 0


@pytest.mark.parametrize(
    ("is_local", "workers", "resources"),
    [
        (True, [], {"job": 1}),
        (False, [], None),
        (False, [{"takes_jobs": False}], None),
        (False, [{"takes_jobs": False}, {"takes_jobs": True}], {"job": 1}),
    ],
)
def test_jobs_ask_for_a_place_only_where_workers_offer_one(
    job: JobFolder, is_local: bool, workers: list[dict[str, bool]], resources: object
) -> None:
    client = Client({"workers": workers})
    engine_with(client, is_local=is_local).submit(job)
    (options,) = client.submitted
    assert options["resources"] == resources
    assert options["key"] == "check-job-1"
    assert options["retries"] == 0
    assert job.awaits(1)


def test_work_that_the_scheduler_refuses_is_a_problem(job: JobFolder) -> None:
    with pytest.raises(EngineProblem) as caught:
        engine_with(Client(False, Future("error", ValueError()))).submit(job)
    assert "versions" in caught.value.fix


def test_a_question_that_kills_the_worker_is_a_problem() -> None:
    killed = KilledWorker("key", None, 3)
    with pytest.raises(EngineProblem) as caught:
        engine_with(Client(future=Future("error", killed))).ask("core.jobs.check_task:pid")
    assert "died" in caught.value.title


def test_an_error_of_the_asked_function_is_not_taken_for_a_broken_connection() -> None:
    missing = FileNotFoundError("x")
    with pytest.raises(FileNotFoundError):
        engine_with(Client(future=Future("error", missing))).ask("core.jobs.check_task:pid")


def test_a_question_whose_future_was_lost_is_asked_again() -> None:
    engine = engine_with(
        Client(future=Future("cancelled")), Client(future=Future("finished", result=7))
    )
    assert engine.ask("core.jobs.check_task:pid") == 7


def test_two_that_find_it_broken_reconnect_once(job: JobFolder) -> None:
    broken, good = Client(OSError()), Client(QUEUE)
    engine = engine_with(broken, good)
    assert engine.position(job) == 3
    assert engine.position(job) == 3
    engine.close()
    assert good.status == "closed"
