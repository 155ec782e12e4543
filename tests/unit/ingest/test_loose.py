"""Files for one class become a small zip, whatever they are called."""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from core.errors import DataProblem, ProjectProblem
from core.ingest import LabelsFrom, Reading, ingest, open_source
from core.ingest.loose import class_name, pack
from tests.makers import image_bytes


def names(tmp_path: Path, *given: str, label: str = "cat") -> list[str]:
    target = tmp_path / "x.zip"
    assert pack([(name, BytesIO(name.encode())) for name in given], label, target) == len(given)
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_files_lie_in_the_folder_of_the_class(tmp_path: Path) -> None:
    assert names(tmp_path, "1.jpg", "2.jpg") == ["cat/1.jpg", "cat/2.jpg"]


def test_only_the_last_part_of_a_name_counts(tmp_path: Path) -> None:
    given = ("../../etc/passwd", "C:\\pictures\\b.jpg", "holiday/2024/c.jpg", ".hidden.jpg")
    assert names(tmp_path, *given) == [
        "cat/passwd",
        "cat/b.jpg",
        "cat/c.jpg",
        "cat/hidden.jpg",
    ]


def test_the_same_name_twice_gets_a_number(tmp_path: Path) -> None:
    found = names(tmp_path, "a/1.jpg", "b/1.jpg", "c/1.JPG", "image", "image")
    assert found == ["cat/1.jpg", "cat/1 (2).jpg", "cat/1 (3).JPG", "cat/image", "cat/image (2)"]


def test_long_and_empty_names(tmp_path: Path) -> None:
    found = names(tmp_path, "x" * 300 + ".jpg", "", "...")
    assert len(found[0]) == len("cat/") + 120
    assert found[0].endswith(".jpg")
    assert found[1:] == ["cat/image", "cat/image (2)"]


@pytest.mark.parametrize(
    ("given", "name"),
    [(" big  cat ", "big cat"), ("a/b", "a b"), ("..", None), ("", None), ("x" * 81, None)],
)
def test_names_of_classes(given: str, name: str | None) -> None:
    if name is None:
        with pytest.raises(DataProblem, match="needs a name"):
            class_name(given)
    else:
        assert class_name(given) == name


def test_no_files_are_told_and_leave_nothing(tmp_path: Path) -> None:
    with pytest.raises(DataProblem, match="no images to add"):
        pack([], "cat", tmp_path / "x.zip")
    assert not (tmp_path / "x.zip").exists()


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(ProjectProblem, match="could not be saved"):
        pack([("1.jpg", BytesIO(b"x"))], "cat", tmp_path / "gone" / "x.zip")


def test_they_can_be_taken_as_one_class_even_a_first_one(tmp_path: Path) -> None:
    files = [(f"{n}.jpg", BytesIO(image_bytes(seed=n))) for n in range(3)]
    pack(files, "train", tmp_path / "x.zip")
    with open_source(tmp_path / "x.zip") as source:
        result = ingest(source, tmp_path / "p", Reading(labels=LabelsFrom.ONE, one="train"))
    assert result.classes == {"train": 3}
