"""The field test on its page: offered, at work, told, removed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import field, files, results
from core.ingest import thumb_path
from core.jobs import Run, latest, runs_of
from core.jobs.field_tests import ANSWERS, place_of, start_field_test
from core.project import Project
from core.ui.engine import desk
from tests.makers import image_bytes, make_zip
from tests.pages.conftest import NotingEngine, press, settle, shown
from tests.unit.field.test_found import field_test

OpenPage = Callable[..., AppTest]


def open_view(open_page: OpenPage, project: Project) -> AppTest:
    app = open_page("pages/7_stress.py", project=project.id)
    app.segmented_control(key="stress-view").set_value("Field test").run()
    assert not app.exception
    return app


@pytest.fixture
def tested(trained_project: Project) -> Project:
    """A run with a field test: its own test images once more, and one that it calls rust."""
    run = runs_of(trained_project)[0]
    own = run.predictions()
    place = place_of(run, "field-1")
    answers = own[own["split"] == "test"].drop(columns="split").reset_index(drop=True)
    answers.loc[0, ["label", "predicted", "correct"]] = ["healthy", "rust", False]
    answers = answers.assign(compared=True, seeming=range(len(answers)))
    drops = field.drops(own[own["split"] == "validation"], answers, run.classes)
    low, high = results.wilson(int(answers["correct"].sum()), len(answers))
    found = field_test(
        drops=drops, side="validation", unknown={}, accuracy_low=low, accuracy_high=high
    )
    place.mkdir(parents=True)
    files.write_table(place / ANSWERS, answers)
    for sha in answers["sha256"]:
        target = thumb_path(place, sha)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(thumb_path(trained_project.folder, sha), target)
    found.save(place)
    return trained_project


def test_before_the_first_there_is_its_lesson_and_an_uploader(
    trained_project: Project, open_page: OpenPage
) -> None:
    app = open_view(open_page, trained_project)
    assert "A **field test** asks the question that matters" in shown(app)
    assert app.button(key="field-begin").disabled


def test_an_uploaded_zip_becomes_a_job_and_the_uploader_forgets_it(
    trained_project: Project, open_page: OpenPage, noting_engine: NotingEngine, tmp_path: Path
) -> None:
    app = open_view(open_page, trained_project)
    data = make_zip(tmp_path / "a.zip", {"rust/1.png": image_bytes("PNG")}).read_bytes()
    app.file_uploader[0].set_value(("../shed.zip", data, "application/zip")).run()
    app.button(key="field-begin").click().run()
    assert not app.exception
    settle()
    (job,) = noting_engine.jobs
    assert job.kind == "field"
    assert job.request["run"] == runs_of(trained_project)[0].id
    assert (job.folder / "upload.zip").read_bytes() == data
    assert not list(trained_project.folder.glob("upload-*"))
    assert not app.file_uploader


def test_it_is_tended_while_it_works(
    trained_project: Project, open_page: OpenPage, tmp_path: Path
) -> None:
    upload = make_zip(tmp_path / "a.zip", {"rust/1.txt": b"x"})
    run = runs_of(trained_project)[0]
    start_field_test(trained_project, run, upload, "a.zip", desk())
    app = open_view(open_page, trained_project)
    assert latest(trained_project, "field") is not None
    assert "field-begin" not in [button.key for button in app.button]


def test_the_drop_is_told_with_its_interval(tested: Project, open_page: OpenPage) -> None:
    text = shown(open_view(open_page, tested))
    assert "No drop is shown" in text
    assert "95 % interval" in text
    assert "Chance may explain the difference" in text
    assert "Held against the validation images, since the test images are sealed" in text


def test_every_part_can_be_looked_at(tested: Project, open_page: OpenPage) -> None:
    app = open_view(open_page, tested)
    assert "These images are darker than your own" in shown(app)
    said = {
        "classes": "No class by itself is shown to do worse",
        "mixups": "mistakes, the worst first",
        "unlike": "what your training images lack",
    }
    for part, words in said.items():
        app.segmented_control(key="field-part").set_value(part).run()
        assert not app.exception
        assert words in shown(app), part


def test_it_can_be_removed(tested: Project, open_page: OpenPage) -> None:
    app = open_view(open_page, tested)
    press(app, "Remove it")
    assert not app.exception
    assert "asks the question that matters" in shown(app)
    run = Run(runs_of(tested)[0].folder)
    assert not place_of(run, "field-1").exists()
