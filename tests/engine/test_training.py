"""Training on the real engine: killed, stopped, resumed; the result is always the same."""

import numpy as np
import psutil
import pytest

from core.ingest import ingest, open_source
from core.jobs import Engine, Run, State, resume, start_training
from core.project import Project, Workspace
from core.settings import SplitSettings, TrainSettings
from tests.engine.helpers import PATIENCE, ended, wait_for, worker_pid
from tests.makers import class_files, make_zip

# Long enough to be caught in the middle; patience as long, so that every epoch is run
SETTINGS = TrainSettings(epochs=150, patience=150, dropout=0.2)
LONG = 4 * PATIENCE  # the first training loads TensorFlow and converts the backbone


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Project:
    folder = tmp_path_factory.mktemp("training")
    files = class_files(("ant", "bee", "cat"), each=12)
    project = Workspace(folder).create("Small animals")
    with open_source(make_zip(folder / "images.zip", files)) as source:
        ingest(source, project.folder)
    return project


@pytest.fixture(scope="module")
def undisturbed(project: Project, engine: Engine) -> Run:
    run = start_training(project, SETTINGS, SplitSettings(), engine)
    wait_for(lambda: ended(run, engine), "the undisturbed run", LONG)
    assert run.state() is State.FINISHED, run.snapshot().problem
    return run


def test_a_run_leaves_a_model_predictions_and_a_report(undisturbed: Run) -> None:
    report = undisturbed.report()
    assert report is not None
    assert report["classes"] == ["ant", "bee", "cat"]
    assert report["epochs_run"] == SETTINGS.epochs
    assert undisturbed.model_file.is_file()
    assert set(undisturbed.predictions()["split"]) == {"validation", "test"}


def test_a_run_whose_worker_is_killed_shows_as_interrupted_and_resumes_to_the_same_result(
    project: Project, engine: Engine, undisturbed: Run
) -> None:
    run = start_training(project, SETTINGS, SplitSettings(), engine)
    wait_for(lambda: epochs_of(run) > 10, "some epochs", LONG)
    psutil.Process(worker_pid(engine)).kill()
    wait_for(lambda: run.state(engine.knows(run)) is State.INTERRUPTED, "the interruption")
    assert run.report() is None

    resume(run, engine)
    wait_for(lambda: ended(run, engine), "the resumed run", LONG)
    assert run.state() is State.FINISHED, run.snapshot().problem
    assert_same_result(run, undisturbed)


def test_a_stopped_run_resumes_from_where_it_was_to_the_same_result(
    project: Project, engine: Engine, undisturbed: Run
) -> None:
    run = start_training(project, SETTINGS, SplitSettings(), engine)
    wait_for(lambda: epochs_of(run) > 10, "some epochs", LONG)
    run.request_stop()
    seconds = wait_for(lambda: run.state(engine.knows(run)) is State.STOPPED, "the stop")
    assert seconds < 5  # a second on a quiet machine
    done = epochs_of(run)

    resume(run, engine)
    wait_for(lambda: ended(run, engine), "the resumed run", LONG)
    numbers = [event["epoch"] for event in run.events()[0] if event["event"] == "epoch"]
    assert numbers.count(done) == 1  # no epoch that was told of is run again
    assert_same_result(run, undisturbed)


def epochs_of(run: Run) -> int:
    return sum(event["event"] == "epoch" for event in run.events()[0])


def assert_same_result(run: Run, other: Run) -> None:
    mine, theirs = run.predictions(), other.predictions()
    probabilities = [name for name in mine if name.startswith("p_")]
    assert list(mine["image_id"]) == list(theirs["image_id"])
    np.testing.assert_array_equal(mine[probabilities], theirs[probabilities])
