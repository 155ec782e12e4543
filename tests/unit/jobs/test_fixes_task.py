"""What to fix first, in the worker: what is proposed, and that the test images have no part."""

from collections.abc import Callable

import numpy as np
import pytest

from core import catalogue
from core.audit import Evidence, examine
from core.audit.check import Check, Found
from core.audit.registry import check_named
from core.errors import ProjectProblem
from core.fixes import Fixes
from core.ingest import ingest, open_source
from core.jobs import JobFolder, Run, State, fixes_task
from core.jobs.tasks import perform
from core.project import Project, Workspace, new_id
from core.settings import SplitSettings, TrainSettings
from tests.makers import class_files, make_folder

MISLABELLED = 4


@pytest.fixture
def project(workspace, tmp_path) -> Project:
    """Thirty cats and thirty dogs, of which four cats are labelled as dogs."""
    made = Workspace().create("Animals")
    with open_source(make_folder(tmp_path / "images", class_files(each=30))) as source:
        ingest(source, made.folder)
    return made


@pytest.fixture
def run(project) -> Run:
    return Run.plan(project, TrainSettings(), SplitSettings())


@pytest.fixture
def truth(project) -> dict[str, str]:
    images = catalogue.in_force(project)
    return dict(zip(images["sha256"], images["label"], strict=True))


@pytest.fixture
def wrong(project, run, truth) -> list[str]:
    """Ids of the training cats that are labelled as dogs."""
    images = run.images()
    cats = images[(images["split"] == "train") & (images["label"] == "cat")]
    chosen = cats["image_id"].head(MISLABELLED).tolist()
    catalogue.decide(project, "relabel", images=chosen, label="dog")
    return chosen


@pytest.fixture(autouse=True)
def _seen(monkeypatch, truth):
    """The network sees what an image shows, and some noise."""

    def seen(project, hashes, network, fit, job=None):
        rng = np.random.default_rng(0)
        kinds = np.array([truth[sha] == "cat" for sha in hashes], int)
        return (np.eye(2, 8)[kinds] + 0.3 * rng.normal(size=(len(kinds), 8))).astype(np.float32)

    monkeypatch.setattr(fixes_task, "features_of", seen)


def ranked(project: Project, run: Run) -> Fixes:
    job = JobFolder.create(project.jobs / new_id("fixes"), "fixes", {"run": run.id})
    perform(str(job.folder))
    assert job.state() is State.FINISHED, job.snapshot().problem
    found = Fixes.load(run.folder)
    assert found is not None
    return found


def test_wrong_labels_are_proposed_without_a_check_and_only_of_training_images(project, run, wrong):
    found = ranked(project, run)
    assert not found.checked
    assert {fix.image_id for fix in found.fixes} <= set(wrong)
    assert found.fixes[0].label == "dog"
    assert (found.fixes[0].act, found.fixes[0].to) in [("relabel", "cat"), ("drop", "")]
    assert all(fix.gain > 0 for fix in found.fixes)
    assert found.n == (run.images()["split"] == "validation").sum()


def test_what_the_user_said_is_right_is_not_proposed(project, run, wrong):
    (first, *_), before = ranked(project, run).fixes, ranked(project, run).proposed
    catalogue.decide(project, "keep", images=[first.image_id], check="wrong_labels")
    found = ranked(project, run)
    assert first.image_id not in {fix.image_id for fix in found.fixes}
    assert found.proposed == before - 2  # neither another label nor to leave it out


def test_a_check_of_all_images_has_no_say_about_labels(project, run, wrong):
    """It has learnt from the test images, which are to judge."""
    images, before = catalogue.in_force(project), ranked(project, run)

    def score(evidence: Evidence) -> Found:
        return Found(np.zeros(len(images)), suggested=["dog"] * len(images))

    examine(Evidence(images), [replaced("wrong_labels", score)]).save(project)
    found = ranked(project, run)
    assert (found.fixes, found.proposed) == (before.fixes, before.proposed)


def test_bad_images_are_proposed_once_they_were_looked_at(project, run, wrong):
    images, before = catalogue.in_force(project), ranked(project, run).proposed
    train = run.images().query("split == 'train'")["image_id"]
    blurred = [train.iloc[-1], run.images().query("split == 'test'")["image_id"].iloc[0]]

    def score(evidence: Evidence) -> Found:
        return Found(np.where(images["image_id"].isin(blurred), 0.0, 1.0))

    fine = [
        replaced(name, lambda evidence: Found(np.ones(len(images))))
        for name in fixes_task._BY_ITSELF
        if name != "blurry"
    ]
    examine(Evidence(images), [replaced("blurry", score), *fine]).save(project)
    found = ranked(project, run)
    assert found.checked
    assert found.proposed == before + 1  # the one that was learnt from


def replaced(name: str, score: Callable[[Evidence], Found]) -> Check:
    """The check ``name`` with another way to score."""
    known = check_named(name)
    return Check(known.name, known.title, known.threshold, score, needs=known.needs)


def test_a_good_project_has_little_to_fix(project, run):
    found = ranked(project, run)
    assert found.proposed == 0
    assert found.fixes == ()


def test_the_test_images_judge_what_was_ranked_and_nothing_else(project, run, wrong):
    found = ranked(project, run)
    judged = fixes_task.judged(str(run.folder), found.made)
    assert judged["n"] == (run.images()["split"] == "test").sum()
    assert 0 <= judged["before"] <= judged["n"]
    with pytest.raises(ProjectProblem, match="changed since"):
        fixes_task.judged(str(run.folder), "another time")
    catalogue.decide(project, "drop", images=[wrong[0]])
    with pytest.raises(ProjectProblem, match="changed since"):
        fixes_task.judged(str(run.folder), found.made)


def test_the_ranking_does_not_depend_on_the_test_images(project, run, wrong, monkeypatch):
    first = ranked(project, run)
    table = run.images()
    tested = set(table.loc[table["split"] == "test", "sha256"])
    seen = fixes_task.features_of

    def other(project, hashes, *rest):
        found = seen(project, hashes, *rest)
        found[[sha in tested for sha in hashes]] = 1000
        return found

    monkeypatch.setattr(fixes_task, "features_of", other)
    (run.folder / "fixes.json").unlink()
    job = JobFolder.create(project.jobs / "fixes-2", "fixes", {"run": run.id})
    perform(str(job.folder))
    again = Fixes.load(run.folder)
    assert again is not None
    assert again.fixes == first.fixes
