"""The page where things leave: the model, the script, the project."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.formats import Format
from core.jobs import JobFolder, latest, runs_of
from core.parity import Parity
from core.project import Project
from core.ui.share_model import in_words
from tests.pages.conftest import NotingEngine, button, press, settle, shown

OpenPage = Callable[..., AppTest]
PAGE = "pages/9_share.py"


def open_share(open_page: OpenPage, project: Project) -> AppTest:
    app = open_page(PAGE, project=project.id)
    assert not app.exception
    return app


def finished(project: Project, parities: list[Parity]) -> JobFolder:
    """The export that was asked for, done."""
    job = latest(project, "model")
    assert job is not None
    (job.folder / "model.zip").write_bytes(b"x" * 2048)
    job.emit("finished", parity=[parity.to_dict() for parity in parities])
    return job


def parity(form: Format, changed: int = 0) -> Parity:
    return Parity(form, 100, 1e-6, changed, 97, 98, 13_000_000)


def test_without_a_run_it_leads_to_training(open_page: OpenPage, filled_project: Project) -> None:
    app = open_share(open_page, filled_project)
    assert "no model to share" in shown(app)


def test_a_project_can_be_taken_before_there_is_a_model(
    open_page: OpenPage, filled_project: Project
) -> None:
    app = open_share(open_page, filled_project)
    app = app.button_group(key="share-view").set_value("The project").run()
    assert not app.exception
    assert any(one.label.startswith("Make a project file") for one in app.button)


def test_a_model_is_asked_for_in_the_chosen_formats(
    open_page: OpenPage, noting_engine: NotingEngine, trained_project: Project
) -> None:
    run = runs_of(trained_project)[0]
    app = open_share(open_page, trained_project)
    app.button_group(key=f"formats-{run.id}").set_value([Format.KERAS, Format.ONNX]).run()
    press(app, "Export the model")
    settle()
    asked = noting_engine.jobs[-1]
    assert asked.kind == "model"
    assert asked.request == {"run": run.id, "formats": ["keras", "onnx"]}


def test_a_demo_brings_the_file_that_it_runs(
    open_page: OpenPage, noting_engine: NotingEngine, trained_project: Project
) -> None:
    run = runs_of(trained_project)[0]
    app = open_share(open_page, trained_project)
    app.button_group(key=f"formats-{run.id}").set_value([Format.ONNX]).run()
    app.toggle(key=f"demo-{run.id}").set_value(True).run()
    press(app, "Export the model")
    settle()
    asked = noting_engine.jobs[-1].request
    assert (asked["formats"], asked["demo"]) == (["onnx", "litert"], True)


def test_a_web_page_brings_the_file_that_it_asks(
    open_page: OpenPage,
    noting_engine: NotingEngine,
    trained_project: Project,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("FIRSTLIGHT_WEB_RUNTIME", raising=False)
    run = runs_of(trained_project)[0]
    app = open_share(open_page, trained_project)
    app.button_group(key=f"formats-{run.id}").set_value([]).run()
    app.toggle(key=f"web-{run.id}").set_value(True).run()
    press(app, "Export the model")
    settle()
    asked = noting_engine.jobs[-1].request
    assert asked == {"run": run.id, "formats": ["onnx"], "web": True}


def test_nothing_can_be_exported_in_no_format(
    open_page: OpenPage, trained_project: Project
) -> None:
    run = runs_of(trained_project)[0]
    app = open_share(open_page, trained_project)
    app.button_group(key=f"formats-{run.id}").set_value([]).run()
    assert button(app, "Export the model").disabled


def test_what_was_exported_can_be_taken_and_says_how_true_it_is(
    open_page: OpenPage, noting_engine: NotingEngine, trained_project: Project
) -> None:
    press(open_share(open_page, trained_project), "Export the model")
    settle()
    job = finished(trained_project, [parity(Format.LITERT), parity(Format.ONNX)])
    noting_engine.jobs.remove(job)
    app = open_share(open_page, trained_project)
    labels = [one.label for one in app.get("download_button")]
    assert any(label.startswith("Download the model") for label in labels)
    assert "every answer is the same" in shown(app)
    assert list(app.dataframe[0].value["Answers changed"]) == ["0 of 100", "0 of 100"]


def test_the_cost_of_whole_numbers_is_told() -> None:
    told = in_words([parity(Format.LITERT), parity(Format.LITERT_INT8, changed=2)])
    assert "changed **2** and is right on 97 where the model was on 98" in told
    assert "The others give the same answers" in told
