"""The learning rate finder on the train page: begun, watched, taken over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import files, jobs
from core.jobs import JobFolder
from core.project import Project
from core.settings import Method, TrainSettings
from tests.pages.conftest import NotingEngine, press, shown
from tests.pages.test_train_form import choose, number, set_number, show_all

OpenPage = Callable[..., AppTest]
TRAIN = "pages/5_train.py"
FOUND = {
    "rates": [1e-4, 1e-3, 1e-2],
    "losses": [2.0, 1.0, 4.0],
    "smooth": [2.0, 1.0, 4.0],
    "rate": 0.003,
    "steepest": 0.003,
    "lowest": 0.01,
    "reason": "The loss falls fastest around 0.003.",
}


@pytest.fixture
def page(open_page: OpenPage, filled_project: Project) -> AppTest:
    return show_all(open_page(TRAIN, project=filled_project.id))


def finished(project: Project, settings: TrainSettings, **found: Any) -> JobFolder:
    """A trial that came to its end."""
    job = jobs.latest(project, "rate")
    if job is None:
        folder = project.jobs / "rate-1"
        job = JobFolder.create(folder, "rate", {"train": settings.to_dict()})
    files.write_json(job.folder / "rate.json", {"settings": settings.to_dict(), **FOUND, **found})
    job.emit("started", attempt=1)
    job.emit("finished")
    return job


def test_a_trial_is_begun_for_the_settings_on_the_page(
    page: AppTest, filled_project: Project, noting_engine: NotingEngine
) -> None:
    set_number(page, "Batch size", 8)
    press(page, "Find a good rate")
    assert not page.exception
    (job,) = noting_engine.jobs
    assert job.kind == "rate"
    assert job.request["train"] == TrainSettings(batch_size=8).to_dict()
    assert page.button(key=f"stop-{job.id}")


def test_one_click_takes_the_proposal_over(open_page: OpenPage, filled_project: Project) -> None:
    finished(filled_project, TrainSettings())
    page = show_all(open_page(TRAIN, project=filled_project.id))
    assert "falls fastest around 0.003" in shown(page)
    assert page.get("plotly_chart")
    press(page, "Take 0.003")
    assert not page.exception
    assert number(page, "Learning rate") == 0.003
    assert "0.003 is your learning rate now" in shown(page)
    choose(page, Method.FINETUNE)
    assert number(page, "Learning rate") == 0.003


def test_a_trial_that_could_not_tell_offers_nothing(
    open_page: OpenPage, filled_project: Project
) -> None:
    reason = "The loss hardly fell, whatever the rate."
    finished(filled_project, TrainSettings(), rate=None, reason=reason)
    page = show_all(open_page(TRAIN, project=filled_project.id))
    assert reason in shown(page)
    assert not [one for one in page.button if one.label.startswith("Take")]


def test_what_was_found_for_other_settings_is_not_proposed(
    open_page: OpenPage, filled_project: Project
) -> None:
    finished(filled_project, TrainSettings(dropout=0.5))
    page = show_all(open_page(TRAIN, project=filled_project.id))
    assert "The last trial was made for other settings." in shown(page)
    assert not [one for one in page.button if one.label.startswith("Take")]
    set_number(page, "Dropout", 0.5)
    assert "falls fastest" in shown(page)


def test_a_damaged_result_can_be_made_anew(open_page: OpenPage, filled_project: Project) -> None:
    job = finished(filled_project, TrainSettings())
    (job.folder / "rate.json").write_text("{")
    page = show_all(open_page(TRAIN, project=filled_project.id))
    assert not page.exception
    press(page, "Find a good rate")
    assert not page.exception
