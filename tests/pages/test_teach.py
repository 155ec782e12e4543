"""The teacher's page, large type, and the check of the computer."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.hosting import MODE
from core.jobs import JobFolder
from core.lessons import plan
from core.project import Project
from core.ready import Line, Verdict
from core.ui import frame
from tests.pages.conftest import NotingEngine, button, press, settle, shown

OpenPage = Callable[..., AppTest]
PAGE = frame.TEACH.file


def view(app: AppTest, name: str) -> AppTest:
    return app.segmented_control(key="teach-view").set_value(name).run()


def choose_type(app: AppTest, name: str) -> AppTest:
    (chooser,) = [each for each in app.segmented_control if each.label == "Size of type"]
    return chooser.set_value(name).run()


def links(app: AppTest) -> set[str]:
    """Labels of all links to pages."""
    return {str(link.proto.label) for link in app.get("page_link")}


@pytest.mark.usefixtures("workspace")
def test_a_plan_is_shown_with_the_way_to_each_of_its_pages(open_page: OpenPage) -> None:
    app = open_page(PAGE)
    assert not app.exception
    assert [each.value for each in app.subheader] == [
        f"{step.start} to {step.end} · {step.title}" for step in plan("45").steps
    ]
    assert "Page: Mistakes" in links(app)
    app.segmented_control(key="teach-plan").set_value("90 minutes").run()
    assert plan("90").title in shown(app)
    assert "Page: Detective" in links(app)


@pytest.mark.usefixtures("workspace")
def test_what_to_prepare_and_many_computers_are_told(open_page: OpenPage) -> None:
    app = view(open_page(PAGE), "Many computers")
    assert not app.exception
    assert "FIRSTLIGHT_MODE=hosted" in shown(app)
    assert "core exercise score" in shown(app)
    app = view(app, "Before the lesson")
    assert "python -m core ready" in shown(app)


def test_the_check_is_one_click_and_tells_each_line_with_its_mend(
    workspace: Path, open_page: OpenPage, noting_engine: NotingEngine
) -> None:
    app = view(open_page(PAGE), "Before the lesson")
    press(app, "Is everything ready?")
    settle()
    (job,) = noting_engine.jobs
    assert job.kind == "ready"
    assert "Packages" in shown(app)
    end(job, Line("Weights", Verdict.NOT_READY, "They are gone.", "Install them"))
    app.run()
    assert not app.exception
    assert "They are gone" in shown(app)
    assert "Install them" in shown(app)
    assert not app.success


def test_a_computer_on_which_all_is_ready_is_told_so(
    workspace: Path, open_page: OpenPage, noting_engine: NotingEngine
) -> None:
    app = view(open_page(PAGE), "Before the lesson")
    press(app, "Is everything ready?")
    settle()
    end(noting_engine.jobs[0], Line("Weights", Verdict.READY, "They are here.", seconds=0.5))
    app.run()
    assert [each.value for each in app.success] == ["Everything is ready for a lesson."]


def end(job: JobFolder, line: Line) -> None:
    """Write down that ``job`` found ``line``."""
    job.emit("started", attempt=job.attempt)
    job.emit("finished", lines=[line.to_json()])


@pytest.mark.usefixtures("workspace")
def test_visitors_of_a_hosted_server_do_not_check_it(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MODE, "hosted")
    app = view(open_page(PAGE), "Before the lesson")
    assert not app.exception
    assert "Is everything ready?" not in [each.label for each in app.button]
    app = choose_type(view(app, "Projector"), "Large")
    assert button(app, "Normal type")


def test_large_type_holds_on_every_page_until_it_is_switched_off(
    open_page: OpenPage, filled_project: Project
) -> None:
    app = open_page(PAGE, project=filled_project.id)
    assert "Normal type" not in [each.label for each in app.button]
    app = choose_type(view(app, "Projector"), "Very large")
    app.switch_page(frame.stage("data").file).run()
    assert not app.exception
    large = chart_height(app)
    press(app, "Normal type")
    assert "Normal type" not in [each.label for each in app.button]
    assert large == pytest.approx(1.875 * chart_height(app))


def chart_height(app: AppTest) -> float:
    (chart,) = app.get("plotly_chart")
    return float(json.loads(chart.proto.spec)["layout"]["height"])


@pytest.mark.usefixtures("workspace")
def test_every_page_leads_to_what_there_is_to_learn_and_teach_from(open_page: OpenPage) -> None:
    for page in (frame.HOME.file, frame.GLOSSARY.file):
        assert {"Learn", "Guide", "Detective", "Glossary", "For teachers"} <= links(open_page(page))


@pytest.mark.usefixtures("workspace")
def test_the_guide_without_a_project_offers_one(open_page: OpenPage) -> None:
    assert button(open_page(frame.GUIDE.file), "Show me in two minutes")
