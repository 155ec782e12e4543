"""What a recipe costs and buys, on the augment page."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core import catalogue, recipe
from core.jobs import latest
from core.project import Project, now
from core.recipe import Recipe, Step
from core.worth import Compared, Worth
from tests.pages.conftest import NotingEngine, press, shown

OpenPage = Callable[..., AppTest]
WANTED = Recipe("Mine", (Step("rotation", 0.1),))


def found(project: Project, compared: Compared) -> Worth:
    seen = catalogue.content_id(catalogue.in_force(project))
    return Worth(seen, now(), WANTED, 4, 36, 18, compared, 72, 9.0)


def open_worth(open_page: OpenPage, project: Project) -> AppTest:
    recipe.save(project, WANTED)
    app = open_page("pages/4_augment.py", project=project.id)
    app.segmented_control(key="augment-view").set_value("What it buys").run()
    assert not app.exception
    return app


def test_before_the_first_time_there_is_its_lesson_and_a_button(
    filled_project: Project, open_page: OpenPage, noting_engine: NotingEngine
) -> None:
    app = open_worth(open_page, filled_project)
    assert "Augmentation costs time, so it should buy something" in shown(app)
    press(app, "Measure it")
    job = latest(filled_project, "worth")
    assert job is not None
    assert noting_engine.jobs == [job]


@pytest.mark.parametrize(
    ("compared", "says"),
    [
        (Compared(0.9, 0.93, 0.01, 0.05), "**It is worth it:** +3.0 points, 95 % interval +1.0 to"),
        (Compared(0.9, 0.9, -0.02, 0.02), "**No difference shown:** +0.0 points"),
        (Compared(0.9, 0.8, -0.12, -0.08), "**It does harm:** −10.0 points"),
    ],
)
def test_the_interval_decides_the_words(
    filled_project: Project, open_page: OpenPage, compared: Compared, says: str
) -> None:
    found(filled_project, compared).save(filled_project)
    assert says in shown(open_worth(open_page, filled_project))


def test_cost_and_sample_are_told(filled_project: Project, open_page: OpenPage) -> None:
    found(filled_project, Compared(0.9, 0.93, 0.01, 0.05)).save(filled_project)
    text = shown(open_worth(open_page, filled_project))
    assert "18 of 36 images, chosen at random" in text
    assert "72 altered images were needed. All were made and looked at in 9 seconds." in text
    assert "For all your images it would be 18 seconds." in text


def test_views_that_were_there_cost_nothing(filled_project: Project, open_page: OpenPage) -> None:
    worth = found(filled_project, Compared(0.9, 0.93, 0.01, 0.05))
    dataclasses.replace(worth, anew=0).save(filled_project)
    assert "All of them were there from before." in shown(open_worth(open_page, filled_project))


def test_another_recipe_is_told(
    filled_project: Project, open_page: OpenPage, noting_engine: NotingEngine
) -> None:
    worth = found(filled_project, Compared(0.9, 0.93, 0.01, 0.05))
    other = Recipe("", (Step("blur", 0.3),))
    dataclasses.replace(worth, recipe=other).save(filled_project)
    app = open_worth(open_page, filled_project)
    assert "The recipe changed since: this is about the one before." in shown(app)
    press(app, "Measure the new one")
    assert [job.kind for job in noting_engine.jobs] == ["worth"]


def test_damaged_findings_are_told(filled_project: Project, open_page: OpenPage) -> None:
    filled_project.worth_file.write_text("[]")
    assert "What the recipe buys cannot be read" in shown(open_worth(open_page, filled_project))
