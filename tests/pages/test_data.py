"""The data page: from nothing to images, and every way that can go wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from streamlit.testing.v1 import AppTest

from core.ingest import ingest, open_source
from core.jobs import JobFolder, latest_ingest, start_ingest
from core.project import Project
from tests.makers import class_files, make_zip
from tests.pages.conftest import NotingEngine, address, press, shown

OpenPage = Callable[..., AppTest]
DATA = "pages/1_data.py"


def test_without_a_project_it_leads_home(open_page: OpenPage) -> None:
    app = open_page(DATA)
    assert not app.exception
    assert "Choose a project first" in shown(app)
    press(app, "Go to your projects")
    assert app.title[0].value == "First Light"


def test_an_unknown_project_is_explained(open_page: OpenPage, workspace: Path) -> None:
    for wrong in ("gone-0123456789abcdef", "../../etc", "*", "a" * 500):
        app = open_page(DATA, project=wrong)
        assert not app.exception
        assert "There is no such project" in shown(app)


def test_an_empty_project_asks_for_images(open_page: OpenPage, empty_project: Project) -> None:
    app = open_page(DATA, project=empty_project.id)
    assert not app.exception
    assert "one folder of images for each class" in app.file_uploader[0].label
    assert "healthy/" in shown(app)


def test_an_upload_is_taken_once_it_was_seen(
    open_page: OpenPage, empty_project: Project, noting_engine: NotingEngine, tmp_path: Path
) -> None:
    data = make_zip(tmp_path / "a.zip", class_files()).read_bytes()
    app = open_page(DATA, project=empty_project.id)
    app.file_uploader[0].set_value(("a.zip", data, "application/zip")).run()
    assert not app.exception
    assert noting_engine.jobs == []
    press(app, "Take these images")
    assert not app.exception
    assert [job.kind for job in noting_engine.jobs] == ["ingest"]
    assert not app.file_uploader
    assert "Next in line" in bars(app)


def test_progress_tells_stage_count_speed_and_time(
    open_page: OpenPage, empty_project: Project, noting_engine: NotingEngine, tmp_path: Path
) -> None:
    job = ingest_job(empty_project, noting_engine, tmp_path)
    job.emit("started", attempt=1)
    job.stage("reading-images", "Reading images", 1, 2)
    job.emit("progress", done=1200, total=2000, rate=312.4, seconds_left=2.6)
    with job.hold():
        app = open_page(DATA, project=empty_project.id)
        assert "Step 1 of 2: Reading images" in bars(app)
        assert "1,200 of 2,000 · 312 images a second · 3 seconds left" in shown(app)
        assert not app.file_uploader
        app.button(key=f"stop-{job.id}").click().run()
        assert job.stop_requested()


def test_a_cancelled_upload_can_go_on(
    open_page: OpenPage, empty_project: Project, noting_engine: NotingEngine, tmp_path: Path
) -> None:
    job = ingest_job(empty_project, noting_engine, tmp_path)
    job.request_stop()
    job.emit("stopped")
    app = open_page(DATA, project=empty_project.id)
    assert "You cancelled this" in shown(app)
    assert app.file_uploader
    press(app, "Take the rest")
    assert not app.exception
    assert not job.stop_requested()
    assert noting_engine.jobs == [job, job]


def test_a_failed_upload_says_what_to_do(
    open_page: OpenPage, empty_project: Project, noting_engine: NotingEngine, tmp_path: Path
) -> None:
    job = ingest_job(empty_project, noting_engine, tmp_path)
    job.emit("started", attempt=1)
    job.emit("failed", title="No images were found", detail="All text", fix="Add folders")
    app = open_page(DATA, project=empty_project.id)
    assert "No images were found" in shown(app)
    assert "**What to do:** Add folders" in shown(app)
    assert app.file_uploader
    press(app, "Dismiss")
    assert "No images were found" not in shown(app)


def test_an_interrupted_upload_can_go_on(
    open_page: OpenPage, empty_project: Project, noting_engine: NotingEngine, tmp_path: Path
) -> None:
    ingest_job(empty_project, noting_engine, tmp_path).emit("started", attempt=1)
    app = open_page(DATA, project=empty_project.id)
    assert "interrupted" in shown(app)
    assert "Take the rest" in [button.label for button in app.button]


def test_taken_images_are_summed_up(open_page: OpenPage, filled_project: Project) -> None:
    app = open_page(DATA, project=filled_project.id)
    assert not app.exception
    assert [metric.value for metric in app.metric] == ["36", "3", "2"]
    assert "perfectly even: 12 images each" in shown(app)
    assert app.selectbox[0].options == ["All classes", "blight", "healthy", "rust"]


def test_one_class_alone_asks_for_another(
    open_page: OpenPage, empty_project: Project, tmp_path: Path
) -> None:
    with open_source(make_zip(tmp_path / "one.zip", class_files(["cat"]))) as source:
        ingest(source, empty_project.folder)
    app = open_page(DATA, project=empty_project.id)
    assert not app.exception
    assert "Only one class so far: *cat*" in shown(app)


def test_files_that_were_not_taken_are_grouped_by_reason(
    open_page: OpenPage, filled_project: Project
) -> None:
    app = open_page(DATA, project=filled_project.id)
    app.segmented_control[0].set_value("rejected").run()
    assert not app.exception
    assert "2 files were left out" in shown(app)
    assert "rust/broken.jpg" in shown(app)
    assert sorted(app.dataframe[0].value["File"]) == ["rust/broken.jpg", "rust/notes.txt"]


def test_more_can_be_added(
    open_page: OpenPage, filled_project: Project, noting_engine: NotingEngine, tmp_path: Path
) -> None:
    data = make_zip(tmp_path / "b.zip", class_files()).read_bytes()
    app = open_page(DATA, project=filled_project.id)
    app.segmented_control[0].set_value("more").run()
    app.file_uploader[0].set_value(("b.zip", data, "application/zip")).run()
    assert "New in your project: cat and dog." in shown(app)
    press(app, "Take these images")
    assert not app.exception
    assert noting_engine.jobs == [latest_ingest(filled_project)]


def test_the_way_on_keeps_the_project(open_page: OpenPage, filled_project: Project) -> None:
    app = open_page(DATA, project=filled_project.id)
    press(app, "Next: clean")
    assert app.title[0].value == "Clean"
    assert address(app)["project"] == filled_project.id


def test_a_damaged_catalogue_is_help_not_a_traceback(
    open_page: OpenPage, filled_project: Project
) -> None:
    filled_project.catalogue_file.write_bytes(b"PAR1 broken")
    app = open_page(DATA, project=filled_project.id)
    assert not app.exception
    assert "cannot be read" in shown(app)


def ingest_job(project: Project, engine: NotingEngine, tmp_path: Path) -> JobFolder:
    return start_ingest(project, make_zip(tmp_path / "x.zip", class_files()), engine)


def bars(app: AppTest) -> str:
    return "\n".join(bar.proto.text for bar in app.get("progress"))
