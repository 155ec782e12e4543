"""A run as code: shown, downloaded alone, and taken away as a zip that runs."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from core.jobs import Run, latest, runs_of
from core.project import Project
from tests.pages.conftest import NotingEngine, press, settle, shown

OpenPage = Callable[..., AppTest]


def code_of(open_page: OpenPage, run: Run) -> AppTest:
    app = open_page("pages/5_train.py", project=run.project.id, run=run.id)
    return app.button_group(key=f"more-about-{run.id}").set_value("code").run()


def test_the_script_is_shown_and_a_zip_can_be_asked_for(
    open_page: OpenPage, noting_engine: NotingEngine, trained_project: Project
) -> None:
    run = runs_of(trained_project)[0]
    app = code_of(open_page, run)
    assert not app.exception
    assert "import keras" in app.code[0].value
    press(app, "Make a zip to run")
    settle()
    asked = noting_engine.jobs[-1]
    assert (asked.kind, asked.request["run"]) == ("export", run.id)
    assert not app.exception
    assert [one for one in app.button if one.label == "Make a zip to run"] == []


def test_the_zip_that_was_made_is_offered_to_its_run_alone(
    open_page: OpenPage, noting_engine: NotingEngine, trained_project: Project
) -> None:
    run = runs_of(trained_project)[0]
    press(code_of(open_page, run), "Make a zip to run")
    settle()
    job = latest(trained_project, "export")
    assert job is not None
    (job.folder / "export.zip").write_bytes(b"x" * 2048)
    job.emit("finished")
    noting_engine.jobs.remove(job)
    app = code_of(open_page, run)
    assert not app.exception
    labels = [one.label for one in app.get("download_button")]
    assert any(label.startswith("Download the zip") for label in labels)
    assert "Unpacked" in shown(app)
    files_of_another = job.folder / "job.json"
    text = files_of_another.read_text(encoding="utf-8")
    files_of_another.write_text(text.replace(run.id, "head-0000000000000000"), encoding="utf-8")
    labels = [one.label for one in code_of(open_page, run).get("download_button")]
    assert not any(label.startswith("Download the zip") for label in labels)
