"""How sure a classifier is, on the mistakes page: calibration, silence, sets, and the gate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import files, results
from core.jobs import Run, runs_of
from core.project import Project
from core.settings import SplitSettings, TrainSettings
from core.ui import asking, engine
from tests.pages.conftest import NotingEngine, finish, shown

OpenPage = Callable[..., AppTest]
ERRORS = "pages/6_errors.py"


class GatingEngine(NotingEngine):
    """Says that one image lies far from all others."""

    def __init__(self, run: Run) -> None:
        super().__init__()
        images = run.images()
        self.images = images[images["split"] == "validation"]

    def ask(self, function: str, *arguments: Any) -> Any:
        assert function == "core.jobs.gating:distances"
        assert arguments[1] == "validation"
        columns = ["image_id", "sha256", "label"]
        far = [0.1] * (len(self.images) - 1) + [0.9]
        return {"limit": 0.5, "distances": far, "images": self.images[columns].to_dict("records")}


@pytest.fixture
def open_view(open_page: OpenPage, trained_project: Project) -> Callable[..., AppTest]:
    """Open one part of the view on the run of the trained project."""

    def open_it(part: str = "Calibration") -> AppTest:
        app = open_page(ERRORS, project=trained_project.id)
        app.segmented_control(key="errors-view").set_value("How sure").run()
        if part != "Calibration":
            app.segmented_control(key="trust-view").set_value(part).run()
        assert not app.exception
        return app

    return open_it


@pytest.fixture
def run(trained_project: Project) -> Run:
    return runs_of(trained_project)[0]


def set_temperature(run: Run, temperature: float) -> None:
    report = run.report()
    assert report is not None
    files.write_json(run.report_file, report | {"calibration": {"temperature": temperature}})


def figures(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value.replace("\u00a0", " ") for metric in app.metric}


def test_without_a_temperature_the_error_alone_is_told(open_view: Callable[..., AppTest]) -> None:
    app = open_view()
    assert "trained before First Light fitted temperatures" in shown(app)
    assert "Temperature" not in figures(app)
    assert figures(app)["Calibration error"].endswith(" points")


def test_what_the_temperature_did_is_told(open_view: Callable[..., AppTest], run: Run) -> None:
    set_temperature(run, 1.5)
    app = open_view()
    assert figures(app)["Temperature"] == "1.50"
    assert "As trained it was too sure" in shown(app)
    assert "fitted to these very images" in shown(app)
    # 0.8 against 0.1 and 0.1, before the division of the scores by 1.5
    before = 1 / (1 + 2 * (1 / 8) ** 1.5)
    right = 5 / 6
    assert figures(app)["Error as trained"] == f"{100 * abs(before - right):.1f} points"


def test_a_boaster_is_called_one(
    open_view: Callable[..., AppTest], trained_project: Project, run: Run
) -> None:
    answers = run.predictions()
    columns = ["image_id", "sha256", "source", "split", "label"]
    sure = np.full((len(answers), 3), 0.0005)
    sure[:, 0] = 0.999
    files.write_table(
        run.predictions_file, results.predictions(answers[columns], sure, run.classes)
    )
    assert "It is surer than it is right" in shown(open_view())


def test_a_higher_minimum_leaves_more_to_a_person(open_view: Callable[..., AppTest]) -> None:
    app = open_view("Answer only when sure")
    assert app.slider(key="trust-threshold").value == 80
    assert figures(app)["Answered"] == "100 %"  # all are exactly as sure as asked
    app.slider(key="trust-threshold").set_value(81).run()
    assert figures(app)["Answered"] == "0 %"
    assert figures(app)["Right among these"] == "unknown"
    assert figures(app)["Left to a person"] == "6"
    assert "1 mistake, 1 would not have been made" in shown(app)


def test_few_images_promise_little_and_say_so(open_view: Callable[..., AppTest]) -> None:
    """Six validation images cannot promise 95 %: every class is named."""
    app = open_view("I don't know")
    assert "Of 6 images, 0 get one answer, 6 may be any of several" in plain(app)
    assert "The set holds the truth in 100 % of them" in plain(app)
    assert "So few can promise no less than 16.7 %" in shown(app)


def test_a_larger_error_rate_answers_more(open_view: Callable[..., AppTest]) -> None:
    app = open_view("I don't know")
    app.slider(key="trust-error-rate").set_value(30).run()
    assert "promised are 70" in shown(app)
    assert "get one answer" in shown(app)
    assert "Of 6 images, 0 get one" not in plain(app)


@pytest.fixture
def gating(
    monkeypatch: pytest.MonkeyPatch, open_page: OpenPage, run: Run
) -> Iterator[GatingEngine]:
    """The engine that pages reach, which knows distances; nothing was asked before."""
    found = GatingEngine(run)
    monkeypatch.setattr(engine, "connect", lambda: found)
    engine.desk.clear()
    asking._question.clear()
    assert engine.desk()._order(lambda connected: connected).result(5) is found
    yield found
    asking._question.clear()


def test_the_gate_turns_away_what_lies_too_far(
    open_view: Callable[..., AppTest], gating: GatingEngine
) -> None:
    app = open_view("Unlike anything")
    assert "1 of 6 images of this side would be turned away" in plain(app)
    assert "The gate was set by these very images" in shown(app)
    assert "The farthest from anything seen" in shown(app)


def test_another_run_has_its_own(open_page: OpenPage, trained_project: Project) -> None:
    finish(Run.plan(trained_project, TrainSettings(epochs=5), SplitSettings()))
    set_temperature(runs_of(trained_project)[0], 0.8)
    app = open_page(ERRORS, project=trained_project.id)
    app.segmented_control(key="errors-view").set_value("How sure").run()
    assert "As trained it was too modest" in shown(app)


def plain(app: AppTest) -> str:
    return shown(app).replace("*", "")
