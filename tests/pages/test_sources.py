"""More ways to bring images in, without a browser: what they say, ask and start."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.ingest import LabelsFrom, Reading
from core.ingest.known_sets import known_sets
from core.jobs import JobFolder, latest
from core.jobs.sources import start_known_set, start_open, start_pack
from core.project import Project, Workspace
from core.share.project_file import save
from core.ui import engine
from tests.conftest import ROOT
from tests.makers import class_files, image_bytes, make_zip
from tests.pages.conftest import NotingEngine, button, press, shown

Show = Callable[[str], AppTest]


@pytest.fixture
def show(noting_engine: NotingEngine) -> Show:
    """Open the small app on one of the parts."""

    def open_it(part: str) -> AppTest:
        path = ROOT / "tests" / "browser" / "apps" / "sources_app.py"
        app = AppTest.from_file(str(path), default_timeout=20)
        app.query_params["show"] = part
        app.run()
        assert not app.exception
        return app

    return open_it


def handed_over(noting: NotingEngine) -> list[JobFolder]:
    """The jobs that pages asked for, once the desk has passed all of them on."""
    engine.desk()._order(lambda found: found).result(5)
    return noting.jobs


def bars(app: AppTest) -> str:
    return "\n".join(bar.proto.text for bar in app.get("progress"))


def test_every_known_set_is_offered_with_its_facts(show: Show, empty_project: Project) -> None:
    app = show("known")
    text = shown(app)
    for known in known_sets():
        assert known.title in text
        assert known.licence in text
    assert text.count("to download") == len(known_sets())


def test_a_known_set_is_described_before_it_is_downloaded(
    show: Show, empty_project: Project, noting_engine: NotingEngine
) -> None:
    app = show("known")
    app.button(key="start-beans").click().run()
    text = shown(app)
    assert "angular_leaf_spot, bean_rust and healthy" in text
    assert "Licence: MIT" in text
    assert "up to 300 images" in text
    assert "180 MB" in text
    assert handed_over(noting_engine) == []
    press(app, "Choose another")
    assert "Dog breeds" in shown(app)


def test_a_download_is_begun_with_the_chosen_size(
    show: Show, empty_project: Project, noting_engine: NotingEngine
) -> None:
    app = show("known")
    app.button(key="start-beans").click().run()
    app.select_slider(key="known-each").set_value(50).run()
    app.button(key="known-download").click().run()
    assert not app.exception
    (job,) = handed_over(noting_engine)
    assert job.kind == "known_set"
    assert job.request == {"name": "beans", "each": 50, "seed": 0}
    assert "Next in line" in bars(app)


def test_a_download_without_a_network_is_help(
    show: Show, empty_project: Project, noting_engine: NotingEngine
) -> None:
    job = start_known_set(empty_project, "beans", 50, noting_engine)
    job.emit("failed", title="The network cannot be reached", detail="No answer", fix="Connect it")
    app = show("known")
    assert "The network cannot be reached" in shown(app)
    assert "Try again" in [one.label for one in app.button]
    assert "Dog breeds" in shown(app)


def test_files_go_into_a_class(
    show: Show, filled_project: Project, noting_engine: NotingEngine
) -> None:
    app = show("files")
    assert button(app, "Add images to a class").disabled
    assert app.selectbox[0].options == ["blight", "healthy", "rust"]
    app.selectbox[0].set_value("rust").run()
    found = [(f"{n}.png", image_bytes("PNG", seed=n), "image/png") for n in (1, 2)]
    app.file_uploader[0].set_value(found).run()
    assert button(app, "Add 2 images to 'rust'") == app.button(key="add-loose")
    app.button(key="add-loose").click().run()
    assert not app.exception
    (job,) = handed_over(noting_engine)
    assert Reading.from_json(job.request["reading"]) == Reading(labels=LabelsFrom.ONE, one="rust")
    with zipfile.ZipFile(job.folder / "upload.zip") as archive:
        assert archive.namelist() == ["rust/1.png", "rust/2.png"]
    assert "Next in line" in bars(app)
    assert "as soon as this is done" in shown(app)


def test_a_whole_folder_can_be_chosen(show: Show, empty_project: Project) -> None:
    app = show("files")
    app.toggle(key="loose-whole").set_value(True).run()
    assert not app.exception
    assert "folder" in app.file_uploader[0].label


def test_photos_wait_until_they_are_added(
    show: Show, filled_project: Project, noting_engine: NotingEngine
) -> None:
    camera = filled_project.folder / "camera"
    camera.mkdir()
    for number in range(3):
        (camera / f"webcam-{number}.jpg").write_bytes(image_bytes(seed=number))
    app = show("webcam")
    assert app.button(key="add-photos").disabled
    assert "Name the class first" in shown(app)
    app.selectbox[0].set_value("healthy").run()
    app.button(key="add-photos").click().run()
    assert not app.exception
    (job,) = handed_over(noting_engine)
    with zipfile.ZipFile(job.folder / "upload.zip") as archive:
        assert len(archive.namelist()) == 3
    assert not list(camera.iterdir())


def test_photos_can_be_discarded(show: Show, filled_project: Project) -> None:
    camera = filled_project.folder / "camera"
    camera.mkdir()
    (camera / "webcam-1.jpg").write_bytes(image_bytes())
    app = show("webcam")
    app.button(key="discard-photos").click().run()
    assert not list(camera.iterdir())
    assert "waits here" in shown(app)


def test_a_project_file_is_made_and_offered(
    show: Show, filled_project: Project, noting_engine: NotingEngine
) -> None:
    app = show("save")
    assert not app.get("download_button")
    app.button(key="pack-begin").click().run()
    (job,) = handed_over(noting_engine)
    assert job.kind == "pack"
    assert "Next in line" in bars(app)
    job.emit("started", attempt=1)
    save(filled_project, job.folder / "project.firstlight")
    job.emit("finished")
    app = show("save")
    (offered,) = app.get("download_button")
    assert "Download the file" in offered.proto.label


def test_a_project_file_without_images_is_smaller_and_says_so(
    show: Show, filled_project: Project, noting_engine: NotingEngine
) -> None:
    app = show("save")
    whole = app.button(key="pack-begin").label
    assert "no picture of any kind" in app.toggle(key="pack-images").help
    app.toggle(key="pack-images").set_value(False).run()
    assert app.button(key="pack-begin").label != whole
    app.button(key="pack-begin").click().run()
    (job,) = handed_over(noting_engine)
    assert job.request == {"features": False, "images": False}


def test_features_are_asked_about_where_there_are_some(show: Show, filled_project: Project) -> None:
    assert [toggle.key for toggle in show("save").toggle] == ["pack-images"]
    folder = filled_project.features / "net-224"
    folder.mkdir(parents=True)
    (folder / "0123456789abcdef.vectors").write_bytes(bytes(3_000_000))
    app = show("save")
    assert "3.0 MB more" in app.toggle(key="pack-features").label.replace("\u00a0", " ")


def test_a_project_file_is_opened(
    show: Show, workspace: Path, noting_engine: NotingEngine, tmp_path: Path
) -> None:
    save(Workspace().create("Leaves"), tmp_path / "x.firstlight")
    app = show("open")
    data = (tmp_path / "x.firstlight").read_bytes()
    app.file_uploader[0].set_value(("x.firstlight", data, "application/zip")).run()
    assert not app.exception
    (job,) = handed_over(noting_engine)
    assert job.kind == "open"
    assert (job.folder / "upload.firstlight").read_bytes() == data
    assert not app.file_uploader
    assert "Next in line" in bars(app)


@pytest.mark.parametrize(
    ("event", "said"), [("stopped", "cancelled"), ("started", "interrupted"), ("failed", "No!")]
)
def test_an_opening_that_ended_early_is_told(
    event: str, said: str, show: Show, workspace: Path, noting_engine: NotingEngine, tmp_path: Path
) -> None:
    app = show("open")
    job = opening(tmp_path, noting_engine)
    app.session_state["kept-opening"] = job.id
    job.emit(event, **({"title": "No!", "detail": "x", "fix": "y"} if event == "failed" else {}))
    app.run()
    assert not app.exception
    assert said in shown(app)
    assert app.file_uploader


def opening(tmp_path: Path, engine: NotingEngine) -> JobFolder:
    return start_open(Workspace(), make_zip(tmp_path / "x.zip", class_files()), engine)


def test_a_pack_that_was_stopped_is_told(
    show: Show, filled_project: Project, noting_engine: NotingEngine
) -> None:
    start_pack(filled_project, False, noting_engine).emit("stopped")
    app = show("save")
    assert "No file was made" in shown(app)
    assert latest(filled_project, "pack") is not None
