"""What a training tells on its way, and that a model is only kept if it says what was measured."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from core.calibration import ece, warmed
from core.ingest import ingest, open_source
from core.jobs.folder import State
from core.jobs.run import Run
from core.jobs.tasks import perform
from core.ml import classifier
from core.project import Workspace
from core.recipe import Recipe, Step
from core.settings import Balance, Method, SplitSettings, TrainSettings
from tests.makers import class_files, make_folder

SETTINGS = TrainSettings(epochs=2, batch_size=8, balance=Balance.ON)


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project with six cats and six dogs."""
    folder = tmp_path_factory.mktemp("train")
    made = Workspace(folder).create("Animals")
    with open_source(make_folder(folder / "images", class_files(each=6))) as source:
        ingest(source, made.folder)
    return made


@pytest.fixture
def run(project) -> Run:
    return Run.plan(project, SETTINGS, SplitSettings())


def test_it_tells_its_stages_progress_and_epochs(run):
    perform(str(run.folder))
    events = run.events()[0]
    assert [event["name"] for event in events if event["event"] == "stage"] == [
        *("prepare", "features", "train", "evaluate")
    ]
    assert [(e["index"], e["of"]) for e in events if e["event"] == "stage"] == [
        (number, 4) for number in (1, 2, 3, 4)
    ]
    progress = [event for event in events if event["event"] == "progress"]
    assert (progress[-1]["done"], progress[-1]["total"]) == (12, 12)
    assert [event["epoch"] for event in events if event["event"] == "epoch"] == [1, 2]
    assert events[-1]["event"] == "finished"
    assert {"accuracy", "accuracy_low", "accuracy_high"} <= events[-1].keys()


def test_its_report_says_what_was_trained_on_what(run):
    perform(str(run.folder))
    report = run.report()
    assert report["n"] == {"train": 8, "validation": 2, "test": 2}
    assert report["validation"]["n"] == report["test"]["n"] == 2
    assert 1 <= report["best_epoch"] <= report["epochs_run"] == 2
    assert set(report["seconds"]) == {"features", "train", "evaluate", "total"}
    predictions = run.predictions()
    assert list(predictions.columns) == [
        *("image_id", "sha256", "source", "split", "label"),
        *("predicted", "correct", "confidence", "loss", "p_0", "p_1"),
    ]


def test_its_answers_are_as_sure_as_its_validation_images_say(run, monkeypatch):
    """The temperature is in the table and in the saved model, which is only kept if both agree."""
    monkeypatch.setattr("core.calibration.fit_temperature", lambda *_: 0.5)
    perform(str(run.folder))
    kept = run.report()["calibration"]
    assert kept["temperature"] == 0.5
    answers = run.predictions()
    as_trained = warmed(answers[["p_0", "p_1"]].to_numpy(float), 2.0).max(axis=1)
    for side in ("validation", "test"):
        own = (answers["split"] == side).to_numpy()
        correct = answers["correct"][own].to_numpy()
        sure = answers["confidence"][own].to_numpy()
        assert kept[f"{side}_after"] == pytest.approx(ece(sure, correct), abs=1e-5)
        assert kept[f"{side}_before"] == pytest.approx(ece(as_trained[own], correct), abs=1e-4)


def test_a_model_that_says_something_else_is_not_kept(run, monkeypatch):
    predict = classifier.predict
    monkeypatch.setattr(classifier, "predict", lambda *found: predict(*found)[:, ::-1] + 0.01)
    perform(str(run.folder))
    assert run.state() is State.FAILED
    assert "does not agree" in run.snapshot().problem.title
    assert run.report() is None
    assert not run.model_file.exists()


def test_nor_one_that_says_nothing(run, monkeypatch):
    nothing = np.full((2, 2), np.nan)
    monkeypatch.setattr(classifier, "predict", lambda model, images: nothing)
    perform(str(run.folder))
    assert run.state() is State.FAILED
    assert not run.model_file.exists()


def test_asked_to_stop_it_stops_and_goes_on_when_asked_again(run):
    run.request_stop()
    perform(str(run.folder))
    assert run.state() is State.STOPPED
    run.forget_stop()
    perform(str(run.folder))
    assert run.state() is State.FINISHED


def test_a_full_disk_is_told_and_what_was_computed_is_used_again(run, monkeypatch):
    from core import files

    def full(path, table):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(files, "write_table", full)
        perform(str(run.folder))
    assert run.state() is State.FAILED
    assert run.snapshot().problem.title == "The disk is full"
    perform(str(run.folder))
    assert run.state() is State.FINISHED
    assert [e["epoch"] for e in run.events()[0] if e["event"] == "epoch"] == [1, 2]


TUNING = TrainSettings(method=Method.FINETUNE, epochs=1, batch_size=8, views=1)
MIXED = Recipe("Mixed", (Step("flip_horizontal", 1.0), Step("mix_up", 0.5)))


@pytest.fixture(scope="module")
def tuned(project) -> Run:
    run = Run.plan(project, TUNING, SplitSettings(), recipe=MIXED)
    perform(str(run.folder))
    assert run.state() is State.FINISHED, run.snapshot().problem
    return run


class TestFineTuning:
    def test_views_and_the_head_come_first(self, tuned):
        stages = [event["name"] for event in tuned.events()[0] if event["event"] == "stage"]
        assert stages == ["prepare", "features", "views", "head", "train", "evaluate"]

    def test_what_is_kept_is_never_worse_by_validation(self, tuned):
        report = tuned.report()
        head, other = (report["stages"][name] for name in ("head", "finetune"))
        kept = report["stages"][report["kept"]]
        assert kept["val_accuracy"] == max(head["val_accuracy"], other["val_accuracy"])
        assert report["validation"]["accuracy"] == kept["val_accuracy"]

    def test_the_report_says_where_it_comes_from(self, tuned):
        report = tuned.report()
        assert set(report["hashes"]) == {"catalogue", "split", "recipe", "weights", "model"}
        assert report["hashes"]["recipe"] == MIXED.id
        assert report["hardware"]["cores"] >= 1
        assert "keras" in report["versions"]

    def test_again_it_gives_the_same_predictions(self, project, tuned):
        again = Run.plan(project, TUNING, SplitSettings(), recipe=MIXED)
        perform(str(again.folder))
        pd.testing.assert_frame_equal(again.predictions(), tuned.predictions())

    def test_one_can_train_on(self, project, tuned):
        more = dataclasses.replace(TUNING, epochs=2)
        longer = Run.plan(project, more, SplitSettings(), continues=tuned)
        perform(str(longer.folder))
        assert longer.recipe == MIXED
        assert longer.report()["stages"]["finetune"]["epochs_run"] == 2
        told = [event["epoch"] for event in longer.events()[0] if event["event"] == "epoch"]
        assert told == [2]
