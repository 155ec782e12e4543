"""The course on the pages, the glossary, the guide, and pages on which there is nothing yet."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core import catalogue, path
from core.jobs import Run
from core.lessons import glossary, path_lesson
from core.project import Project, Workspace
from core.settings import Method, SplitSettings, TrainSettings
from core.ui import frame, path_view
from core.ui.glossary_view import searched
from tests.pages.conftest import NotingEngine, address, button, finish, press, settle, shown

OpenPage = Callable[..., AppTest]
HOME, LEARN, GLOSSARY, GUIDE = (
    step.file for step in (frame.HOME, frame.LEARN, frame.GLOSSARY, frame.GUIDE)
)


def steps(app: AppTest) -> str:
    """The label of the course in the sidebar."""
    (found,) = [one for one in app.get("page_link") if one.proto.page.endswith("learn")]
    return str(found.proto.label).replace("\u00a0", " ")


def test_each_stage_has_its_lesson_which_is_read_when_it_is_opened(
    open_page: OpenPage, filled_project: Project
) -> None:
    app = open_page("pages/2_clean.py", project=filled_project.id)
    told = path_lesson("clean")
    (box,) = [one for one in app.expander if "Lesson 2" in one.label]
    assert told.title in box.label
    assert told.reason not in shown(app)
    assert steps(app) == "Lesson 2 of 9 · 1 tick"


def test_a_step_ticks_itself_when_the_project_shows_it(
    open_page: OpenPage, filled_project: Project
) -> None:
    image = catalogue.in_force(filled_project)["image_id"].iloc[0]
    catalogue.decide(filled_project, "drop", images=[image])
    app = open_page("pages/2_clean.py", project=filled_project.id)
    assert steps(app) == "Lesson 3 of 9 · 2 ticks"


def test_a_look_that_leaves_nothing_is_noted_where_it_happens(
    open_page: OpenPage, trained_project: Project
) -> None:
    finish(Run.plan(trained_project, TrainSettings(epochs=4, seed=7), SplitSettings()))
    app = open_page("pages/5_train.py", project=trained_project.id)
    assert "compared" not in path.kept(trained_project).done
    app.segmented_control(key="runs-view").set_value("Compare").run()
    assert not app.exception
    assert "compared" in path.kept(trained_project).done
    assert "3 ticks" in steps(app)
    app = open_page("pages/6_errors.py", project=trained_project.id)
    app.segmented_control(key="errors-view").set_value("How sure").run()
    assert "calibration" in path.kept(trained_project).done
    app = open_page("pages/3_explore.py", project=trained_project.id)
    app.segmented_control(key="explore-view").set_value("One image").run()
    assert "pixels" in path.kept(trained_project).done


def test_two_splits_that_leak_alike_are_no_comparison(
    open_page: OpenPage, filled_project: Project
) -> None:
    app = open_page("pages/3_explore.py", project=filled_project.id)
    app.segmented_control(key="explore-view").set_value("Split").run()
    assert not app.exception
    assert "split" not in path.kept(filled_project).done


def test_a_download_counts_once_it_is_asked_for(filled_project: Project) -> None:
    content = path_view.handed_over(filled_project, lambda: "a card")
    assert "shared" not in path.kept(filled_project).done
    assert content() == "a card"
    assert "shared" in path.kept(filled_project).done


def test_hidden_lessons_stay_hidden_until_they_are_wanted_again(
    open_page: OpenPage, filled_project: Project
) -> None:
    path.note(filled_project, path.HIDDEN)
    app = open_page("pages/2_clean.py", project=filled_project.id)
    assert not [one for one in app.expander if "Lesson" in one.label]
    assert steps(app) == "Learn"
    app = open_page(LEARN, project=filled_project.id)
    press(app, "Show the lessons")
    assert steps(app) == "Lesson 2 of 9 · 1 tick"


def test_the_learn_page_lists_nine_lessons_and_the_next_one(
    open_page: OpenPage, filled_project: Project
) -> None:
    app = open_page(LEARN, project=filled_project.id)
    assert not app.exception
    for key in path.LESSONS:
        assert path_lesson(key).title in shown(app)
    press(app, "Go on with lesson 2: Clean")
    assert app.title[0].value == "Clean"


@pytest.mark.usefixtures("workspace")
def test_without_a_project_the_lessons_can_be_read_all_the_same(open_page: OpenPage) -> None:
    app = open_page(LEARN)
    assert path_lesson("share").title in shown(app)
    press(app, "Choose a project first")
    assert app.title[0].value == frame.APP


@pytest.mark.usefixtures("workspace")
def test_the_glossary_shows_every_term_and_finds_one(open_page: OpenPage) -> None:
    app = open_page(GLOSSARY)
    assert not app.exception
    assert {each.anchor for each in app.header} == set(glossary())
    app.text_input[0].set_value("coin toss luck").run()
    assert len(app.header) < 5
    app.text_input[0].set_value("zzz").run()
    press(app, "Show all terms")
    assert len(app.header) == len(glossary())


def test_a_search_finds_what_is_called_so_first() -> None:
    assert searched("recall")[0].key == "recall"
    assert searched("leak")[0].key == "leakage"
    assert searched("LEAK twice yonder") == []


@pytest.mark.usefixtures("workspace")
def test_one_click_starts_the_guide_with_a_sample(
    open_page: OpenPage, noting_engine: NotingEngine
) -> None:
    app = open_page(HOME)
    press(app, "Show me in two minutes")
    assert not app.exception
    (project,) = Workspace().projects()
    assert address(app)["project"] == project.id
    assert app.title[0].value == "Guide"
    settle()
    assert [job.kind for job in noting_engine.jobs] == ["ingest"]


def test_the_guide_waits_for_the_checks(
    open_page: OpenPage, filled_project: Project, noting_engine: NotingEngine
) -> None:
    app = open_page(GUIDE, project=filled_project.id)
    settle()
    assert not app.exception
    assert [job.kind for job in noting_engine.jobs] == ["audit"]
    assert "4. Training" not in shown(app)


def test_the_guide_shows_the_mistakes_of_a_run_and_where_to_go(
    open_page: OpenPage, trained_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.ui import guide

    monkeypatch.setattr(guide, "_checks", lambda project: True)
    app = open_page(GUIDE, project=trained_project.id)
    assert not app.exception
    assert "83.3 %" in shown(app)
    press(app, "Look at the mistakes")
    assert app.title[0].value == "Mistakes"


def test_the_guide_lets_the_learner_choose_the_method(
    open_page: OpenPage,
    filled_project: Project,
    noting_engine: NotingEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from core.ui import guide

    monkeypatch.setattr(guide, "_checks", lambda project: True)
    app = open_page(GUIDE, project=filled_project.id)
    press(app, "From scratch")
    settle()
    (run,) = noting_engine.jobs
    assert isinstance(run, Run)
    assert run.settings.method is Method.SCRATCH


STAGES = [step.file for step in frame.STAGES if step.key not in ("data", "share")]


@pytest.mark.parametrize("page", STAGES)
def test_a_page_without_images_says_where_they_come_from_and_leads_there(
    page: str, open_page: OpenPage, empty_project: Project, noting_engine: NotingEngine
) -> None:
    app = open_page(page, project=empty_project.id)
    assert not app.exception
    (way,) = [one for one in app.button if one.label.startswith("Go to")]
    way.click().run()
    assert app.title[0].value in ("Data", "Train")


@pytest.mark.parametrize("page", [frame.stage(key).file for key in ("errors", "stress", "try")])
def test_a_page_without_a_model_leads_to_training(
    page: str, open_page: OpenPage, filled_project: Project, noting_engine: NotingEngine
) -> None:
    app = open_page(page, project=filled_project.id)
    press(app, "Go to training")
    assert app.title[0].value == "Train"


@pytest.mark.parametrize(
    ("page", "view", "chosen", "way"),
    [
        ("augment", "augment-view", "Still the same class?", "Choose augmentations"),
        ("augment", "augment-view", "What it buys", "Choose augmentations"),
        ("clean", "clean-view", "decisions", "See what the checks ask"),
        ("explore", "explore-view", "Map", "Draw the map"),
        ("explore", "explore-view", "Preflight", "Run the preflight"),
        ("explore", "explore-view", "Colours", "Check the images now"),
    ],
)
def test_a_view_with_nothing_to_show_offers_what_leads_on(
    page: str,
    view: str,
    chosen: str,
    way: str,
    open_page: OpenPage,
    filled_project: Project,
    noting_engine: NotingEngine,
) -> None:
    app = open_page(frame.stage(page).file, project=filled_project.id)
    app.segmented_control(key=view).set_value(chosen).run()
    assert button(app, way)
    press(app, way)
    settle()
    assert not app.exception
    assert noting_engine.jobs or app.segmented_control(key=view).value != chosen
