"""The split on the explore page: chosen, compared with chance, saved, and followed by training."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core import files
from core.catalogue import decide
from core.project import Project
from core.settings import SplitSettings
from core.split import in_force, save
from tests.pages.conftest import press, shown

OpenPage = Callable[..., AppTest]


def open_split(open_page: OpenPage, project: Project) -> AppTest:
    app = open_page("pages/3_explore.py", project=project.id)
    app.segmented_control[0].set_value("Split").run()
    assert not app.exception
    return app


def widget(widgets: list, label: str):
    return next(each for each in widgets if each.label == label)


@pytest.fixture
def repeated_project(filled_project: Project) -> Project:
    """Every two images of a class are near duplicates, as the check would have found."""
    images = filled_project.read_table(filled_project.catalogue_file)
    place = images.groupby("label").cumcount() // 2
    near = images["label"] + place.astype(str)
    found = pd.DataFrame({"image_id": images["image_id"], "near_duplicates_group": near})
    files.write_table(filled_project.audit_file, found)
    return filled_project


def test_before_the_check_it_says_what_is_not_known_yet(
    open_page: OpenPage, filled_project: Project
) -> None:
    app = open_split(open_page, filled_project)
    assert "Near duplicates are known after the check" in shown(app)
    assert "No two of your images are known to belong together" in shown(app)
    assert "Training uses this split" in shown(app)
    assert widget(app.button, "Use this split").disabled


def test_chance_tears_apart_what_the_chosen_split_keeps_together(
    open_page: OpenPage, repeated_project: Project
) -> None:
    app = open_split(open_page, repeated_project)
    assert "36 images form 18 groups" in shown(app)
    assert "**As chosen**: nothing torn apart" in shown(app)
    assert "as chosen here, none" in shown(app)
    assert "What chance would tear apart" in shown(app)
    widget(app.toggle, "Near duplicates together").set_value(False).run()
    assert "**As chosen**: nothing torn apart" not in shown(app)
    assert "Training uses another split, until you press the button" in shown(app)


def test_the_button_puts_the_split_in_force_for_training(
    open_page: OpenPage, repeated_project: Project
) -> None:
    app = open_split(open_page, repeated_project)
    widget(app.number_input, "Test share").set_value(0.3).run()
    assert in_force(repeated_project) == SplitSettings()
    press(app, "Use this split")
    assert not app.exception
    assert in_force(repeated_project) == SplitSettings(test=0.3)
    assert "Training uses this split: 15 % validation, 30 % test" in shown(app)
    train = open_page("pages/5_train.py", project=repeated_project.id)
    assert "12 to judge" in shown(train)


def test_switches_that_can_change_nothing_are_not_drawn(
    open_page: OpenPage, filled_project: Project
) -> None:
    app = open_split(open_page, filled_project)
    assert [each.label for each in app.toggle] == ["Near duplicates together"]


def test_a_given_split_can_be_overruled(open_page: OpenPage, filled_project: Project) -> None:
    images = filled_project.read_table(filled_project.catalogue_file)
    sides = ["train"] * 6 + ["validation"] * 2 + ["test"] * 4
    images["split_given"] = [sides[n] for n in images.groupby("label").cumcount()]
    files.write_table(filled_project.catalogue_file, images)
    app = open_split(open_page, filled_project)
    train = open_page("pages/5_train.py", project=filled_project.id)
    assert "12 to judge" in shown(train)
    widget(app.toggle, "Keep the given split").set_value(False).run()
    press(app, "Use this split")
    train = open_page("pages/5_train.py", project=filled_project.id)
    assert "6 to judge" in shown(train)


def test_a_split_that_cannot_be_made_is_help_and_the_form_stays(
    open_page: OpenPage, filled_project: Project
) -> None:
    images = filled_project.read_table(filled_project.catalogue_file)
    rusty = images.loc[images["label"] == "rust", "image_id"].tolist()
    decide(filled_project, "drop", images=rusty[1:])
    app = open_split(open_page, filled_project)
    assert "fewer than 3 different images" in shown(app)
    assert widget(app.number_input, "Test share")


def test_all_settings_of_the_train_page_begin_with_the_split_in_force(
    open_page: OpenPage, filled_project: Project
) -> None:
    save(filled_project, SplitSettings(test=0.25, seed=5))
    app = open_page("pages/5_train.py", project=filled_project.id)
    app.get("button_group")[0].set_value("all").run()
    assert not app.exception
    assert widget(app.number_input, "Test share").value == 0.25
