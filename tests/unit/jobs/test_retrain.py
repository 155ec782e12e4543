"""Training again on mended images: what differs comes from the mending alone."""

import numpy as np
import pandas as pd
import pytest

from core import catalogue, files
from core.ingest import ingest, open_source
from core.jobs import JobFolder, Mended, Run, State, mended, retrain
from core.jobs import saving as saving_module
from core.jobs.tasks import perform
from core.ml import classifier
from core.project import Workspace
from core.recipe import Recipe, Step
from core.settings import Balance, SplitSettings, TrainSettings
from tests.makers import class_files, make_folder

SETTINGS = TrainSettings(epochs=2, batch_size=8, balance=Balance.ON, seed=3)
SPLIT = SplitSettings(seed=4, test=0.3)


class Desk:
    """Does the work at once."""

    def __init__(self, works: bool = True) -> None:
        self.works = works
        self.taken: list[JobFolder] = []

    def submit(self, job: JobFolder) -> None:
        self.taken.append(job)
        if self.works:
            perform(str(job.folder), job.queue())

    def knows(self, job: JobFolder) -> bool:
        return True


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project with eight cats and eight dogs."""
    folder = tmp_path_factory.mktemp("retrain")
    made = Workspace(folder).create("Animals")
    with open_source(make_folder(folder / "images", class_files(each=8))) as source:
        ingest(source, made.folder)
    return made


@pytest.fixture(scope="module")
def trained(project) -> Run:
    run = Run.plan(project, SETTINGS, SPLIT)
    perform(str(run.folder))
    assert run.state() is State.FINISHED, run.snapshot().problem
    return run


@pytest.fixture(autouse=True)
def _undone(project):
    """Every test begins with the images as they came."""
    yield
    project.decisions_file.unlink(missing_ok=True)


@pytest.fixture
def mend(project, trained):
    """Relabel one training cat, drop another."""
    images = trained.images()
    cats = images[(images["label"] == "cat") & (images["split"] == "train")]["image_id"]
    catalogue.decide(project, "relabel", images=[cats.iloc[0]], label="dog")
    catalogue.decide(project, "drop", images=[cats.iloc[1]])
    return cats.iloc[0], cats.iloc[1]


def test_it_is_planned_like_the_run_before(project, trained, mend):
    desk = Desk(works=False)
    again = retrain(trained, desk)
    assert desk.taken == [again]
    assert (again.settings, again.split, again.like) == (SETTINGS, SPLIT, trained.id)
    before, after = (run.images().set_index("image_id") for run in (trained, again))
    assert set(before.index) - set(after.index) == {mend[1]}
    assert after["split"].to_dict() == before["split"].drop(mend[1]).to_dict()
    assert after["label"][mend[0]] == "dog"
    assert again.catalogue_id != trained.catalogue_id


def test_the_recipe_is_that_of_the_run_before(project):
    views = TrainSettings(views=1)
    recipe = Recipe("Mirror", (Step("flip_horizontal", 1.0),))
    first = Run.plan(project, views, SPLIT, recipe=recipe)
    assert retrain(first, Desk(works=False)).recipe == recipe


def test_what_has_changed_since_is_counted(trained, mend):
    assert mended(trained) == Mended(relabelled=1, dropped=1, added=0, learnt=2)


def test_images_that_only_judge_are_not_learnt(project, trained):
    images = trained.images()
    tested = images[images["split"] == "test"]["image_id"].iloc[0]
    catalogue.decide(project, "drop", images=[tested])
    assert mended(trained) == Mended(relabelled=0, dropped=1, added=0, learnt=0)


def test_a_new_name_changes_no_image(project, trained):
    catalogue.decide(project, "rename", label="dog", to="wolf")
    assert not mended(trained).anything


def test_where_every_class_has_a_new_name_only_the_mended_images_count(project, trained, mend):
    catalogue.decide(project, "rename", label="dog", to="wolf")
    catalogue.decide(project, "rename", label="cat", to="lynx")
    assert mended(trained) == Mended(relabelled=1, dropped=1, added=0, learnt=2)


def test_classes_that_are_one_now_are_something_to_train_with(project, trained):
    catalogue.decide(project, "rename", label="dog", to="cat")
    found = mended(trained)
    assert found == Mended(relabelled=0, dropped=0, added=0, learnt=0, merged=1)
    assert found.anything


def test_a_name_that_was_given_before_the_training_is_its_own(project, trained):
    renamed = catalogue.decide(project, "rename", label="dog", to="wolf")
    again = Run.plan(project, SETTINGS, SPLIT, like=trained)
    assert not mended(again).anything
    catalogue.decide(project, "undo", decision=renamed["number"])
    assert not mended(again).anything


def test_nothing_has_happened_at_first(trained):
    assert not mended(trained).anything


def test_nothing_mended_gives_the_same_answers(trained):
    again = retrain(trained, Desk())
    pd.testing.assert_frame_equal(again.predictions(), trained.predictions())


def test_the_model_is_made_from_the_one_before_and_says_what_was_measured(
    project, trained, mend, monkeypatch
):
    def slow(*_: object) -> None:
        raise AssertionError("the network was built")

    monkeypatch.setattr(classifier, "save", slow)
    again = retrain(trained, Desk())
    assert again.state() is State.FINISHED, again.snapshot().problem
    model, table = classifier.load(again.model_file), again.predictions()
    pixels = [
        saving_module.loader(saving_module.original_path(project.folder, sha), 224, "squash")()
        for sha in table["sha256"]
    ]
    np.testing.assert_allclose(
        classifier.predict(model, pixels), table[["p_0", "p_1"]].to_numpy(), atol=1e-4
    )
    assert again.report()["hashes"]["model"] != trained.report()["hashes"]["model"]


@pytest.mark.parametrize("change", ["model", "versions", "gone"])
def test_a_model_that_nobody_vouches_for_is_not_built_on(trained, tmp_path, change, monkeypatch):
    report = trained.report()
    if change == "model":
        report["hashes"]["model"] = "0" * 64
    if change == "versions":
        report["versions"]["keras"] = "2.0"
    monkeypatch.setattr(Run, "report", lambda run: None if change == "gone" else report)
    run = Run.plan(trained.project, SETTINGS, SPLIT, like=trained)
    head = saving_module.Head(np.zeros((2840, 2), np.float32), np.zeros(2, np.float32))
    assert not saving_module._from_the_run_before(run, head)


def test_a_run_that_names_a_place_elsewhere_repeats_none(trained):
    again = retrain(trained, Desk(works=False))
    content = files.read_json(again.folder / "settings.json")
    files.write_json(again.folder / "settings.json", content | {"like": "../../elsewhere"})
    assert Run(again.folder).like is None
