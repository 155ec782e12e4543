"""The augment page: a recipe is chosen, changed and kept; its sheet is asked of the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import catalogue, files
from core import recipe as recipes
from core.errors import EngineProblem, Problem
from core.jobs.augment_sheet import Sheet
from core.project import Project
from core.recipe import PRESETS, Recipe, Step
from core.ui import asking, augment_sheet, engine
from core.ui.augment_pictures import mixture
from tests.makers import image_bytes
from tests.pages.conftest import NotingEngine, press, shown

OpenPage = Callable[..., AppTest]
AUGMENT = "pages/4_augment.py"
PICTURE = image_bytes()


class DrawingEngine(NotingEngine):
    """Answers every question with the same picture, or as it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.questions: list[tuple[str, tuple[Any, ...]]] = []
        self.problem: Problem | None = None
        self.is_warm = True

    def ask(self, function: str, *arguments: Any) -> Sheet | None:
        self.questions.append((function.rpartition(":")[2], arguments))
        if self.problem:
            raise self.problem
        return Sheet(PICTURE, 6, 6) if self.is_warm else None

    @property
    def sheets(self) -> list[tuple[Any, ...]]:
        """What was asked for sheets: folder, recipe, images, partners, draws, seed, side."""
        return [arguments for name, arguments in self.questions if name == "draw"]


@pytest.fixture
def drawing(monkeypatch: pytest.MonkeyPatch, open_page: OpenPage) -> Iterator[DrawingEngine]:
    """The engine that pages reach, which draws; nothing was asked before."""
    found = DrawingEngine()
    monkeypatch.setattr(engine, "connect", lambda: found)
    engine.desk.clear()
    asking._question.clear()
    assert engine.desk()._order(lambda connected: connected).result(5) is found
    yield found
    asking._question.clear()


@pytest.fixture
def page(drawing: DrawingEngine, filled_project: Project, open_page: OpenPage) -> AppTest:
    return open_page(AUGMENT, project=filled_project.id)


def start_from(app: AppTest, project: Project, choice: str) -> None:
    (pills,) = [one for one in app.button_group if f"recipe-start-{project.id}" in str(one.key)]
    pills.set_value(choice).run()


def view(app: AppTest, name: str) -> None:
    app.segmented_control(key="augment-view").set_value(name).run()


def test_an_empty_project_leads_to_the_images(empty_project: Project, open_page: OpenPage) -> None:
    app = open_page(AUGMENT, project=empty_project.id)
    assert "nothing to vary yet" in shown(app)


def test_without_a_recipe_there_is_the_lesson_and_a_sheet_of_unchanged_images(
    page: AppTest, drawing: DrawingEngine, filled_project: Project
) -> None:
    assert not page.exception
    assert "No augmentation yet" in shown(page)
    assert "Add only what could happen in real life" in shown(page)
    assert "Before and after are the same" in shown(page)
    ((folder, recipe, images, partners, *_),) = drawing.sheets
    assert (folder, recipe["steps"]) == (str(filled_project.folder), [])
    assert [label for _, label in images] == 2 * ["blight", "healthy", "rust"]
    assert [label for _, label in partners] == ["blight", "healthy", "rust"]


def test_a_preset_is_in_force_at_once(
    page: AppTest, drawing: DrawingEngine, filled_project: Project
) -> None:
    start_from(page, filled_project, "preset photos")
    assert recipes.in_force(filled_project) == PRESETS["photos"]
    assert "Training uses this recipe: Photos" in shown(page)
    assert len(page.slider) == len(PRESETS["photos"].steps)
    assert drawing.sheets[-1][1]["steps"] == PRESETS["photos"].to_json()["steps"]


def test_a_slider_changes_the_recipe_in_force(
    page: AppTest, drawing: DrawingEngine, filled_project: Project
) -> None:
    start_from(page, filled_project, "preset photos")
    page.slider(key=f"strength-{filled_project.id}-rotation-0").set_value(0.5).run()
    assert Step("rotation", 0.5) in recipes.in_force(filled_project).steps
    assert "Photos, changed" in shown(page)
    assert "up to 90 degrees" in shown(page)
    assert {"name": "rotation", "strength": 0.5} in drawing.sheets[-1][1]["steps"]


def test_steps_are_removed_cleared_and_brought_back(page: AppTest, filled_project: Project) -> None:
    start_from(page, filled_project, "preset photos")
    page.button(key="remove-rotation").click().run()
    left = recipes.in_force(filled_project)
    assert "rotation" not in [step.name for step in left.steps]
    press(page, "Clear")
    assert not recipes.in_force(filled_project).steps
    press(page, "Undo")
    assert recipes.in_force(filled_project) == left
    assert "Undo" not in [each.label for each in page.button]


def test_a_recipe_that_another_page_changed_moves_the_sliders(
    page: AppTest, filled_project: Project
) -> None:
    start_from(page, filled_project, "preset photos")
    recipes.save(filled_project, Recipe("Photos", (Step("rotation", 0.75),)))
    page.run()
    (slider,) = page.slider
    assert slider.value == 0.75


def test_a_browser_that_missed_a_run_of_the_page_shows_the_strengths_all_the_same(
    page: AppTest, filled_project: Project
) -> None:
    start_from(page, filled_project, "preset photos")
    strengths = [step.strength for step in PRESETS["photos"].steps]
    for _ in range(2):  # nothing changes any more, so the page orders nothing of the browser
        page.run()
        assert [slider.proto.default[0] for slider in page.slider] == strengths
        assert not any(slider.proto.set_value for slider in page.slider)


def test_the_same_sheet_is_asked_for_once_and_reshuffled_with_the_next_seed(
    page: AppTest, drawing: DrawingEngine
) -> None:
    page.run()
    assert [arguments[5] for arguments in drawing.sheets] == [0]
    press(page, "Reshuffle")
    page.number_input(key="augment-seed").set_value(0).run()
    assert [arguments[5] for arguments in drawing.sheets] == [0, 1]


def test_other_images_and_those_of_one_class(page: AppTest, drawing: DrawingEngine) -> None:
    press(page, "Other images")
    first, second = (arguments[2] for arguments in drawing.sheets)
    assert not {sha for sha, _ in first} & {sha for sha, _ in second}
    page.segmented_control(key="augment-rows").set_value("one").run()
    next(box for box in page.selectbox if box.label == "Class").set_value("rust").run()
    assert {label for _, label in drawing.sheets[-1][2]} == {"rust"}


def test_every_group_of_augmentations_asks_for_its_pictures(
    page: AppTest, drawing: DrawingEngine
) -> None:
    for group in page.segmented_control(key="augment-group").options:
        page.segmented_control(key="augment-group").set_value(group).run()
        assert not page.exception
    asked = [names for name, (_, names, *_) in drawing.questions if name == "choices"]
    from core.augmentations import AUGMENTATIONS

    assert [name for names in asked for name in names] == list(AUGMENTATIONS)


def test_a_worker_that_warms_up_is_waited_for_kindly(
    drawing: DrawingEngine, filled_project: Project, open_page: OpenPage
) -> None:
    drawing.is_warm = False
    app = open_page(AUGMENT, project=filled_project.id)
    assert "getting ready" in shown(app)
    drawing.is_warm = True
    app.run()
    assert "getting ready" not in shown(app)
    assert "Before and after are the same" in shown(app)


def test_an_engine_that_cannot_draw_says_why_and_is_asked_again(
    drawing: DrawingEngine, filled_project: Project, open_page: OpenPage
) -> None:
    drawing.problem = EngineProblem("The engine was lost", "It is gone", "Try again")
    app = open_page(AUGMENT, project=filled_project.id)
    assert not app.exception
    assert "The engine was lost" in shown(app)
    assert "Not all of this can be drawn now" in shown(app)
    start_from(app, filled_project, "preset photos")
    assert recipes.in_force(filled_project) == PRESETS["photos"]
    drawing.problem = None
    press(app, "Try again")
    assert "The same seed always gives the same sheet" in shown(app)


def test_without_an_engine_the_recipe_can_still_be_chosen(
    monkeypatch: pytest.MonkeyPatch, filled_project: Project, open_page: OpenPage
) -> None:
    def connect() -> NotingEngine:
        raise EngineProblem("The engine does not start", "No memory", "Close something")

    monkeypatch.setattr(engine, "connect", connect)
    engine.desk.clear()
    asking._question.clear()
    engine.desk()._order(lambda connected: None).exception(20)
    app = open_page(AUGMENT, project=filled_project.id)
    assert "there are no new pictures" in shown(app)
    start_from(app, filled_project, "preset medical")
    assert recipes.in_force(filled_project) == PRESETS["medical"]


def test_a_recipe_is_saved_compared_used_and_deleted(
    page: AppTest, drawing: DrawingEngine, filled_project: Project
) -> None:
    start_from(page, filled_project, "preset photos")
    page.text_input[0].set_value("Mine")
    press(page, "Save recipe")
    assert recipes.saved(filled_project)["Mine"].id == PRESETS["photos"].id
    assert "Training uses this recipe: Mine" in shown(page)
    start_from(page, filled_project, "preset handwriting")
    view(page, "Saved and compared")
    assert "Mine" in shown(page)
    page.selectbox(key=f"compare-first-{filled_project.id}").set_value("saved Mine").run()
    page.selectbox(key=f"compare-second-{filled_project.id}").set_value("preset photos").run()
    assert "Both do the same" in shown(page)
    page.selectbox(key=f"compare-second-{filled_project.id}").set_value("nothing").run()
    assert "They differ in 4 augmentations" in shown(page)
    press(page, "Use")
    assert recipes.in_force(filled_project).name == "Mine"
    page.button(key="delete-Mine").click().run()
    assert not recipes.saved(filled_project)
    assert not page.exception


def test_a_recipe_in_force_is_not_compared_with_itself(
    page: AppTest, filled_project: Project
) -> None:
    start_from(page, filled_project, "preset photos")
    view(page, "Saved and compared")
    assert page.selectbox(key=f"compare-second-{filled_project.id}").value == "preset handwriting"
    assert "Both do the same" not in shown(page)
    assert "First: Photos, in force" in shown(page)
    assert "Second: Handwriting and signs" in shown(page)


def test_a_recipe_without_a_name_is_not_saved(page: AppTest, filled_project: Project) -> None:
    start_from(page, filled_project, "preset photos")
    page.text_input[0].set_value("  ")
    press(page, "Save recipe")
    assert "The recipe has no name" in shown(page)
    assert not recipes.saved(filled_project)


def test_the_code_of_the_recipe_is_shown_and_can_be_downloaded(
    page: AppTest, filled_project: Project
) -> None:
    view(page, "Code")
    assert "nothing to write down yet" in shown(page)
    recipes.save(filled_project, PRESETS["photos"])
    page.run()
    assert "keras_cv.layers.RandomRotation" in page.code[0].value
    assert [each.label for each in page.get("download_button")] == ["Download the script"]


def test_a_damaged_recipe_counts_as_none(
    drawing: DrawingEngine, filled_project: Project, open_page: OpenPage
) -> None:
    files.write_bytes(filled_project.recipe_file, b"nonsense")
    app = open_page(AUGMENT, project=filled_project.id)
    assert not app.exception
    assert "No augmentation yet" in shown(app)


def test_pages_of_the_sheet_begin_again_after_the_last(filled_project: Project) -> None:
    images = catalogue.in_force(filled_project)
    pages = [augment_sheet.pick_each(images, page) for page in range(7)]
    assert pages[6] == pages[0]
    assert len({sha for page in pages for sha, _ in page}) == len(images)
    assert len(augment_sheet.pick_one(images, "rust", 5)) == augment_sheet.ROWS


def test_a_mixed_label_is_told_largest_share_first() -> None:
    assert mixture({"cat": 0.3, "dog": 0.7}) == "70\u00a0% dog\n30\u00a0% cat"
    assert mixture({"cat": 1.0}) == ""
