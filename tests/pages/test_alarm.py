"""The label-changing alarm on the augment page: pairs, a question, an answer that is kept."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core import alarm, catalogue, files, recipe
from core.alarm import Findings, Looked, Pair, Suspicion
from core.jobs import latest
from core.project import Project, now
from core.recipe import Recipe, Step
from tests.pages.conftest import NotingEngine, press, shown

OpenPage = Callable[..., AppTest]
ROTATION, BLUR, FLIP = Step("rotation", 1.0), Step("blur", 0.4), Step("flip_horizontal", 1.0)
WANTED = Recipe("Mine", (FLIP, ROTATION, BLUR))


@pytest.fixture
def looked_at(filled_project: Project) -> Project:
    """A project whose recipe turns rust into blight, blurs until it is hard, and flips in peace."""
    ids = catalogue.in_force(filled_project).groupby("label")["image_id"].first()
    pairs = (Pair(ids["rust"], 1, 0.97, 0.81), Pair(ids["rust"], 3, 0.9, 0.7))
    change = Suspicion("rust", "blight", 12, 7, 0.4, 7, 1e-9, pairs)
    looked = (
        Looked("flip_horizontal", 1.0, 36, 4, 2, 6, ()),
        Looked("rotation", 1.0, 36, 4, 60, 6, (change,), 0.25),
        Looked("blur", 0.4, 36, 4, 70, 6, ()),
    )
    seen = catalogue.content_id(catalogue.in_force(filled_project))
    Findings(seen, now(), 36, 36, "key", looked, 3.0).save(filled_project)
    sheet = io.BytesIO()
    Image.new("RGB", (64, 64)).save(sheet, "WEBP")
    files.write_bytes(alarm.pictures(filled_project, "rotation"), sheet.getvalue())
    recipe.save(filled_project, WANTED)
    return filled_project


def open_alarm(open_page: OpenPage, project: Project) -> AppTest:
    app = open_page("pages/4_augment.py", project=project.id)
    app.segmented_control(key="augment-view").set_value("Still the same class?").run()
    assert not app.exception
    return app


def buttons(app: AppTest) -> list[str]:
    return [one.label for one in app.button]


def test_without_a_recipe_there_is_its_lesson(filled_project: Project, open_page: OpenPage) -> None:
    app = open_alarm(open_page, filled_project)
    assert "A 6 that is turned on its head is a 9" in shown(app)
    assert "Add an augmentation to the recipe" in shown(app)
    assert "Try my recipe" not in buttons(app)


def test_a_recipe_is_tried_by_a_button(
    filled_project: Project, open_page: OpenPage, noting_engine: NotingEngine
) -> None:
    recipe.save(filled_project, WANTED)
    app = open_alarm(open_page, filled_project)
    press(app, "Try my recipe")
    job = latest(filled_project, "alarm")
    assert job is not None
    assert noting_engine.jobs == [job]
    assert "Try my recipe" not in buttons(app)


def test_each_step_has_its_verdict(looked_at: Project, open_page: OpenPage) -> None:
    text = shown(open_alarm(open_page, looked_at))
    assert "**Flip left and right** at strength 1 **is fine.**" in text
    assert "**Rotation** at strength 1 **may change the class.**" in text
    assert "look like another class afterwards: rust to blight" in text
    assert "**Blur** at strength 0.4 **makes it hard.**" in text
    assert "That is hard, not changed." in text


def test_the_pairs_come_with_the_question(looked_at: Project, open_page: OpenPage) -> None:
    app = open_alarm(open_page, looked_at)
    text = shown(app)
    assert "Rotation: rust or blight?" in text
    assert "7 of 12 images of rust look like an ordinary blight in at least one of 4 tries" in text
    assert "Is each of them still rust?" in text
    assert {"Yes, still rust", "No, not any more"} <= set(buttons(app))


def test_no_offers_to_take_the_step_out(looked_at: Project, open_page: OpenPage) -> None:
    app = open_alarm(open_page, looked_at)
    press(app, "No, not any more")
    assert "You said no: Rotation teaches the classifier something untrue here." in shown(app)
    assert "Yes, still rust" not in buttons(app)
    press(app, "Take out Rotation")
    assert not app.exception
    assert recipe.in_force(looked_at).steps == (FLIP, BLUR)
    assert "Rotation: rust or blight?" not in shown(app)


def test_no_offers_to_weaken_the_step_to_where_nothing_was_seen(
    looked_at: Project, open_page: OpenPage
) -> None:
    app = open_alarm(open_page, looked_at)
    press(app, "No, not any more")
    press(app, "Weaken to 0.25")
    assert recipe.in_force(looked_at).steps == (FLIP, Step("rotation", 0.25), BLUR)
    text = shown(app)
    assert "Not tried yet: Rotation at 0.25" in text
    assert "You said that Rotation" not in text


def test_yes_is_kept_and_can_be_taken_back(looked_at: Project, open_page: OpenPage) -> None:
    press(open_alarm(open_page, looked_at), "Yes, still rust")
    app = open_alarm(open_page, looked_at)
    assert "You said yes: Rotation may stay as it is." in shown(app)
    assert "Take out Rotation" not in buttons(app)
    press(app, "Take back my answer")
    assert "Yes, still rust" in buttons(app)
    assert alarm.answers(looked_at) == []


def test_a_step_that_was_refused_is_remembered(looked_at: Project, open_page: OpenPage) -> None:
    press(open_alarm(open_page, looked_at), "No, not any more")
    looked_at.alarm_file.unlink()
    text = shown(open_alarm(open_page, looked_at))
    assert "You said that Rotation at strength 1 makes rust something else" in text


def test_mixing_is_said_to_be_left_out(looked_at: Project, open_page: OpenPage) -> None:
    recipe.save(looked_at, Recipe("", (*WANTED.steps, Step("mix_up", 0.5))))
    assert "MixUp cannot lie in this way" in shown(open_alarm(open_page, looked_at))


def test_images_that_changed_since_are_told(looked_at: Project, open_page: OpenPage) -> None:
    first = catalogue.in_force(looked_at)["image_id"].iat[0]
    catalogue.decide(looked_at, "drop", images=[first])
    app = open_alarm(open_page, looked_at)
    assert "Images or labels changed since" in shown(app)
    assert "Try again" in buttons(app)


def test_pictures_that_are_gone_leave_the_question(looked_at: Project, open_page: OpenPage) -> None:
    alarm.pictures(looked_at, "rotation").unlink()
    app = open_alarm(open_page, looked_at)
    assert "The pictures are gone" in shown(app)
    assert "No, not any more" in buttons(app)


def test_damaged_findings_are_told(looked_at: Project, open_page: OpenPage) -> None:
    looked_at.alarm_file.write_text("{")
    assert "What the alarm found cannot be read" in shown(open_alarm(open_page, looked_at))
