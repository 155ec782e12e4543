"""A real engine in a home of its own, ended with everything it started."""

from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from core.jobs import Engine, JobFolder, connect, launch
from tests.engine.helpers import (
    PATIENCE,
    NewJob,
    engine_processes,
    process,
    scheduler_address,
    wait_for,
    worker_pid,
)


@pytest.fixture
def new_job(tmp_path: Path) -> Iterator[NewJob]:
    """Makes jobs; whatever still runs at the end of the test is asked to stop."""
    made: list[JobFolder] = []

    def make(name: str, steps: int = 3, seconds: float = 0.02) -> JobFolder:
        request = {"steps": steps, "seconds": seconds}
        made.append(JobFolder.create(tmp_path / name, "check", request))
        return made[-1]

    yield make
    for job in made:
        job.request_stop()


def make_home(path: Path, patch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home for an engine; whatever engine lives in it at the end is ended."""
    patch.setenv("FIRSTLIGHT_HOME", str(path))
    patch.setenv("FIRSTLIGHT_WARM_UP", "0")
    for name in ("FIRSTLIGHT_SCHEDULER", "FIRSTLIGHT_WORKER_MEMORY", "FIRSTLIGHT_ENGINE_IDLE"):
        patch.delenv(name, raising=False)
    yield path
    processes = engine_processes()
    launch.stop_local()
    _, alive = psutil.wait_procs(processes, timeout=PATIENCE)
    assert not alive, f"left behind: {alive}"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty home, for tests that end their engine or need a fresh one."""
    yield from make_home(tmp_path / "home", monkeypatch)


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home of the engine that the tests of a module share."""
    with pytest.MonkeyPatch.context() as patch:
        yield from make_home(tmp_path_factory.mktemp("home"), patch)


@pytest.fixture(scope="module")
def engine(shared_home: Path) -> Iterator[Engine]:
    """The engine that the tests of a module share."""
    with connect() as engine:
        worker_pid(engine)
        yield engine


@pytest.fixture
def scheduler(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a plain Dask scheduler that cannot import First Light."""
    found = tmp_path / "scheduler.json"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    options += ["--dashboard-address", "127.0.0.1:0", "--scheduler-file", str(found)]
    monkeypatch.delenv("PYTHONPATH", raising=False)
    with process("distributed.cli.dask_scheduler", *options, cwd=elsewhere):
        wait_for(found.exists, "the scheduler")
        address = scheduler_address(found)
        monkeypatch.setenv("FIRSTLIGHT_SCHEDULER", address)
        yield address
