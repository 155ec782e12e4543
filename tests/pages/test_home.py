"""The first page: what it offers a newcomer, and one who comes back."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import pytest
from streamlit.testing.v1 import AppTest

from core import files
from core.ingest import waiting
from core.ingest.samples import samples
from core.jobs import Run, start_ingest
from core.project import Project, Workspace
from core.settings import SplitSettings, TrainSettings
from tests.makers import class_files
from tests.pages.conftest import NotingEngine, address, begin, button, press, shown

OpenPage = Callable[..., AppTest]
HOME = "streamlit_app.py"


def zipped() -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, data in class_files().items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.usefixtures("workspace")
def test_a_newcomer_sees_the_path_and_three_samples(open_page: OpenPage) -> None:
    app = open_page(HOME)
    assert not app.exception
    assert "1. Data" in shown(app)
    assert "Continue" not in shown(app)
    assert [button.label for button in app.button].count("Start with this") == 3


@pytest.mark.usefixtures("workspace")
def test_a_sample_starts_with_one_click(open_page: OpenPage, noting_engine: NotingEngine) -> None:
    first = samples()[0]
    app = open_page(HOME)
    app.button(key=f"start-{first.name}").click().run()
    assert not app.exception
    (project,) = Workspace().projects()
    assert project.name == first.title
    assert [job.kind for job in noting_engine.jobs] == ["ingest"]
    assert noting_engine.jobs[0].request["keep"]
    assert address(app)["project"] == project.id
    assert app.title[0].value == "Data"


@pytest.mark.usefixtures("workspace")
def test_a_zip_starts_a_project_named_after_it(
    open_page: OpenPage, noting_engine: NotingEngine
) -> None:
    app, data = open_page(HOME), zipped()
    assert button(app, "Create project").disabled
    app.file_uploader[0].set_value(("../my_leaves.zip", data, "application/zip")).run()
    press(app, "Create project")
    assert not app.exception
    (project,) = Workspace().projects()
    assert project.name == "my leaves"
    upload = waiting.current(project.folder)
    assert upload is not None
    assert upload.path.read_bytes() == data
    assert noting_engine.jobs == []
    assert app.title[0].value == "Data"


@pytest.mark.usefixtures("workspace")
def test_a_name_can_be_chosen(open_page: OpenPage) -> None:
    app = open_page(HOME)
    app.text_input[0].set_value("Garden *2026*")
    app.file_uploader[0].set_value(("leaves.zip", zipped(), "application/zip")).run()
    press(app, "Create project")
    assert [project.name for project in Workspace().projects()] == ["Garden *2026*"]


def test_projects_to_go_on_with_say_how_they_stand(
    open_page: OpenPage, trained_project: Project
) -> None:
    Workspace().create("Not begun")
    app = open_page(HOME)
    text = shown(app)
    assert not app.exception
    assert "36 images · 3 classes" in text
    assert "**83.3 %** right on validation images (43.6 to 97.0 %)" in text
    assert "No images yet" in text
    links = [link.value for link in app.get("page_link")]
    assert links.index("**Not begun**") < links.index("**Leaves**")


def test_work_under_way_is_shown(
    open_page: OpenPage, filled_project: Project, noting_engine: NotingEngine
) -> None:
    run = Run.plan(filled_project, TrainSettings(epochs=4), SplitSettings())
    begin(run)
    with run.hold():
        assert "Training, 62 %" in shown(open_page(HOME))
    assert "Interrupted" in shown(open_page(HOME))


def test_waiting_work_is_shown(
    open_page: OpenPage, empty_project: Project, noting_engine: NotingEngine
) -> None:
    start_ingest(empty_project, samples()[0].path, noting_engine)
    assert "Waiting to begin" in shown(open_page(HOME))


@pytest.mark.usefixtures("workspace")
def test_many_projects_show_the_newest_first(open_page: OpenPage) -> None:
    for number in range(7):
        path = Workspace().create(f"Project {number}").folder / "project.json"
        moment = {"created": f"2026-03-0{number + 1}T08:00:00.000+00:00"}
        files.write_json(path, files.read_json(path) | moment)
    app = open_page(HOME)
    names = [link.value for link in app.get("page_link") if "Project" in link.value]
    assert names == [f"**Project {number}**" for number in (6, 5, 4, 3, 2)]
    app.toggle[0].set_value(True).run()
    assert len([link for link in app.get("page_link") if "Project" in link.value]) == 7


def test_leaving_a_project_takes_it_out_of_the_address(
    open_page: OpenPage, trained_project: Project
) -> None:
    app = open_page(HOME, project=trained_project.id, run="x")
    assert "project" not in address(app)
    assert "run" not in address(app)
