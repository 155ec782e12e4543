import pytest

from core.errors import DataProblem
from core.ingest.layout import require_classes, understand
from core.ingest.reading import Reading


def labels(*names):
    return {entry.name: entry.label for entry in understand(names).entries}


def reasons(*names):
    return {skipped.name: skipped.reason for skipped in understand(names).rejected}


def test_the_folder_is_the_class():
    assert labels("cat/1.jpg", "dog/2.png") == {"cat/1.jpg": "cat", "dog/2.png": "dog"}


def test_deeper_folders_keep_the_class():
    assert labels("cat/persian/1.jpg", "dog/2.jpg")["cat/persian/1.jpg"] == "cat"


@pytest.mark.parametrize("root", ["data", "data/images", "a/b/c/d"])
def test_folders_around_the_class_folders_are_unwrapped(root):
    layout = understand([f"{root}/cat/1.jpg", f"{root}/dog/2.jpg", f"{root}/dog/3.jpg"])
    assert layout.root == root
    assert layout.classes == {"cat": 1, "dog": 2}


def test_what_lies_beside_the_images_does_not_hide_the_root():
    names = ["README.md", "data/notes.txt", "__MACOSX/data/x.jpg", "models/best.bin"]
    layout = understand([*names, "data/cat/1.jpg", "data/dog/2.jpg"])
    assert layout.root == "data"
    assert layout.classes == {"cat": 1, "dog": 1}


def test_a_picture_beside_the_class_folders_has_no_class():
    names = ("cover.jpg", "data/over.jpg", "data/cat/1.jpg", "data/dog/2.jpg")
    assert reasons(*names) == {
        "cover.jpg": "Not inside the folder 'data' that holds the classes",
        "data/over.jpg": "Not in a class folder",
    }


def test_a_single_class_is_its_own_folder_not_a_root():
    assert labels("cats/1.jpg", "cats/2.jpg")["cats/1.jpg"] == "cats"
    assert labels("data/cats/1.jpg")["data/cats/1.jpg"] == "cats"
    assert labels("cats/1.jpg", "cats/more/2.jpg")["cats/more/2.jpg"] == "cats"


def test_class_names_are_trimmed():
    assert understand([" cat /1.jpg", "cat/2.jpg", "dog/3.jpg"]).classes == {"cat": 2, "dog": 1}


def test_a_folder_without_a_name_is_no_class():
    assert reasons("  /1.jpg", "cat/2.jpg") == {"  /1.jpg": "The class folder has no name"}


def test_names_that_differ_in_case_are_different_classes():
    assert understand(["Cat/1.jpg", "cat/1.jpg"]).classes == {"Cat": 1, "cat": 1}


@pytest.mark.parametrize(
    "name",
    [
        "__MACOSX/cat/._1.jpg",
        "__MACOSX/cat/1.jpg",
        "cat/._1.jpg",
        "cat/.DS_Store",
        "cat/Thumbs.db",
        "cat/THUMBS.DB",
        "cat/desktop.ini",
        "cat/.hidden.jpg",
        ".git/objects/1.jpg",
        "cat/.ipynb_checkpoints/1.jpg",
        "cat/@eaDir/1.jpg",
    ],
)
def test_what_systems_leave_behind_is_ignored_with_a_reason(name):
    layout = understand([name, "cat/1.jpg", "dog/1.jpg"])
    assert [skipped.name for skipped in layout.ignored] == [name]
    assert layout.ignored[0].reason
    assert layout.classes == {"cat": 1, "dog": 1}


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("cat/notes.txt", "text"),
        ("cat/labels.csv", "table"),
        ("cat/1.json", "annotations"),
        ("cat/1.XML", "annotations"),
        ("cat/paper.pdf", "document"),
        ("more.zip", "archive"),
        ("cat/film.mp4", "video"),
    ],
)
def test_files_that_are_surely_no_images_are_rejected_in_words(name, word):
    found = reasons(name, "cat/1.jpg", "dog/1.jpg")
    assert word in found[name]


def test_an_unknown_ending_is_left_to_the_content():
    assert labels("cat/1", "cat/2.dat", "dog/3.jpg")["cat/2.dat"] == "cat"


def test_every_name_is_in_exactly_one_list_even_if_it_comes_twice():
    names = ["a/1.jpg", "a/1.jpg", "b/1.jpg", "b/1.txt", "b/.x", "", "2.jpg"]
    layout = understand(names)
    listed = [*layout.entries, *layout.rejected, *layout.ignored]
    assert sorted(item.index for item in listed) == list(range(len(names)))
    assert all(names[item.index] == item.name for item in listed)


def test_nothing_gives_nothing():
    assert understand([]).classes == {}


@pytest.mark.parametrize(
    ("counts", "title"),
    [
        ({}, "No images were found"),
        ({str(number): 1 for number in range(11)}, "There are too many classes"),
    ],
)
def test_what_cannot_be_learned_from_is_refused_with_the_way_to_mend_it(counts, title):
    with pytest.raises(DataProblem) as caught:
        require_classes(counts, 10, ["Not an image"] * 3)
    assert caught.value.title == title
    assert caught.value.detail
    assert "folder" in caught.value.fix


def test_the_refusal_says_what_was_found_instead():
    with pytest.raises(DataProblem, match="3 times 'Not an image'"):
        require_classes({}, 10, ["Not an image"] * 3)


def test_one_class_may_be_kept_since_others_may_come():
    require_classes({"cat": 7}, 10)
    require_classes({"cat": 1, "dog": 1}, 10)


def test_a_file_named_like_the_folder_of_the_classes_is_told_apart():
    layout = understand(["cat", "cat/a/1.jpg", "cat/b/2.jpg"], Reading(root="cat"))
    assert layout.classes == {"a": 1, "b": 1}
    assert [skipped.name for skipped in layout.rejected] == ["cat"]
