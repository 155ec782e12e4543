"""The sealed test set on the pages: validation first, opened on purpose, every look beside it."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.jobs import Run, removing, runs_of, seal
from core.project import Project
from core.settings import SplitSettings, TrainSettings
from core.ui import runs_table
from tests.pages.conftest import finish, press, shown

OpenPage = Callable[..., AppTest]
TRAIN, ERRORS = "pages/5_train.py", "pages/6_errors.py"
OPEN = "Open it, and count this look"


@pytest.fixture
def run(trained_project: Project) -> Run:
    return runs_of(trained_project)[0]


@pytest.fixture
def two(run: Run) -> list[Run]:
    """Two finished runs with the same test images, the older one first."""
    second = Run.plan(run.project, TrainSettings(epochs=5), SplitSettings())
    finish(second)
    return [run, second]


def figures(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value.replace("\xa0", " ") for metric in app.metric}


def test_while_they_are_sealed_no_page_tells_of_test_images(
    open_page: OpenPage, two: list[Run]
) -> None:
    project = two[0].project
    pages = [open_page(page, project=project.id) for page in ("streamlit_app.py", TRAIN, ERRORS)]
    told = [f"{shown(app)} {figures(app)}".lower() for app in pages]
    assert not [text for text in told if "accuracy on test" in text or "of 6 test images" in text]
    columns = runs_table.table(two).columns
    assert not [name for name in columns if name.startswith("Test") or name == "Looks"]


def test_opening_is_explained_and_then_score_and_looks_stand_together(
    open_page: OpenPage, run: Run
) -> None:
    app = open_page(TRAIN, project=run.project.id)
    assert list(figures(app)) == ["Accuracy on validation images", "Majority baseline"]
    assert "once you have decided for this classifier" in shown(app)
    assert not seal.is_open(run)
    press(app, OPEN)
    assert not app.exception
    found = figures(app)
    assert list(found)[:2] == ["Accuracy on test images", "Looks so far"]
    assert found["Looks so far"] == "1"
    assert "Of 6 test images that it had never seen, 5 were answered right" in shown(app)
    assert "This is the first look at these images" in shown(app)
    assert OPEN not in [one.label for one in app.button]


def test_what_is_open_stays_open_and_is_counted_once(open_page: OpenPage, run: Run) -> None:
    press(open_page(TRAIN, project=run.project.id), OPEN)
    for _ in range(2):
        app = open_page(TRAIN, project=run.project.id)
        assert figures(app)["Looks so far"] == "1"
    assert "right on test images (43.6 to 97.0 %)" in shown(open_page("streamlit_app.py"))


def test_looks_by_other_runs_count_even_when_those_are_gone(
    open_page: OpenPage, two: list[Run]
) -> None:
    first, second = two
    seal.open_test(first, seal.SCORE)
    app = open_page(TRAIN, project=first.project.id, run=second.id)
    assert "These very images were looked at once before, for Run 1." in shown(app)
    press(app, OPEN)
    assert "2 looks at these images so far: 1 for Run 1 and 1 for Run 2." in shown(app)
    assert "The best of 2 runs looks better than it is, by luck alone" in shown(app)
    removing.delete(first)
    app = open_page(TRAIN, project=first.project.id, run=second.id)
    assert figures(app)["Looks so far"] == "2"


def test_a_look_that_cannot_be_written_down_shows_nothing(open_page: OpenPage, run: Run) -> None:
    app = open_page(TRAIN, project=run.project.id)
    (run.folder / seal.FILE).mkdir()
    press(app, OPEN)
    assert not app.exception
    assert "could not be opened" in shown(app)
    assert "Accuracy on test images" not in figures(app)


def test_the_table_of_runs_has_the_test_score_of_those_that_are_open(two: list[Run]) -> None:
    seal.open_test(two[0], seal.SCORE)
    table = runs_table.table(two)
    assert table["Test"].tolist() == pytest.approx([83.33, float("nan")], abs=0.01, nan_ok=True)
    assert table["Test, 95 %"].iloc[1] == "sealed"
    assert table["Looks"].iloc[0] == 1
    assert pd.isna(table["Looks"].iloc[1])
    names = list(table.columns)
    assert names.index("Validation") < names.index("Test") < names.index("Looks")


def test_two_runs_are_compared_by_test_images_once_both_are_open(
    open_page: OpenPage, two: list[Run]
) -> None:
    seal.open_test(two[0], seal.SCORE)
    app = open_page(TRAIN, project=two[0].project.id)
    app.segmented_control(key="runs-view").set_value("Compare").run()
    assert not app.exception
    assert "those of both runs must be open" in shown(app)
    assert [one.label for one in app.button].count(OPEN) == 1  # B's alone
    assert app.segmented_control(key="compare-by-1").options == ["Validation images"]
    press(app, OPEN)
    assert not app.exception
    assert len(seal.looks_alike(two[0])) == 2  # nobody has compared them yet
    app.segmented_control(key="compare-by-2").set_value("test").run()
    assert "These test images were looked at 3 times so far" in shown(app)
    app.run()
    assert len(seal.looks_alike(two[0])) == 3


def test_whoever_opens_them_on_mistakes_sees_them_and_has_looked_once(
    open_page: OpenPage, run: Run
) -> None:
    app = open_page(ERRORS, project=run.project.id)
    assert "Of 6 validation images" in shown(app)
    press(app, OPEN)
    assert not app.exception
    assert "Of 6 test images that it had never seen" in shown(app)
    assert [look.why for look in seal.looks(run)] == [seal.MISTAKES]
    app.segmented_control(key=f"side-2-{run.id}").set_value("validation").run()
    assert "Of 6 validation images" in shown(app)


def test_after_the_score_the_mistakes_on_test_images_are_a_look_of_their_own(
    open_page: OpenPage, run: Run
) -> None:
    seal.open_test(run, seal.SCORE)
    app = open_page(ERRORS, project=run.project.id)
    assert "Of 6 validation images" in shown(app)
    app.segmented_control(key=f"side-2-{run.id}").set_value("test").run()
    assert not app.exception
    assert "Of 6 test images that it had never seen" in shown(app)
    assert [look.why for look in seal.looks(run)] == [seal.SCORE, seal.MISTAKES]
