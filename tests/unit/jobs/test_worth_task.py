"""The worker's side of what a recipe buys."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import recipe
from core.ingest import ingest, open_source
from core.jobs import JobFolder, State
from core.jobs.tasks import perform
from core.project import Project
from core.recipe import Recipe, Step
from core.worth import Worth
from tests.makers import class_files, make_folder

KEEPING = Recipe("Flips", (Step("flip_horizontal", 1.0),))
MIXING = Recipe("Mix", (Step("flip_horizontal", 1.0), Step("mix_up", 1.0)))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("worth")
    made = Project.create(folder / "projects", "Pets")
    with open_source(make_folder(folder / "images", class_files(each=20))) as source:
        ingest(source, made.folder)
    recipe.save(made, KEEPING)
    return made


def measure(project: Project, name: str, **request: object) -> tuple[JobFolder, Worth]:
    job = JobFolder.create(project.jobs / name, "worth", request)
    perform(str(job.folder))
    assert job.state() is State.FINISHED, job.snapshot().problem
    found = Worth.load(project)
    assert found is not None
    return job, found


def test_the_recipe_in_force_is_measured_by_all_but_the_test_images(project: Project) -> None:
    job, found = measure(project, "worth-1", views=2)
    assert (found.recipe, found.views, found.images, found.asked) == (KEEPING, 2, 34, 34)
    assert found.compared.low <= found.compared.difference <= found.compared.high
    stages = [event["name"] for event in job.events()[0] if event["event"] == "stage"]
    assert [name for name in stages if name != "prepare"] == ["features", "views", "compare"]


def test_views_that_are_there_cost_nothing_and_give_the_same(project: Project) -> None:
    first = measure(project, "worth-2", views=3)[1]
    again = measure(project, "worth-3", views=3)[1]
    assert first.anew > 0
    assert again.anew == 0
    assert again.compared == first.compared


def test_recipes_that_mix_can_be_measured(project: Project) -> None:
    job, found = measure(project, "worth-4", recipe=MIXING.to_json(), views=1)
    assert found.anew == found.looks == 34
    done = [event["done"] for event in job.events()[0] if event["event"] == "progress"]
    assert max(done) <= 34


def test_an_empty_recipe_is_told(project: Project) -> None:
    job = JobFolder.create(project.jobs / "worth-5", "worth", {"recipe": Recipe().to_json()})
    perform(str(job.folder))
    assert job.state() is State.FAILED
    assert "nothing to measure" in str(job.snapshot().problem)


def test_one_class_is_too_few(tmp_path: Path) -> None:
    made = Project.create(tmp_path / "projects", "Cats")
    with open_source(make_folder(tmp_path / "images", class_files(("cat",), each=3))) as source:
        ingest(source, made.folder)
    job = JobFolder.create(made.jobs / "worth-1", "worth", {"recipe": KEEPING.to_json()})
    perform(str(job.folder))
    assert job.state() is State.FAILED
