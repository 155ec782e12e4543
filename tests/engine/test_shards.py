"""The features of a large project, computed by all workers of a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from distributed import Client

from core.ingest import ingest, open_source
from core.jobs import Engine, Run, State, connect, record, start_training
from core.jobs.features import PART, usual_features
from core.project import Project, Workspace
from core.settings import SplitSettings, TrainSettings
from tests.engine.helpers import PATIENCE, ended, process, wait_for
from tests.makers import class_files, make_zip

PARTS = 3
SETTINGS = TrainSettings(epochs=2)
LONG = 6 * PATIENCE


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """More images than one worker would like to look at alone."""
    count = PART * (PARTS - 1) + 10
    files = class_files(("ant", "bee"), each=count // 2)
    project = Workspace(tmp_path / "shared").create("Many small animals")
    with open_source(make_zip(tmp_path / "images.zip", files)) as source:
        ingest(source, project.folder)
    return project


@pytest.fixture
def workers(scheduler: str, home: Path) -> Iterator[Engine]:
    """Two workers in processes of their own, both ready to look at images."""
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(process("core.jobs", "--worker", scheduler, cwd=record.ROOT))
        engine = stack.enter_context(connect())
        wait_for(lambda: len(engine.describe()["workers"]) == 2, "both workers", LONG)
        with Client(scheduler, set_as_default=False) as client:
            client.run(_load)
        yield engine


def _load() -> None:
    import core.jobs.train_task  # noqa: F401


def test_two_workers_share_the_images_of_one_run(workers: Engine, project: Project) -> None:
    run = start_training(project, SETTINGS, SplitSettings(), workers)
    mine, other = _sides(run, workers)
    wait_for(lambda: _tasks(other, workers), "a part elsewhere", LONG)
    with _held(mine):  # else the one may be done before the other has begun
        wait_for(lambda: not _tasks(other, workers), "what was given away", LONG)
    wait_for(lambda: ended(run, workers), "the run", LONG)
    assert run.state() is State.FINISHED, run.snapshot().problem
    shared = _shared(run)
    assert shared["workers"] == 2
    assert shared["parts"] == PARTS
    assert 0 < shared["elsewhere"] < PARTS
    hashes = run.images()["sha256"]
    together = usual_features(project, hashes)
    assert together.shape[0] == len(hashes)
    alone = _alone(project, hashes[:: PART // 8])
    assert np.allclose(together[:: PART // 8], alone, atol=1e-5)


def test_a_worker_that_dies_while_it_helps_costs_nothing(workers: Engine, project: Project) -> None:
    run = start_training(project, SETTINGS, SplitSettings(), workers)
    _, other = _sides(run, workers)
    psutil.Process(other).kill()
    wait_for(lambda: ended(run, workers), "the run", LONG)
    assert run.state() is State.FINISHED, run.snapshot().problem


def test_a_stop_reaches_the_workers_that_help(workers: Engine, project: Project) -> None:
    run = start_training(project, SETTINGS, SplitSettings(), workers)
    wait_for(lambda: run.snapshot().stage == "features" and run.snapshot().done, "images", LONG)
    run.request_stop()
    wait_for(lambda: ended(run, workers), "the stop")
    assert run.state() is State.STOPPED
    wait_for(lambda: not any(w["tasks"] for w in workers.describe()["workers"]), "rest")
    assert len(run.images()) > run.snapshot().done


def _sides(run: Run, engine: Engine) -> tuple[int, int]:
    """The process that has the run, once it looks at images, and the one that helps."""
    wait_for(lambda: run.snapshot().stage == "features" and run.snapshot().done, "images", LONG)
    [mine] = [e["pid"] for e in run.events()[0] if e["event"] == "started"]
    [other] = [w["pid"] for w in engine.describe()["workers"] if w["pid"] != mine]
    return mine, other


def _tasks(pid: int, engine: Engine) -> int:
    """How many tasks a worker has been given and not yet done."""
    [tasks] = [w["tasks"] for w in engine.describe()["workers"] if w["pid"] == pid]
    return int(tasks)


@contextmanager
def _held(pid: int) -> Iterator[None]:
    """A process that stands still for a while."""
    held = psutil.Process(pid)
    held.suspend()
    try:
        yield
    finally:
        held.resume()


def _shared(run: Run) -> dict[str, Any]:
    [event] = [event for event in run.events()[0] if event["event"] == "shared"]
    return event


def _alone(project: Project, hashes: Any) -> np.ndarray[Any, Any]:
    """The features of a few images, computed here and now without the project's cache."""
    project.features.rename(project.folder / "features-before")
    return usual_features(project, hashes)
