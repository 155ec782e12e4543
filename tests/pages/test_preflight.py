"""The preflight on the explore page: asked by a button, answered by the worker, then shown."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import catalogue
from core.jobs import JobFolder, State, latest, preflight_task
from core.jobs.tasks import perform
from core.preflight import Preflight
from core.project import Project
from tests.pages.conftest import NotingEngine, press, shown

OpenPage = Callable[..., AppTest]


@pytest.fixture
def answered(filled_project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose preflight was done by the real task, on features made for the test.

    The pictures of rust were taken with a camera of their own.
    """

    def made(project: Project, hashes: list[str], job: JobFolder) -> np.ndarray:
        labels = catalogue.in_force(project)["label"].astype("category").cat.codes.to_numpy()
        noise = np.random.default_rng(0).normal(size=(len(hashes), 12))
        return (noise + 2 * np.eye(12)[labels]).astype(np.float32)

    table = filled_project.read_table(filled_project.catalogue_file)
    table["camera"] = np.where(table["label"] == "rust", "Leica M6", "Canon EOS")
    table.to_parquet(filled_project.catalogue_file, index=False)
    monkeypatch.setattr(preflight_task, "usual_features", made)
    job = JobFolder.create(filled_project.jobs / "preflight-1", "preflight", {})
    perform(str(job.folder))
    assert job.state() is State.FINISHED
    return filled_project


def open_part(open_page: OpenPage, project: Project, part: str | None = None) -> AppTest:
    app = open_page("pages/3_explore.py", project=project.id)
    app.segmented_control(key="explore-view").set_value("Preflight").run()
    if part:
        app.segmented_control(key="preflight-part").set_value(part).run()
    assert not app.exception
    return app


def test_before_the_first_time_there_is_its_lesson_and_a_button(
    filled_project: Project, open_page: OpenPage, noting_engine: NotingEngine
) -> None:
    app = open_part(open_page, filled_project)
    assert "easiest way to the right answer" in shown(app)
    press(app, "Run the preflight")
    job = latest(filled_project, "preflight")
    assert job is not None
    assert noting_engine.jobs == [job]


def test_its_stages_are_told_in_order(answered: Project) -> None:
    job = JobFolder(answered.jobs / "preflight-1")
    stages = [event for event in job.events()[0] if event["event"] == "stage"]
    assert [event["name"] for event in stages] == [
        *("measure", "features", "pixels", "shortcuts", "leakage", "baselines", "curve")
    ]
    assert [event["index"] for event in stages] == [1, 2, 3, 4, 5, 6, 7]
    assert {event["of"] for event in stages} == {7}


def test_a_shortcut_is_named_with_what_gives_it_away(
    answered: Project, open_page: OpenPage
) -> None:
    app = open_part(open_page, answered)
    assert "camera" in shown(app)
    app.selectbox(key=f"cue-{answered.id}").set_value("camera").run()
    assert not app.exception
    text = shown(app)
    assert "**Camera** gives a lot away" in text
    assert "All of rust have the camera Leica M6; of all others, none." in text
    assert "Each camera has colours and noise of its own" in text


def test_a_cue_that_tells_nothing_says_so(answered: Project, open_page: OpenPage) -> None:
    app = open_part(open_page, answered)
    app.selectbox(key=f"cue-{answered.id}").set_value("frame").run()
    assert "gives nothing away that matters" in shown(app)


@pytest.mark.parametrize(
    ("part", "says"),
    [
        ("leakage", "What would a careless split promise?"),
        ("baselines", "The best of these simple ways"),
        ("curve", "Would more images help?"),
    ],
)
def test_every_part_opens(answered: Project, open_page: OpenPage, part: str, says: str) -> None:
    assert says in shown(open_part(open_page, answered, part))


def test_the_curve_of_a_class_can_be_looked_at(answered: Project, open_page: OpenPage) -> None:
    app = open_part(open_page, answered, "curve")
    app.selectbox(key="curve-of").set_value("rust").run()
    assert not app.exception
    assert "12 images; a curve needs 15 or more" in shown(app)


def test_answers_about_other_images_say_so(answered: Project, open_page: OpenPage) -> None:
    first = catalogue.in_force(answered)["image_id"].iat[0]
    catalogue.decide(answered, "drop", images=[first])
    app = open_part(open_page, answered)
    assert "Images or labels changed since" in shown(app)
    assert "Ask again" in [one.label for one in app.button]


def test_damaged_answers_are_told(answered: Project, open_page: OpenPage) -> None:
    answered.preflight_file.write_text("{")
    assert "The preflight cannot be read" in shown(open_part(open_page, answered))


def test_what_is_kept_is_what_was_found(answered: Project) -> None:
    found = Preflight.load(answered)
    assert found is not None
    assert found.catalogue == catalogue.content_id(catalogue.in_force(answered))
