"""Work on the cluster that FIRSTLIGHT_SCHEDULER names."""

import os
from pathlib import Path

import pytest

from core.errors import EngineProblem
from core.jobs import State, check_task, connect, record
from tests.engine.helpers import NewJob, ended, is_counting, process, wait_for


def test_jobs_run_on_a_named_cluster(scheduler: str, home: Path, new_job: NewJob) -> None:
    with (
        process("core.jobs", "--worker", scheduler, cwd=record.ROOT),
        connect() as engine,
    ):
        wait_for(lambda: engine.describe()["workers"], "the worker")
        assert engine.describe()["is_local"] is False
        assert engine.ask(check_task.pid) != os.getpid()
        job, behind = new_job("a", steps=1_000), new_job("b")
        engine.submit(job)
        engine.submit(behind)
        wait_for(lambda: is_counting(job), "the job to count")
        assert [engine.position(job), engine.position(behind)] == [0, 1]
        job.request_stop()
        assert wait_for(lambda: ended(job, engine), "the stop") < 1.0
        wait_for(lambda: ended(behind, engine), "the other")
        assert [job.state(), behind.state()] == [State.STOPPED, State.FINISHED]
    assert not record.is_alive()  # nothing was started here
    assert not record.card().exists()


def test_jobs_wait_for_a_plain_worker_too(scheduler: str, new_job: NewJob) -> None:
    with connect() as engine:
        job = new_job("job")
        engine.submit(job)
        assert job.state(engine.knows(job)) is State.QUEUED
        options = ["--nthreads", "1", "--no-nanny", "--no-dashboard"]
        with process("distributed.cli.dask_worker", scheduler, *options, cwd=record.ROOT):
            wait_for(lambda: ended(job, engine), "the end")
        assert job.state() is State.FINISHED


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("tcp://127.0.0.1:9", "cannot be reached"),
        ("tcp://no-such-host.invalid:8786", "cannot be reached"),
        ("localhost", "makes no sense"),
        ("tcp://localhost:port", "makes no sense"),
    ],
)
def test_a_cluster_that_cannot_be_reached(
    home: Path, monkeypatch: pytest.MonkeyPatch, address: str, said: str
) -> None:
    monkeypatch.setenv("FIRSTLIGHT_SCHEDULER", address)
    with pytest.raises(EngineProblem) as caught:
        connect()
    assert said in caught.value.title
    assert "FIRSTLIGHT_SCHEDULER" in caught.value.fix
    assert not record.is_alive()
