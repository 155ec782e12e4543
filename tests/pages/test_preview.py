"""What is shown of an upload before it is taken, and every way to change it or to leave it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.ingest import LabelsFrom, Reading, ingest, open_source, read_unlabelled, waiting
from core.jobs import latest_ingest
from core.project import Project
from tests.makers import class_files, image_bytes, make_zip
from tests.pages.conftest import NotingEngine, press, shown

OpenPage = Callable[..., AppTest]
Wait = Callable[[Mapping[str, bytes]], AppTest]
DATA = "pages/1_data.py"
SPLIT = {
    **class_files(root="train/", each=4),
    **class_files(root="test/", each=2),
    "notes.txt": b"x",
}


@pytest.fixture
def wait(open_page: OpenPage, empty_project: Project, tmp_path: Path) -> Wait:
    """Have a zip of these files wait in the empty project, and open the page."""

    def put(files: Mapping[str, bytes]) -> AppTest:
        data = make_zip(tmp_path / "pets.zip", files).read_bytes()

        def write(path: Path) -> None:
            path.write_bytes(data)

        waiting.receive(empty_project.folder, "pets.zip", write)
        return open_page(DATA, project=empty_project.id)

    return put


def taken(project: Project) -> Reading:
    """How the images that were taken last are to be read."""
    job = latest_ingest(project)
    assert job is not None
    return Reading.from_json(job.request["reading"])


def figures(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def test_it_shows_classes_sides_and_what_is_left_out(wait: Wait, empty_project: Project) -> None:
    app = wait(SPLIT)
    assert not app.exception
    assert figures(app) == {"Images": "12", "Classes": "2", "Left out": "1"}
    text = shown(app)
    assert "What we found in pets.zip" in text
    assert "which is kept: 8 for training and 4 for test" in text
    assert "Not an image: a text file" in text
    table = app.dataframe[0].value
    assert table["Class"].tolist() == ["cat", "dog"]
    assert table["Training"].tolist() == [4, 4]
    assert empty_project.is_empty


def test_it_is_still_there_after_a_reload(
    wait: Wait, open_page: OpenPage, empty_project: Project
) -> None:
    app = wait(SPLIT)
    app.toggle[0].set_value(False).run()
    assert "which is not kept" in shown(app)
    again = open_page(DATA, project=empty_project.id)
    assert "which is not kept" in shown(again)
    press(again, "Take these images")
    assert not again.exception
    assert taken(empty_project).keep_split is False
    assert waiting.current(empty_project.folder) is None


def test_it_can_be_left(wait: Wait, empty_project: Project, noting_engine: NotingEngine) -> None:
    app = wait(SPLIT)
    press(app, "Cancel")
    assert app.file_uploader
    assert noting_engine.jobs == []
    assert waiting.current(empty_project.folder) is None
    assert not list(empty_project.folder.rglob("upload.zip"))


def test_classes_can_be_left_out_and_renamed(wait: Wait, empty_project: Project) -> None:
    app = wait(class_files(["cat", "dog", "kitten"]))
    app.multiselect[0].set_value(["dog"]).run()
    assert figures(app)["Classes"] == "2"
    rename = next(box for box in app.selectbox if box.label == "Rename a class")
    rename.set_value("kitten")
    app.text_input[0].set_value("cat")
    press(app, "Rename")
    assert not app.exception
    assert figures(app) == {"Images": "6", "Classes": "1"}
    press(app, "Take these images")
    assert taken(empty_project).rename == (("kitten", "cat"),)
    assert taken(empty_project).leave_out == ("dog",)


def test_the_root_can_be_changed(wait: Wait, empty_project: Project) -> None:
    app = wait({f"{top}/{name}": data for top in "ab" for name, data in class_files().items()})
    assert app.dataframe[0].value["Class"].tolist() == ["a", "b"]
    root = next(box for box in app.selectbox if "holds the class folders" in box.label)
    root.set_value("a").run()
    assert app.dataframe[0].value["Class"].tolist() == ["cat", "dog"]
    assert "inside *a*" in shown(app)


def test_labels_in_names_are_found_and_the_pattern_can_be_another(
    wait: Wait, empty_project: Project
) -> None:
    names = [
        f"{size}_{label}_{n}.jpg"
        for size in ("big", "old")
        for label in ("cat", "dog")
        for n in "12"
    ]
    app = wait({name: image_bytes(seed=at) for at, name in enumerate(names)})
    assert "The name of each file tells its class" in shown(app).replace("*", "")
    assert figures(app)["Classes"] == "4"
    pattern = next(box for box in app.selectbox if "pattern" in box.label)
    pattern.set_value("*_{class}_*").run()
    assert app.dataframe[0].value["Class"].tolist() == ["cat", "dog"]
    pattern = next(box for box in app.selectbox if "pattern" in box.label)
    pattern.set_value("{class}_*").run()
    press(app, "Take these images")
    assert taken(empty_project).pattern == "{class}_*"


def test_images_that_nothing_is_told_of_can_be_of_one_class_or_of_none(
    wait: Wait, empty_project: Project
) -> None:
    app = wait({f"IMG_{n}.jpg": image_bytes(seed=n) for n in range(3)})
    assert "No folder, table or file name tells the classes" in shown(app)
    assert next(b for b in app.button if b.label == "Take these images").disabled
    ways = app.radio[0]
    assert [way.partition(" (")[0] for way in ways.options][2:] == [
        "One class for all",
        "No labels yet",
    ]
    ways.set_value(2).run()
    assert "All images are of **one class**, pets" in shown(app)
    assert "This is one class" in shown(app)
    app.radio[0].set_value(3).run()
    assert figures(app)["Without a label"] == "3"
    press(app, "Take these images")
    assert taken(empty_project).labels is LabelsFrom.NOTHING


def test_a_hostile_archive_is_refused_before_anything_is_kept(
    wait: Wait, empty_project: Project, noting_engine: NotingEngine
) -> None:
    app = wait({"../../evil.jpg": image_bytes()})
    assert not app.exception
    assert "could write outside its folder" in shown(app)
    assert not [b for b in app.button if b.label == "Take these images"]
    press(app, "Choose another")
    assert app.file_uploader
    assert noting_engine.jobs == []


def test_images_without_a_label_are_shown_where_nothing_else_is(
    open_page: OpenPage, empty_project: Project, tmp_path: Path
) -> None:
    with open_source(make_zip(tmp_path / "x.zip", class_files(["unlabeled"]))) as source:
        ingest(source, empty_project.folder)
    app = open_page(DATA, project=empty_project.id)
    assert not app.exception
    assert "3 images have no label yet" in shown(app)
    assert app.file_uploader
    assert len(read_unlabelled(empty_project.folder)) == 3


def test_images_without_a_label_have_a_view_of_their_own(
    open_page: OpenPage, empty_project: Project, tmp_path: Path
) -> None:
    files = class_files(["cat", "dog", "unlabeled"])
    with open_source(make_zip(tmp_path / "x.zip", files)) as source:
        ingest(source, empty_project.folder)
    app = open_page(DATA, project=empty_project.id)
    assert figures(app)["Without a label"] == "3"
    app.segmented_control[0].set_value("unlabelled").run()
    assert not app.exception
    assert "3 images have no label yet" in shown(app)
    assert next(box for box in app.selectbox if box.label == "Class").options == ["cat", "dog"]
