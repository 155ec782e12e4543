"""A training that is killed again and again, at any moment, ends with the same predictions."""

import shutil
import sys
from collections.abc import Iterator
from datetime import datetime
from itertools import cycle, pairwise

import numpy as np
import pytest

from core.ingest import ingest, open_source
from core.jobs import Run, State
from core.project import Project, Workspace
from core.settings import Method, SplitSettings, TrainSettings
from tests.engine.lives import Nursery
from tests.makers import class_files, make_folder

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="a process with TensorFlow can be forked there"
)
KILLS = {Method.HEAD: 12, Method.FINETUNE: 8}  # twenty in all
SETTINGS = {
    Method.HEAD: TrainSettings(epochs=40, patience=40, batch_size=8, dropout=0.2),
    Method.FINETUNE: TrainSettings(
        Method.FINETUNE, epochs=3, batch_size=8, dropout=0.2, learning_rate=1e-4
    ),
}


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as nursery:
        yield nursery


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("killed")
    project = Workspace(folder).create("Small animals")
    with open_source(make_folder(folder / "images", class_files(each=12))) as source:
        ingest(source, project.folder)
    return project


def begun(project: Project, method: Method, number: int) -> Run:
    """A new run in a copy of ``project``, whose images nobody has looked at."""
    target = project.folder.with_name(f"{method}-{number}")
    shutil.copytree(project.folder, target)
    return Run.plan(Project(target), SETTINGS[method], SplitSettings())


@pytest.mark.slow
@pytest.mark.parametrize("method", list(KILLS))
def test_killed_at_random_moments_it_ends_with_the_same_predictions(
    nursery: Nursery, project: Project, method: Method
) -> None:
    """Every other kill comes at a random touch of a file, the others in all stages in turn."""
    nursery.live(begun(project, method, 0).folder)  # converts the backbone
    whole = begun(project, method, 1)
    _, touches = nursery.live(whole.folder)
    assert whole.state() is State.FINISHED, whole.snapshot().problem
    stages = cycle(seconds_of(whole).items())

    rng = np.random.default_rng(20)
    kills, runs = 0, 1
    while kills < KILLS[method]:
        runs += 1
        run = begun(project, method, runs)
        killed = True
        while killed and kills < KILLS[method]:  # a life may be long enough to come to the end
            if kills % 2:
                killed, _ = nursery.live(run.folder, touches=int(rng.integers(1, touches)))
            else:
                stage, seconds = next(stages)
                killed, _ = nursery.live(run.folder, within=(stage, rng.uniform(0.0, seconds)))
            kills += killed
        if killed:
            assert run.state() is State.INTERRUPTED
            nursery.live(run.folder)
        assert_same(run, whole)


def seconds_of(run: Run) -> dict[str, float]:
    """How long each stage took."""
    events = [event for event in run.events()[0] if event["event"] in ("stage", "finished")]
    began = [datetime.fromisoformat(event["at"]) for event in events]
    names = [event["name"] for event in events[:-1]]
    spans = [(end - start).total_seconds() for start, end in pairwise(began)]
    return dict(zip(names, spans, strict=True))


def assert_same(run: Run, other: Run) -> None:
    assert run.state() is State.FINISHED, run.snapshot().problem
    assert run.predictions_file.read_bytes() == other.predictions_file.read_bytes()
    mine, theirs = run.report(), other.report()
    assert mine is not None
    assert theirs is not None
    for name in ("validation", "test", "kept", "stages"):
        assert mine[name] == theirs[name]
    left = {path.name for path in run.folder.iterdir()}
    assert left == {path.name for path in other.folder.iterdir()}, "nothing is left lying about"
