"""The train page: settings, a run in each of its states, and the runs before it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.jobs import JobFolder, Run, runs_of
from core.project import Project
from core.settings import Backbone, SplitSettings, TrainSettings
from core.ui import progress
from tests.pages.conftest import NotingEngine, address, begin, button, finish, press, settle, shown

OpenPage = Callable[..., AppTest]
TRAIN = "pages/5_train.py"


def test_without_a_project_it_leads_home(open_page: OpenPage) -> None:
    app = open_page(TRAIN)
    assert not app.exception
    assert "Choose a project first" in shown(app)


def test_an_empty_project_leads_to_its_images(open_page: OpenPage, empty_project: Project) -> None:
    app = open_page(TRAIN, project=empty_project.id)
    assert not app.exception
    assert "nothing to learn from" in shown(app)
    press(app, "Go to your images")
    assert app.title[0].value == "Data"


def test_train_begins_a_run_with_the_chosen_settings(
    open_page: OpenPage, filled_project: Project, noting_engine: NotingEngine
) -> None:
    app = open_page(TRAIN, project=filled_project.id)
    app.number_input[0].set_value(7)
    app.selectbox[0].set_value(Backbone.LITE2)
    press(app, "Train")
    assert not app.exception
    (run,) = runs_of(filled_project)
    assert run.settings == TrainSettings(epochs=7, backbone=Backbone.LITE2)
    settle()
    assert noting_engine.jobs == [run]
    assert address(app)["run"] == run.id


def test_the_very_same_run_is_not_begun_twice_but_another_waits_its_turn(
    open_page: OpenPage, filled_project: Project, noting_engine: NotingEngine
) -> None:
    app = open_page(TRAIN, project=filled_project.id)
    press(app, "Train")
    assert button(app, "Train next").disabled
    assert "come to the same result" in button(app, "Train next").help
    app.number_input[0].set_value(7).run()
    assert not button(app, "Train next").disabled
    press(app, "Train next")
    assert not app.exception
    assert [run.settings.epochs for run in noting_engine.jobs if isinstance(run, Run)] == [60, 7]


def test_a_run_that_ends_while_the_page_is_drawn_is_at_work_in_all_parts_of_it(
    open_page: OpenPage, filled_project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The part that shows it is drawn anew by itself, and that finds the end."""
    run = planned(filled_project)
    begin(run)
    look = progress.look

    def look_and_end(job: JobFolder) -> progress.Look:
        found = look(job)
        if found.state.is_active:
            job.emit("stopped")
        return found

    monkeypatch.setattr(progress, "look", look_and_end)
    with run.hold():
        app = open_page(TRAIN, project=filled_project.id)
    assert not app.exception
    assert button(app, "Train next")
    assert app.button(key=f"stop-{run.id}")


def test_a_run_at_work_shows_curves_and_can_be_stopped(
    open_page: OpenPage, filled_project: Project
) -> None:
    run = planned(filled_project)
    begin(run)
    with run.hold():
        app = open_page(TRAIN, project=filled_project.id)
        assert not app.exception
        assert "Step 3 of 4: Training" in "".join(bar.proto.text for bar in app.get("progress"))
        assert "Epoch 2 of 4" in shown(app)
        assert app.get("plotly_chart")
        app.button(key=f"stop-{run.id}").click().run()
        assert run.stop_requested()
        assert app.button(key=f"stop-{run.id}").label == "Stopping"


def test_when_the_run_ends_the_result_is_there(
    open_page: OpenPage, filled_project: Project
) -> None:
    run = planned(filled_project)
    begin(run)
    with run.hold():
        app = open_page(TRAIN, project=filled_project.id)
    finish(run)
    app.run()
    assert "83.3 %" in shown(app)
    assert not app.get("progress")


def test_a_waiting_run_tells_its_place(
    open_page: OpenPage, filled_project: Project, noting_engine: NotingEngine
) -> None:
    for _ in range(3):
        noting_engine.submit(planned(filled_project))
    app = open_page(TRAIN, project=filled_project.id)
    assert "2 jobs before this one" in app.get("progress")[0].proto.text.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("event", "says"),
    [
        ({"event": "stopped"}, "You stopped this run"),
        ({"event": "failed", "title": "The disk is full", "fix": "Free some"}, "The disk is full"),
        (None, "This run was interrupted"),
    ],
)
def test_a_run_that_ended_early_can_go_on(
    event: dict[str, str] | None,
    says: str,
    open_page: OpenPage,
    filled_project: Project,
    noting_engine: NotingEngine,
) -> None:
    run = planned(filled_project)
    begin(run)
    if event:
        run.emit(**event)
    app = open_page(TRAIN, project=filled_project.id)
    assert not app.exception
    assert says in shown(app)
    press(app, "Resume")
    assert not app.exception
    settle()
    assert noting_engine.jobs == [run]


def test_a_result_names_accuracy_interval_and_baseline(
    open_page: OpenPage, trained_project: Project
) -> None:
    app = open_page(TRAIN, project=trained_project.id)
    assert not app.exception
    assert "Of 6 validation images, 5 were answered right: **83.3 %**" in shown(app)
    assert "between 43.6 and 97.0 %" in shown(app)
    assert "right 33.3 % of the time" in shown(app)
    assert "a little too kind" in shown(app)
    press(app, "See the 1 mistake")
    assert app.title[0].value == "Mistakes"
    assert address(app)["run"] == runs_of(trained_project)[0].id


def test_an_earlier_run_can_be_opened(open_page: OpenPage, trained_project: Project) -> None:
    first = runs_of(trained_project)[0]
    begin(planned(trained_project))
    app = open_page(TRAIN, project=trained_project.id, run=first.id)
    assert app.header[0].value == "Run 1"


def test_an_unknown_run_is_explained(open_page: OpenPage, trained_project: Project) -> None:
    app = open_page(TRAIN, project=trained_project.id, run="../nothing")
    assert not app.exception
    assert "There is no such run" in shown(app)


def test_too_few_images_are_explained(
    open_page: OpenPage, filled_project: Project, tmp_path: Path
) -> None:
    table = pd.read_parquet(filled_project.catalogue_file)
    rusty = table[table["label"] == "rust"]["image_id"][1:]
    table[~table["image_id"].isin(rusty)].to_parquet(filled_project.catalogue_file)
    app = open_page(TRAIN, project=filled_project.id)
    assert not app.exception
    assert "fewer than 3 different images" in shown(app)
    assert "Train" not in [button.label for button in app.button]


def planned(project: Project) -> Run:
    return Run.plan(project, TrainSettings(epochs=4), SplitSettings())
