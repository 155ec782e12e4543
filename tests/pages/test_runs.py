"""The train page with several runs: the list, two side by side, the queue, names, deleting."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core import catalogue, files
from core.jobs import Run, notes, runs_of, seal
from core.project import Project
from core.recipe import Recipe, Step
from core.settings import SplitSettings, TrainSettings
from tests.pages.conftest import NotingEngine, address, begin, finish, press, settle, shown

OpenPage = Callable[..., AppTest]
TRAIN = "pages/5_train.py"
EPOCHS = 4


@pytest.fixture
def two(trained_project: Project) -> list[Run]:
    """Two finished runs: the second learnt longer, and is right about one more image a side."""
    second = planned(trained_project, epochs=5)
    finish(second)
    mend(second)
    return [runs_of(trained_project)[1], second]


def planned(project: Project, split: SplitSettings | None = None, **settings: Any) -> Run:
    values = replace(TrainSettings(epochs=EPOCHS), **settings)
    return Run.plan(project, values, split or SplitSettings())


def mend(run: Run) -> None:
    """Make the run right about every image."""
    table = pd.read_parquet(run.predictions_file)
    table.assign(predicted=table["label"], correct=True).to_parquet(run.predictions_file)


def unseal(*runs: Run) -> None:
    """Open the test set of each of ``runs``."""
    for run in runs:
        seal.open_test(run, seal.SCORE)


def view(app: AppTest, name: str) -> AppTest:
    """Choose what the page shows."""
    app.segmented_control(key="runs-view").set_value(name).run()
    assert not app.exception
    return app


def listed(app: AppTest) -> pd.DataFrame:
    """The table of all runs."""
    return next(frame.value for frame in app.dataframe if "State" in frame.value)


def pick(app: AppTest, *rows: int) -> AppTest:
    """Choose rows of the table of all runs, as the browser would report it."""
    table = next(frame for frame in app.dataframe if "State" in frame.value)
    assert table.key
    app.session_state[table.key] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    app.run()
    assert not app.exception
    return app


def test_before_the_second_run_there_is_nothing_to_choose(
    open_page: OpenPage, trained_project: Project
) -> None:
    app = open_page(TRAIN, project=trained_project.id)
    assert not [one for one in app.segmented_control if one.key == "runs-view"]


def test_all_runs_stand_in_a_table_with_what_tells_them_apart(
    open_page: OpenPage, two: list[Run]
) -> None:
    notes.save(two[0].folder, "Baseline", "The first\nof all")
    begin(planned(two[0].project, learning_rate=0.01))
    app = view(open_page(TRAIN, project=two[0].project.id), "All runs")
    table = listed(app)
    assert list(table["Run"]) == ["Run 3", "Run 2", "Baseline"]
    assert list(table["State"]) == ["Interrupted", "Finished", "Finished"]
    assert list(table["Epochs"]) == [4, 5, 4]
    assert list(table["Learning rate"]) == [0.01, 1e-3, 1e-3]
    assert "Dropout" not in table and "Split" not in table
    assert table["Validation"].tolist()[1:] == pytest.approx([83.33, 83.33], abs=0.01)
    between = table["Validation, 95 %"].str.replace("\xa0", " ").tolist()
    assert between[1:] == ["43.6 to 97.0 %"] * 2
    assert list(table["Note"]) == ["", "", "The first of all"]
    assert "2 runs were judged by the same 6 validation images" in shown(app)
    assert "by luck alone by up to" in shown(app)


def test_recipes_and_splits_that_differ_have_a_column(
    open_page: OpenPage, trained_project: Project
) -> None:
    recipe = Recipe("Signs", (Step("rotation", 0.1),))
    finish(Run.plan(trained_project, TrainSettings(views=2), SplitSettings(seed=8), recipe=recipe))
    table = listed(view(open_page(TRAIN, project=trained_project.id), "All runs"))
    assert list(table["Recipe"]) == ["Signs", "none"]
    assert list(table["Split"]) == ["seed 8", "seed 0"]


def test_a_chosen_run_can_be_opened(open_page: OpenPage, two: list[Run]) -> None:
    app = pick(view(open_page(TRAIN, project=two[0].project.id), "All runs"), 1)
    press(app, "Open this run")
    assert address(app)["run"] == two[0].id
    assert app.header[0].value == "Run 1"


def test_two_chosen_runs_can_be_compared(open_page: OpenPage, two: list[Run]) -> None:
    app = pick(view(open_page(TRAIN, project=two[0].project.id), "All runs"), 0, 1)
    press(app, "Compare these two")
    assert not app.exception
    assert [box.value for box in app.selectbox] == [two[0].id, two[1].id]
    text = shown(app)
    assert "B is better by 16.7 points, 95 % interval" in text
    assert "not shown" in text
    assert "both right on 5, both wrong on 0, only A right on 0, only B right on 1" in text
    assert "So few images can only show large differences" in text
    assert "For choosing between runs they are the right ones" in text
    (differs,) = [frame.value for frame in app.dataframe]
    assert differs.to_numpy().tolist() == [["Epochs", "4", "5"]]
    assert len(app.get("plotly_chart")) == 2


def test_the_same_run_twice_is_no_comparison(open_page: OpenPage, two: list[Run]) -> None:
    app = view(open_page(TRAIN, project=two[0].project.id), "Compare")
    app.selectbox[0].set_value(two[1].id).run()
    assert "the same run twice" in shown(app)


def test_one_result_is_not_enough_to_compare(open_page: OpenPage, trained_project: Project) -> None:
    begin(planned(trained_project))
    app = view(open_page(TRAIN, project=trained_project.id), "Compare")
    assert "Two runs with a result are needed" in shown(app)


def test_equal_runs_are_said_to_be_equal(open_page: OpenPage, trained_project: Project) -> None:
    finish(planned(trained_project))
    app = view(open_page(TRAIN, project=trained_project.id), "Compare")
    assert "Nothing: the same settings, recipe, images and split" in shown(app)


def test_another_split_leaves_out_what_one_learnt_from(
    open_page: OpenPage, trained_project: Project
) -> None:
    finish(planned(trained_project, SplitSettings(seed=5)))
    first, second = reversed(runs_of(trained_project))
    sides = [run.images().set_index("image_id")["split"] for run in (first, second)]
    test = [set(side.index[side == "test"]) for side in sides]
    learnt = [set(side.index[side == "train"]) for side in sides]
    unseal(first, second)
    app = view(open_page(TRAIN, project=trained_project.id), "Compare")
    app.segmented_control(key="compare-by-3").set_value("test").run()
    text = shown(app)
    out = len((test[0] | test[1]) & (learnt[0] | learnt[1]))
    assert out and f"{out} since one of the two learnt from them" in text
    assert "moved to another side of the split" in text
    app.segmented_control(key="compare-by-3").set_value("unlearnt").run()
    assert not app.exception
    fair = [set(side.index) - out for side, out in zip(sides, learnt, strict=True)]
    assert f"By {len(fair[0] & fair[1])} images that both judged" in shown(app)


def test_what_happened_to_the_images_is_told(open_page: OpenPage, trained_project: Project) -> None:
    images = catalogue.in_force(trained_project)
    rusty = images[images["label"] == "rust"]["image_id"].tolist()
    catalogue.decide(trained_project, "relabel", images=rusty[:1], label="blight")
    catalogue.decide(trained_project, "drop", images=rusty[1:2])
    finish(planned(trained_project))
    app = view(open_page(TRAIN, project=trained_project.id), "Compare")
    text = shown(app)
    assert "1 used by A alone" in text
    assert "1 relabelled in between" in text
    assert "Images (catalogue id)" in set(app.dataframe[0].value[""])


def test_classes_that_were_renamed_in_between_are_told_and_compared(
    open_page: OpenPage, trained_project: Project
) -> None:
    catalogue.decide(trained_project, "rename", label="blight", to="mildew")
    finish(planned(trained_project))
    app = view(open_page(TRAIN, project=trained_project.id), "Compare")
    assert not app.exception
    text = shown(app)
    assert "Classes renamed or merged in between: *blight* to *mildew*." in text
    assert "By 6 images that both judged: both right on 5, both wrong on 1" in text
    assert "relabelled in between" not in text
    assert "label changed in between" not in text


def test_a_run_gets_a_name_and_a_note(open_page: OpenPage, trained_project: Project) -> None:
    app = open_page(TRAIN, project=trained_project.id)
    app.text_input[0].set_value("The baseline")
    app.text_area[0].set_value("As it comes.\nNothing changed.")
    press(app, "Save")
    assert not app.exception
    assert app.header[0].value == "The baseline"
    assert app.text[0].value == "As it comes.\nNothing changed."
    (run,) = runs_of(trained_project)
    assert (run.name, run.note) == ("The baseline", "As it comes.\nNothing changed.")


def test_deleting_asks_first(open_page: OpenPage, two: list[Run]) -> None:
    project = two[0].project
    app = open_page(TRAIN, project=project.id, run=two[1].id)
    assert "This cannot be undone" in shown(app)
    assert len(runs_of(project)) == 2
    press(app, "Delete for good")
    assert not app.exception
    assert [run.id for run in runs_of(project)] == [two[0].id]
    assert "run" not in address(app)
    assert app.header[0].value == "Run 1"


def test_several_runs_can_be_deleted_at_once(open_page: OpenPage, two: list[Run]) -> None:
    project = two[0].project
    app = pick(view(open_page(TRAIN, project=project.id), "All runs"), 0, 1)
    press(app, "Delete 2 runs for good")
    assert not app.exception
    assert runs_of(project) == []


def test_a_run_at_work_must_be_stopped_before_it_is_deleted(
    open_page: OpenPage, trained_project: Project
) -> None:
    run = planned(trained_project)
    begin(run)
    with run.hold():
        app = pick(view(open_page(TRAIN, project=trained_project.id), "All runs"), 0)
        assert "Delete for good" not in [one.label for one in app.button]
        press(app, "Stop training")
        assert run.stop_requested()
    run.emit("stopped")
    app.run()
    press(pick(app, 0), "Delete for good")
    assert [one.name for one in runs_of(trained_project)] == ["Run 1"]


def test_what_was_deleted_in_another_tab_ends_in_a_kind_message(
    open_page: OpenPage, two: list[Run]
) -> None:
    app = open_page(TRAIN, project=two[0].project.id, run=two[1].id)
    shutil.rmtree(two[1].folder)
    app.run()
    assert not app.exception
    assert "There is no such run" in shown(app)
    assert "it may have been deleted" in shown(app)
    press(app, "Go to the newest run")
    assert app.header[0].value == "Run 1"


def test_a_run_that_was_being_compared_may_be_deleted_elsewhere(
    open_page: OpenPage, trained_project: Project, two: list[Run]
) -> None:
    third = planned(trained_project, epochs=6)
    finish(third)
    app = view(open_page(TRAIN, project=trained_project.id), "Compare")
    assert [box.value for box in app.selectbox] == [two[1].id, third.id]
    shutil.rmtree(third.folder)
    app.run()
    assert not app.exception
    assert two[1].id in [box.value for box in app.selectbox]


def test_a_note_on_a_run_that_is_gone_is_explained(
    open_page: OpenPage, two: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(TRAIN, project=two[0].project.id, run=two[1].id)
    keep = notes.save

    def too_late(folder: Path, name: str, note: str) -> notes.Notes:
        shutil.rmtree(folder)
        return keep(folder, name, note)

    monkeypatch.setattr(notes, "save", too_late)
    press(app, "Save")
    assert not app.exception
    assert "deleted meanwhile" in shown(app)


def test_waiting_runs_show_their_place_and_leave_the_queue(
    open_page: OpenPage, filled_project: Project, noting_engine: NotingEngine
) -> None:
    runs = [planned(filled_project, epochs=epochs) for epochs in (4, 5, 6)]
    for run in runs:
        noting_engine.submit(run)
    begin(runs[0])
    with runs[0].hold():
        app = view(open_page(TRAIN, project=filled_project.id), "All runs")
        states = [state.replace("\xa0", " ") for state in listed(app)["State"]]
        assert states[:2] == ["Waiting, 2 jobs before it", "Waiting, next"]
        assert states[2].startswith("Training, ")
        press(pick(app, 1), "Take out of the queue")
        assert not app.exception
        assert runs[1].stop_requested()
        settle()
        app.run()
        states = [state.replace("\xa0", " ") for state in listed(app)["State"]]
        assert states[:2] == ["Waiting, next", "Stopped"]
        assert noting_engine.jobs == [runs[0], runs[2]]
        press(pick(app, 1), "Open this run")
        assert "You took this run out of the queue" in shown(app)
        press(app, "Resume")
        settle()
        assert noting_engine.jobs == [runs[0], runs[2], runs[1]]


def test_a_damaged_run_spoils_neither_list_nor_comparison(
    open_page: OpenPage, two: list[Run]
) -> None:
    third = planned(two[0].project, epochs=6)
    finish(third)
    third.predictions_file.write_bytes(b"damaged")
    files.write_json(two[0].report_file, {"nothing": 1})
    app = view(open_page(TRAIN, project=two[0].project.id), "All runs")
    assert len(listed(app)) == 3
    view(app, "Compare")
    assert "cannot be read" in shown(app)
