"""The mistakes page: the score in words, the classes, the images behind the numbers."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from core.jobs import Run, runs_of
from core.project import Project
from core.settings import SplitSettings, TrainSettings
from core.ui import mistakes
from tests.pages.conftest import address, begin, finish, press, shown

OpenPage = Callable[..., AppTest]
ERRORS = "pages/6_errors.py"


def test_without_a_project_it_leads_home(open_page: OpenPage) -> None:
    app = open_page(ERRORS)
    assert not app.exception
    assert "Choose a project first" in shown(app)


def test_before_a_run_is_finished_it_leads_to_training(
    open_page: OpenPage, filled_project: Project
) -> None:
    begin(Run.plan(filled_project, TrainSettings(), SplitSettings()))
    app = open_page(ERRORS, project=filled_project.id)
    assert not app.exception
    assert "no mistakes to look at yet" in shown(app)
    press(app, "Go to training")
    assert app.title[0].value == "Train"


def test_an_empty_project_leads_on_too(open_page: OpenPage, empty_project: Project) -> None:
    app = open_page(ERRORS, project=empty_project.id)
    assert not app.exception
    assert "no mistakes to look at yet" in shown(app)


def test_the_score_comes_in_words_and_figures(
    open_page: OpenPage, trained_project: Project
) -> None:
    app = open_page(ERRORS, project=trained_project.id)
    assert not app.exception
    assert "5 were answered right: **83.3 %**" in shown(app)
    figures = {metric.label: metric.value for metric in app.metric}
    assert list(figures) == ["Accuracy", "Balanced accuracy", "Macro F1", "Majority baseline"]
    assert figures["Accuracy"].replace("\xa0", " ") == "83.3 %"
    assert "1 mistake, the worst first" in shown(app)


def test_validation_images_come_with_a_warning(
    open_page: OpenPage, trained_project: Project
) -> None:
    app = open_page(ERRORS, project=trained_project.id)
    app.segmented_control[0].set_value("validation").run()
    assert not app.exception
    assert "Of 6 validation images" in shown(app)
    assert mistakes.TOO_KIND in shown(app)


def test_every_class_is_in_the_table(open_page: OpenPage, trained_project: Project) -> None:
    app = open_page(ERRORS, project=trained_project.id)
    app.segmented_control[1].set_value("Class by class").run()
    assert not app.exception
    table = app.dataframe[0].value
    assert list(table["Class"]) == ["blight", "healthy", "rust"]
    assert list(table["Images"]) == [2, 2, 2]
    assert [value.replace("\xa0", " ") for value in table["Recall"]] == ["100 %", "100 %", "50.0 %"]
    assert [value.replace("\xa0", " ") for value in table["Precision"]] == [
        "100 %",
        "66.7 %",
        "100 %",
    ]


def test_the_newest_finished_run_comes_first(open_page: OpenPage, trained_project: Project) -> None:
    finish(Run.plan(trained_project, TrainSettings(epochs=4), SplitSettings()))
    begin(Run.plan(trained_project, TrainSettings(epochs=4), SplitSettings()))
    app = open_page(ERRORS, project=trained_project.id)
    assert [option.split(":")[0] for option in app.selectbox[0].options] == ["Run 2", "Run 1"]
    assert address(app)["run"] == runs_of(trained_project)[1].id


def test_the_address_chooses_the_run(open_page: OpenPage, trained_project: Project) -> None:
    first = runs_of(trained_project)[0]
    finish(Run.plan(trained_project, TrainSettings(epochs=4), SplitSettings()))
    app = open_page(ERRORS, project=trained_project.id, run=first.id)
    assert app.selectbox[0].value == first.id


def test_the_preview_of_a_missing_image_is_none(trained_project: Project) -> None:
    assert mistakes.preview(str(trained_project.folder), "0" * 64) is None


def test_a_damaged_result_is_passed_over(open_page: OpenPage, trained_project: Project) -> None:
    runs_of(trained_project)[0].report_file.write_text("{")
    for page in (ERRORS, "pages/5_train.py", "streamlit_app.py"):
        app = open_page(page, project=trained_project.id)
        assert not app.exception
    assert "no mistakes to look at yet" in shown(open_page(ERRORS, project=trained_project.id))


def test_damaged_predictions_are_help_not_a_traceback(
    open_page: OpenPage, trained_project: Project
) -> None:
    runs_of(trained_project)[0].predictions_file.write_bytes(b"PAR1")
    app = open_page(ERRORS, project=trained_project.id)
    assert not app.exception
    assert "cannot be read" in shown(app)
