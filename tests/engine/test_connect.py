"""The local engine's life: started once, found, replaced, ended."""

import dataclasses
import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from core import files
from core.errors import EngineProblem
from core.jobs import State, connect, launch, record, resume
from core.jobs.shards import crew
from tests.engine.helpers import (
    PATIENCE,
    NewJob,
    ended,
    engine_processes,
    is_counting,
    wait_for,
)


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "core.jobs", *arguments],
        cwd=record.ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def test_everybody_who_connects_at_once_gets_the_same_engine(home: Path) -> None:
    home.mkdir()
    files.write_json(  # what an engine that crashed left behind
        record.card(),
        dataclasses.asdict(record.Record(2**22 - 1, "tcp://127.0.0.1:9", "gone", "", "")),
    )
    script = "from core.jobs import connect; print(connect().describe()['id'], flush=True)"
    others = [
        subprocess.Popen(
            [sys.executable, "-c", script], cwd=record.ROOT, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    with ThreadPoolExecutor(3) as pool:
        engines = list(pool.map(lambda _: connect(), range(3)))
    ids = {engine.describe()["id"] for engine in engines}
    for other in others:
        ids.add(other.communicate(timeout=PATIENCE)[0].strip())
        assert other.returncode == 0
    found = record.read()
    assert found is not None
    assert ids == {found.scheduler_id}
    for engine in engines:
        engine.close()


def test_an_engine_that_was_killed_is_replaced_while_one_works_with_it(
    home: Path, new_job: NewJob
) -> None:
    with connect() as engine:
        job = new_job("job", steps=50)
        engine.submit(job)
        wait_for(lambda: is_counting(job), "the job to count")
        before = engine_processes()
        before[0].kill()
        _, alive = psutil.wait_procs(before, timeout=10)
        assert not alive  # the worker does not outlive its engine
        assert job.state(engine.knows(job)) is State.INTERRUPTED
        assert record.read() is not None  # asking has started a new one
        resume(job, engine)
        wait_for(lambda: ended(job, engine), "the end")
        assert job.state() is State.FINISHED


def test_an_engine_of_older_code_is_replaced_once_nobody_needs_it(
    home: Path, tmp_path: Path
) -> None:
    with connect() as engine:
        old = record.read()
        assert old is not None
        files.write_json(record.card(), {**dataclasses.asdict(old), "version": "older"})
        with connect() as other:  # in use, so it stays
            assert other.describe()["id"] == old.scheduler_id
        wait_for(lambda: engine.describe()["clients"] == 1, "the other to be gone")
    with connect() as engine:
        assert engine.describe()["id"] != old.scheduler_id
        wait_for(lambda: not psutil.pid_exists(old.pid), "the old one to be gone")  # it tidies up


def test_an_engine_that_nobody_needs_ends_by_itself(
    home: Path, new_job: NewJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRSTLIGHT_ENGINE_IDLE", "0.5")
    with connect() as engine:
        job = new_job("job", steps=50)
        engine.submit(job)
        wait_for(lambda: is_counting(job), "the job to count")
        processes = engine_processes()
    assert job.state(True) is State.RUNNING  # nobody is connected, but there is work
    _, alive = psutil.wait_procs(processes, timeout=PATIENCE)
    assert not alive
    assert job.state() is State.FINISHED
    assert not record.card().exists()
    with pytest.raises(EngineProblem):
        connect(start=False)


def test_a_worker_that_once_asked_the_scheduler_keeps_no_engine_alive(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As jobs do that look for other workers to share their work with."""
    monkeypatch.setenv("FIRSTLIGHT_ENGINE_IDLE", "0.5")
    with connect() as engine:
        engine.ask(look_for_a_crew)
        assert engine.describe()["clients"] == 1
        processes = engine_processes()
    _, alive = psutil.wait_procs(processes, timeout=PATIENCE)
    assert not alive


def look_for_a_crew() -> None:
    with crew():
        pass


def test_the_command_line(home: Path) -> None:
    status = command("--status")
    assert (status.returncode, json.loads(status.stdout)["running"]) == (1, False)
    check = command("--check")
    assert check.returncode == 0, check.stderr
    assert json.loads(check.stdout)["state"] == "finished"
    status = command("--status")
    about = json.loads(status.stdout)
    found = record.read()
    assert found is not None
    assert status.returncode == 0
    assert (about["running"], about["pid"]) == (True, found.pid)
    assert about["memory"] == about["workers"][0]["memory"] > 0
    processes = engine_processes()
    assert command("--stop").returncode == 0
    _, alive = psutil.wait_procs(processes, timeout=5)
    assert not alive
    assert command("--stop").returncode == 1
    assert command("--nonsense").returncode == 2


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGINT for others")
def test_ctrl_c_ends_the_engine_and_its_worker(home: Path, new_job: NewJob) -> None:
    with connect() as engine:
        job = new_job("job", steps=2_000)
        engine.submit(job)
        wait_for(lambda: is_counting(job), "the job to count")
        processes = engine_processes()
        os.kill(processes[0].pid, signal.SIGINT)
        _, alive = psutil.wait_procs(processes, timeout=10)
    assert not alive
    assert not record.is_alive()
    assert job.state() is State.INTERRUPTED


def test_an_engine_that_cannot_start_says_why(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRSTLIGHT_WORKER_MEMORY", "plenty")
    with pytest.raises(EngineProblem) as caught:
        connect()
    assert "FIRSTLIGHT_WORKER_MEMORY is 'plenty'" in caught.value.detail
    assert "engine.log" in caught.value.fix


def test_a_home_that_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("FIRSTLIGHT_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(EngineProblem) as caught:
        connect()
    assert "FIRSTLIGHT_HOME" in caught.value.fix


def test_nothing_is_stopped_where_nothing_runs(home: Path) -> None:
    assert launch.stop_local() is False
