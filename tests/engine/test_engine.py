"""Jobs on a real local engine: done, stopped, killed, resumed, in their turn."""

import os
import signal
import time
from pathlib import Path

import psutil
import pytest

from core import files
from core.errors import DataProblem, EngineProblem
from core.jobs import Engine, JobFolder, State, connect, resume
from core.jobs import check_task as short
from tests.engine.helpers import NewJob, ended, is_counting, wait_for, worker_pid


def events(job: JobFolder) -> list[str]:
    return [event["event"] for event in job.events()[0] if event["event"] != "progress"]


def test_a_job_is_done_and_forgotten_by_the_scheduler(engine: Engine, new_job: NewJob) -> None:
    job = new_job("job")
    engine.submit(job)
    assert job.state(engine.knows(job)).is_active or job.state() is State.FINISHED
    wait_for(lambda: ended(job, engine), "the end")
    assert job.state() is State.FINISHED
    assert events(job) == ["queued", "started", "stage", "finished"]
    wait_for(lambda: not engine.describe()["tasks"], "the scheduler to forget it")
    assert engine.position(job) is None


def test_the_worker_is_polite_and_says_who_it_is(engine: Engine) -> None:
    about = engine.describe()
    (worker,) = about["workers"]
    assert about["is_local"]
    assert about["address"].startswith("tcp://127.0.0.1:")
    assert (worker["threads"], worker["takes_jobs"]) == (2, True)
    assert worker["memory_limit"] > 0
    assert engine.ask(short.pid) == worker["pid"] != os.getpid()
    if hasattr(os, "nice"):
        assert psutil.Process(worker["pid"]).nice() > psutil.Process().nice()
    session = Path(f"/proc/{worker['pid']}/autogroup")
    if session.exists():  # Linux that weighs sessions, not processes
        assert int(session.read_text().split()[-1]) > 0


def test_questions_are_answered_by_name_or_by_function(engine: Engine) -> None:
    assert engine.ask("core.jobs.check_task:echo", {"a": [1, 2]}) == {"a": [1, 2]}
    assert engine.ask(short.echo, "tcp") == "tcp"
    with pytest.raises(TypeError):
        engine.ask(lambda: 1)


def test_what_a_question_raises_comes_back_as_it_was(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        engine.ask(files.read_json, tmp_path / "missing")
    with pytest.raises(DataProblem) as caught:
        engine.ask("tests.engine.test_engine:refuse")
    assert (caught.value.title, caught.value.detail, caught.value.fix) == ("a", "b", "c")
    with pytest.raises(EngineProblem):
        engine.ask(time.sleep, 0.5, timeout=0.1)
    assert engine.ask(short.echo, "afterwards") == "afterwards"


def refuse() -> None:
    raise DataProblem("a", "b", "c")


def test_questions_are_answered_beside_a_job(engine: Engine, new_job: NewJob) -> None:
    job = new_job("job", steps=2_000)
    engine.submit(job)
    wait_for(lambda: is_counting(job), "the job to count")
    began = time.monotonic()
    engine.ask(short.echo, 1)
    assert time.monotonic() - began < 1.0
    assert job.state() is State.RUNNING
    job.request_stop()
    assert wait_for(lambda: ended(job, engine), "the stop") < 1.0
    assert job.state() is State.STOPPED


def test_one_job_runs_at_a_time_and_the_others_know_their_place(
    engine: Engine, new_job: NewJob
) -> None:
    first, second, third = (new_job(name, steps=1_000) for name in "abc")
    for job in (first, second, third):
        engine.submit(job)
    wait_for(lambda: is_counting(first), "the first")
    assert [engine.position(job) for job in (first, second, third)] == [0, 1, 2]
    assert [job.state(engine.knows(job)) for job in (second, third)] == [State.QUEUED] * 2

    second.request_stop()
    assert second.state(engine.knows(second)) is State.STOPPED  # at once, for the page
    first.request_stop()
    wait_for(lambda: is_counting(third), "the third")
    assert events(second) == ["queued", "stopped"]
    assert engine.position(third) == 0
    third.request_stop()
    wait_for(lambda: ended(third, engine), "the third to stop")


def test_a_job_goes_on_when_who_asked_for_it_leaves(engine: Engine, new_job: NewJob) -> None:
    running, waiting = new_job("a", steps=30), new_job("b")
    with connect(start=False) as other:
        other.submit(running)
        other.submit(waiting)
    wait_for(lambda: ended(running, engine) and ended(waiting, engine), "both")
    assert [running.state(), waiting.state()] == [State.FINISHED] * 2


def test_a_job_whose_worker_is_killed_is_interrupted_and_can_be_resumed(
    engine: Engine, new_job: NewJob
) -> None:
    undisturbed = new_job("undisturbed", steps=40, seconds=0.0)
    job, behind = new_job("killed", steps=40), new_job("behind")
    for each in (undisturbed, job, behind):
        engine.submit(each)
    wait_for(lambda: is_counting(job), "the job to count")
    killed = worker_pid(engine)
    os.kill(killed, signal.SIGKILL)
    assert wait_for(lambda: not job.state(True).is_active, "the kill to show") < 1.0
    assert job.state() is State.INTERRUPTED

    assert engine.ask(short.pid) != killed  # it is back
    wait_for(lambda: ended(behind, engine), "the one behind it")
    assert behind.state() is State.FINISHED
    wait_for(lambda: not engine.knows(job), "the scheduler to give the task up")
    assert job.state(engine.knows(job)) is State.INTERRUPTED
    assert events(job) == ["queued", "started", "stage"]  # nobody began it again by himself

    resume(job, engine)
    wait_for(lambda: ended(job, engine), "the end")
    assert job.state() is State.FINISHED
    assert job.snapshot().attempts == 2
    assert (
        job.events()[0][-1]["sum"]
        == undisturbed.events()[0][-1]["sum"]
        == sum(number**2 for number in range(40))
    )
    assert (job.folder / "result.json").read_bytes() == (
        undisturbed.folder / "result.json"
    ).read_bytes()


def test_a_stopped_job_is_resumed_where_it_was(engine: Engine, new_job: NewJob) -> None:
    job = new_job("job", steps=30)
    engine.submit(job)
    wait_for(lambda: is_counting(job), "the job to count")
    job.request_stop()
    wait_for(lambda: ended(job, engine), "the stop")
    at_stop = len(job.events()[0])
    resume(job, engine)
    resume(job, engine)  # a second click
    wait_for(lambda: ended(job, engine), "the end")
    assert job.state() is State.FINISHED
    first = next(event for event in job.events()[0][at_stop:] if event["event"] == "progress")
    assert first["done"] > 2
    assert job.snapshot().attempts == 2
