"""The left side of the train page: three settings or all, what suits a method, what stays."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core import recipe
from core.jobs import runs_of
from core.project import Project
from core.recipe import Recipe, Step
from core.settings import ImageSize, Method, TrainSettings
from core.ui import training_draft
from tests.pages.conftest import NotingEngine, button, press, shown

OpenPage = Callable[..., AppTest]
TRAIN = "pages/5_train.py"
TURN = Recipe("Turning", (Step("rotation", 0.2),))


@pytest.fixture
def page(open_page: OpenPage, filled_project: Project) -> AppTest:
    return open_page(TRAIN, project=filled_project.id)


def settings_shown(app: AppTest) -> list[str]:
    widgets = (*app.radio, *app.selectbox, *app.number_input, *app.toggle)
    return [widget.label for widget in widgets]


def show_all(app: AppTest) -> AppTest:
    app.get("button_group")[0].set_value("all").run()
    assert not app.exception
    return app


def choose(app: AppTest, method: Method) -> AppTest:
    app.radio[0].set_value(method).run()
    assert not app.exception
    return app


def number(app: AppTest, label: str) -> float:
    return next(one for one in app.number_input if one.label == label).value


def set_number(app: AppTest, label: str, value: float) -> None:
    next(one for one in app.number_input if one.label == label).set_value(value).run()


def test_simple_shows_exactly_three_settings(page: AppTest) -> None:
    assert settings_shown(page) == ["Method", "Backbone", "Epochs"]
    assert settings_shown(choose(page, Method.SCRATCH)) == ["Method", "Image size", "Epochs"]


def test_all_shows_every_setting_and_the_division(page: AppTest) -> None:
    show_all(page)
    labels = {field.metadata["label"] for field in dataclasses.fields(TrainSettings)}
    assert labels <= set(settings_shown(page))
    assert {"Validation share", "Test share", "Near duplicates together"} <= set(
        settings_shown(page)
    )
    assert "Of your 36 images: 24 to learn from, 6 to steer and 6 to judge." in shown(page)


def test_every_method_is_explained(page: AppTest) -> None:
    captions = list(page.radio[0].proto.captions)
    assert len(captions) == len(page.radio[0].options) == 3
    assert all(len(caption) > 30 for caption in captions)


def test_the_whole_network_is_offered_only_with_an_accelerator(
    open_page: OpenPage, filled_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(TRAIN, project=filled_project.id)
    assert "Whole network" not in app.radio[0].options
    assert "Whole network: not on this computer" in shown(app)
    monkeypatch.setattr("core.jobs.accelerators", lambda: ["Some card"])
    app = open_page(TRAIN, project=filled_project.id)
    assert "Whole network" in app.radio[0].options
    assert "not on this computer" not in shown(app)


def test_a_method_brings_what_suits_it(page: AppTest) -> None:
    assert number(page, "Epochs") == TrainSettings().epochs
    for method in (Method.FINETUNE, Method.SCRATCH, Method.HEAD):
        choose(page, method)
        assert number(page, "Epochs") == TrainSettings.usual(method).epochs


def test_what_the_user_set_stays_when_the_method_changes(page: AppTest) -> None:
    show_all(page)
    set_number(page, "Epochs", TrainSettings.usual(Method.FINETUNE).epochs)
    set_number(page, "Learning rate", 0.02)
    choose(page, Method.FINETUNE)
    choose(page, Method.SCRATCH)
    assert number(page, "Epochs") == TrainSettings.usual(Method.FINETUNE).epochs
    assert number(page, "Learning rate") == 0.02
    assert "Changed by you: Epochs and Learning rate." in shown(page)
    press(page, "Back to the usual")
    assert page.radio[0].value == Method.SCRATCH
    assert number(page, "Learning rate") == TrainSettings.usual(Method.SCRATCH).learning_rate
    assert "Changed by you" not in shown(page)


def test_what_is_being_typed_is_not_overwritten_by_what_the_page_knew(page: AppTest) -> None:
    """A page that is drawn anew orders nothing of the browser: a value from elsewhere comes with
    a new widget, which begins with it, even where the browser missed a run of the page.
    """
    set_number(show_all(page), "Epochs", 7)
    set_number(choose(page, Method.FINETUNE), "Batch size", 5)
    page.run()
    usual = TrainSettings.usual(Method.FINETUNE)
    assert number(page, "Epochs") == 7
    assert number(page, "Learning rate") == usual.learning_rate
    shown_now = {one.label: one.proto for one in page.number_input if not one.disabled}
    assert [label for label, proto in shown_now.items() if proto.set_value] == []
    assert shown_now["Learning rate"].default == usual.learning_rate
    assert (shown_now["Epochs"].default, shown_now["Batch size"].default) == (7, 5)


def test_what_was_set_under_all_counts_under_simple_and_is_told(
    page: AppTest, filled_project: Project
) -> None:
    show_all(page)
    set_number(page, "Dropout", 0.3)
    page.get("button_group")[0].set_value("simple").run()
    assert "Changed by you: Dropout." in shown(page)
    press(page, "Train")
    (run,) = runs_of(filled_project)
    assert run.settings == TrainSettings(dropout=0.3)


def test_what_was_set_is_there_after_a_look_at_another_page(page: AppTest) -> None:
    page.number_input[0].set_value(9).run()
    page.switch_page("pages/3_explore.py").run()
    page.switch_page(TRAIN).run()
    assert number(page, "Epochs") == 9


def test_augmented_views_need_a_recipe(page: AppTest) -> None:
    show_all(page)
    (views,) = (one for one in page.number_input if one.label == "Augmented views")
    assert views.disabled
    assert views.value == 0
    assert "There is no recipe to make them by yet." in shown(page)


def test_with_a_recipe_images_are_varied_by_it(
    open_page: OpenPage, filled_project: Project
) -> None:
    recipe.save(filled_project, TURN)
    app = open_page(TRAIN, project=filled_project.id)
    assert "learnt in 4 varied copies as well by the recipe “Turning”" in shown(app)
    show_all(app)
    assert number(app, "Augmented views") == training_draft.USUAL_VIEWS
    choose(app, Method.SCRATCH)
    assert "varied anew in every epoch" in shown(app)
    set_number(app, "Augmented views", 0)
    assert "Augmentation is off" in shown(app)
    press(app, "Train")
    (run,) = runs_of(filled_project)
    assert run.settings.views == 0


def test_views_go_when_the_recipe_goes(open_page: OpenPage, filled_project: Project) -> None:
    recipe.save(filled_project, TURN)
    app = show_all(open_page(TRAIN, project=filled_project.id))
    set_number(app, "Augmented views", 8)
    recipe.save(filled_project, Recipe())
    press(app, "Train")
    (run,) = runs_of(filled_project)
    assert run.settings.views == 0


def test_the_image_size_of_a_network_from_scratch_can_be_chosen(
    page: AppTest, filled_project: Project
) -> None:
    choose(page, Method.SCRATCH)
    page.selectbox[0].set_value(ImageSize.S128)
    press(page, "Train")
    (run,) = runs_of(filled_project)
    assert run.settings.pixels == 128


def test_settings_that_do_not_go_together_are_explained(page: AppTest) -> None:
    show_all(page)
    assert "each epoch is a single step" in shown(page)  # 24 images, batches of 32
    set_number(page, "Batch size", 8)
    assert "each epoch is a single step" not in shown(page)
    set_number(page, "Patience", 80)
    assert "never stops early" in shown(page)


def test_a_lesson_is_there_on_demand_and_not_before(page: AppTest) -> None:
    show_all(page)
    assert "Try first" not in shown(page)


def test_a_draft_that_is_damaged_is_passed_over(
    page: AppTest, filled_project: Project, noting_engine: NotingEngine
) -> None:
    page.session_state[f"kept-draft-{filled_project.id}"] = '{"epochs": "many"}'
    page.run()
    assert not page.exception
    assert number(page, "Epochs") == TrainSettings().epochs
    assert button(page, "Train")
