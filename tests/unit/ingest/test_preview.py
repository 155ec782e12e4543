"""What is shown of an archive before anything of it is kept."""

from __future__ import annotations

import time
import zipfile

import pytest

from core.errors import ArchiveProblem
from core.ingest import LabelsFrom, Reading, open_source
from core.ingest.preview import pictures, preview
from tests.makers import JUNK, class_files, make_zip

SPLIT = {
    **class_files(root="set/train/", each=5),
    **class_files(root="set/test/", each=2),
    **class_files(["unlabeled"], root="set/", each=2),
    "set/notes.txt": b"x",
    "set/.hidden": b"x",
}


@pytest.fixture
def look(tmp_path):
    def look(files, reading=None):
        with open_source(make_zip(tmp_path / "x.zip", files)) as source:
            return preview(source, reading)

    return look


def test_it_counts_classes_sides_and_what_is_left_out(look):
    found = look(SPLIT)
    assert (found.images, found.aside, found.root) == (14, 2, "set")
    assert found.classes.to_dict("records") == [
        {"found": label, "label": label, "taken": True, "images": 7}
        | {"train": 5, "validation": 0, "test": 2}
        for label in ("cat", "dog")
    ]
    assert (found.sides, found.keeps_split) == ({"train": 10, "test": 4}, True)
    assert [(item.reason, item.number) for item in found.left_out] == [
        ("Not an image: a text file", 1)
    ]
    assert [(item.reason, item.names) for item in found.ignored] == [
        ("a hidden file", ("set/.hidden",))
    ]
    assert found.offers[0].reading.labels is LabelsFrom.FOLDERS
    assert found.roots[:2] == ("", "set")


def test_it_follows_what_the_user_chooses(look):
    reading = Reading(keep_split=False, leave_out=("dog",)).renamed("cat", "kitten")
    found = look(SPLIT, reading)
    assert found.reading == reading
    assert found.images == 7
    assert found.classes["label"].tolist() == ["kitten", "dog"]
    assert found.classes["taken"].tolist() == [True, False]
    assert "train" not in found.classes
    assert {pick.label for pick in found.picks} == {"kitten"}


def test_an_archive_that_gives_no_class_shows_nothing_and_offers_nothing(look):
    found = look({"IMG_1.jpg": b"x", "IMG_2.jpg": b"x"})
    assert (found.images, found.offers, found.picks) == (0, (), ())
    assert found.classes[found.classes["taken"]].empty
    assert look({"IMG_1.jpg": b"x"}, Reading(LabelsFrom.NOTHING)).aside == 1


def test_some_images_of_every_class_are_shown_even_of_many(look):
    few = look(class_files("ab", 50)).picks
    assert [pick.label for pick in few] == ["a"] * 4 + ["b"] * 4
    assert len({pick.index for pick in few}) == 8
    many = look({f"{n}/{k}.jpg": b"x" for n in range(100) for k in range(2)}).picks
    assert len({pick.label for pick in many}) == len(many) == 24


def test_pictures_are_made_once_and_bad_files_get_none(tmp_path, monkeypatch):
    files = class_files(each=1) | {"dog/0.jpeg": JUNK}
    with open_source(make_zip(tmp_path / "x.zip", files)) as source:
        picks = preview(source).picks
        rows = pictures(source, picks, tmp_path / "seen")
        made = list((tmp_path / "seen").rglob("*.webp"))
        assert [path.stem for path in made] == [rows["sha256"][0]]
        assert rows["sha256"].tolist()[1] == ""
        monkeypatch.setattr(type(source), "read", None)
        again = pictures(source, picks[:1], tmp_path / "seen")
    assert again["sha256"].tolist() == rows["sha256"].tolist()[:1]


def test_a_hostile_archive_is_refused_here_already(look):
    with pytest.raises(ArchiveProblem, match="outside its folder"):
        look({"../../etc/passwd": b"x"})


def test_twenty_thousand_names_take_a_moment(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for number in range(20_000):
            archive.writestr(f"train/class_{number % 20}/IMG_{number:05}.jpg", b"x")
    began = time.process_time()  # whatever else is going on
    with open_source(tmp_path / "x.zip") as source:
        assert preview(source).images == 20_000
    assert time.process_time() - began < 5  # it takes half a second
