"""Every layout that is understood, and every oddity: which class, which side, what is left out."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from core.errors import SettingsProblem
from core.ingest import LabelsFrom, Reading, propose, read_layout, understand
from core.ingest.archives import Closing, Member
from core.ingest.labels_table import parse


@dataclass
class Case:
    """Names and what they should be: ``name: 'label'``, ``'label side'`` or ``'! reason'``."""

    id: str
    names: dict[str, str]
    root: str = ""
    tables: dict[str, str] = field(default_factory=dict)
    labels: LabelsFrom = LabelsFrom.FOLDERS
    missing: tuple[str, ...] = ()


FOUR = {
    "train/cat/1.jpg": "cat train",
    "train/dog/2.jpg": "dog train",
    "test/cat/3.jpg": "cat test",
    "test/dog/4.jpg": "dog test",
}
TABLE = LabelsFrom.TABLE
CASES = [
    Case("class folders", {"cat/1.jpg": "cat", "dog/2.jpg": "dog"}),
    Case("a split above the classes", FOUR),
    Case(
        "a split with odd words in odd cases",
        {
            "Training/cat/1.jpg": "cat train",
            "VALID/cat/2.jpg": "cat validation",
            "Testing/dog/3.jpg": "dog test",
        },
    ),
    Case(
        "a split inside other folders",
        {f"my data/v2/{name}": said for name, said in FOUR.items()},
        root="my data/v2",
    ),
    Case(
        "folders between the split and the classes",
        {
            "seg_train/seg_train/cat/1.jpg": "cat train",
            "seg_train/seg_train/dog/2.jpg": "dog train",
            "seg_test/seg_test/cat/3.jpg": "cat test",
            "seg_test/seg_test/dog/4.jpg": "dog test",
        },
    ),
    Case(
        "a side with a single class",
        {"train/cat/1.jpg": "cat train", "train/dog/2.jpg": "dog train", "val/dog/3.jpg": "dog "}
        | {"val/dog/3.jpg": "dog validation"},
    ),
    Case(
        "a split below the classes",
        {
            "cat/train/1.jpg": "cat train",
            "cat/test/2.jpg": "cat test",
            "dog/train/3.jpg": "dog train",
        },
    ),
    Case(
        "only one side, which divides nothing",
        {"train/cat/1.jpg": "cat", "train/dog/2.jpg": "dog"},
        root="train",
    ),
    Case(
        "a folder that is of no side",
        FOUR | {"extra/1.jpg": "! Not in a folder of the split"},
    ),
    Case(
        "an image beside the classes of a split",
        FOUR | {"train/5.jpg": "! In a folder of a split, not of a class"},
    ),
    Case(
        "classes that are called almost like sides",
        {"valid/1.jpg": "valid", "invalid/2.jpg": "invalid"},
    ),
    Case(
        "a class called train beside others",
        {"train/1.jpg": "train", "plane/2.jpg": "plane"},
    ),
    Case(
        "images without a label",
        {
            "cat/1.jpg": "cat",
            "dog/2.jpg": "dog",
            "unlabeled/3.jpg": "",
            "Unlabelled Data/a/4.jpg": "",
        },
    ),
    Case(
        "a split with images without a label",
        FOUR | {"unlabelled/5.jpg": ""},
    ),
    Case(
        "a flat folder with a table",
        {"1.jpg": "cat", "2.jpg": "dog"},
        tables={"labels.csv": "file_name,label\n1.jpg,cat\n2.jpg,dog\n"},
        labels=TABLE,
    ),
    Case(
        "a table beside the folder of images",
        {"images/1.jpg": "cat train", "images/2.jpg": "dog test", "images/3.jpg": "dog validation"},
        tables={"metadata.csv": "Image;Class;Split\n1;cat;Train\n2;dog;TEST\n3;dog;val\n"},
        root="",
        labels=TABLE,
    ),
    Case(
        "a table that knows better than the folders",
        {"part1/1.jpg": "cat", "part2/2.jpg": "cat", "part2/3.jpg": "dog"},
        tables={"x/labels.CSV": "path,species\n../part1/1.jpg,cat\n2.JPG,cat\n3.jpg,dog\n"},
        labels=TABLE,
    ),
    Case(
        "what a table gets wrong",
        {
            "1.jpg": "! The table gives it two different classes",
            "2.jpg": "dog",
            "3.jpg": "! The table of labels does not list it",
            "4.jpg": "",
        },
        tables={
            "labels.csv": "file,label\n1.jpg,cat\n1.jpg,dog\n2.jpg,dog\n2.jpg,dog\n"
            "9.jpg,cat\n4.jpg,\n"
        },
        labels=TABLE,
        missing=("9.jpg",),
    ),
    Case(
        "one column a class",
        {
            "train/1.jpg": "cat train",
            "train/2.jpg": "dog train",
            "valid/1.jpg": "dog validation",
            "valid/2.jpg": "! The table gives it several classes at once",
            "valid/3.jpg": "",
        },
        tables={
            "train/_classes.csv": "filename, cat, dog\n1.jpg, 1, 0\n2.jpg, 0, 1\n",
            "valid/_classes.csv": "filename, cat, dog\n1.jpg, 0, 1\n2.jpg, 1, 1\n3.jpg, 0, 0\n",
        },
        labels=TABLE,
    ),
    Case(
        "tables named after sides",
        {"images/1.jpg": "cat train", "images/2.jpg": "dog test"},
        tables={"train.csv": "id,label\n1,cat\n", "test.csv": "id,label\n2,dog\n"},
        labels=TABLE,
    ),
    Case(
        "names that fit several files",
        {"a/1.jpg": "! The table of labels does not list it", "b/1.jpg": "cat", "b/2.jpg": "dog"}
        | {"a/2.jpg": "dog", "c/3.jpg": "cat"},
        tables={
            "labels.csv": "file,label\n1.jpg,cat\nb/1.jpg,cat\nb/2.jpg,dog\na/2.jpg,dog\n3,cat\n"
        },
        labels=TABLE,
        missing=("1.jpg",),
    ),
    Case(
        "labels in the names",
        {"cat_001.jpg": "cat", "cat_002.jpg": "cat", "dog_001.jpg": "dog", "dog_002.jpg": "dog"},
        labels=LabelsFrom.NAMES,
    ),
    Case(
        "labels in the names inside the folders of a split",
        {
            "train/cat.1.jpg": "cat train",
            "train/dog.2.jpg": "dog train",
            "test/cat.3.jpg": "cat test",
            "test/dog.4.jpg": "dog test",
        },
        labels=LabelsFrom.NAMES,
    ),
    Case(
        "labels in the names inside a folder that says nothing",
        {f"images/IMG-{label}-{n}.png": label for label in ("cat", "dog") for n in (1, 2)},
        labels=LabelsFrom.NAMES,
    ),
    Case(
        "a single class with names that say less",
        {"tulip/a_1.jpg": "tulip", "tulip/a_2.jpg": "tulip"}
        | {"tulip/b_1.jpg": "tulip", "tulip/b_2.jpg": "tulip"},
    ),
    Case(
        "the numbers of a camera are no classes",
        {"IMG_1.jpg": "! Not in a class folder", "DSC_2.jpg": "! Not in a class folder"}
        | {"IMG_3.jpg": "! Not in a class folder", "DSC_4.jpg": "! Not in a class folder"},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_what_is_understood(case):
    tables = [parse(len(case.names) + at, *item) for at, item in enumerate(encoded(case.tables))]
    names = [*case.names, *case.tables]
    layout = understand(names, tables=tables)
    said = {entry.name: spelled(entry.label, entry.split_given) for entry in layout.entries}
    said |= {entry.name: "" for entry in layout.aside}
    said |= {item.name: f"! {item.reason}" for item in layout.rejected}
    assert said == case.names
    assert layout.reading.labels is case.labels
    assert layout.root == case.root
    assert tuple(item.name for item in layout.missing) == case.missing
    assert {item.name for item in layout.ignored} == set(case.tables)
    listed = [*layout.entries, *layout.aside, *layout.rejected, *layout.ignored]
    assert sorted(item.index for item in listed) == list(range(len(names)))


def encoded(tables):
    return [(name, text.encode()) for name, text in tables.items()]


def spelled(label, side):
    return f"{label} {side}" if side else label


def test_a_given_split_can_be_overruled_either_way():
    assert not understand(list(FOUR), Reading(keep_split=False)).keeps_split
    lonely = ["train/cat/1.jpg", "train/dog/2.jpg"]
    assert understand(lonely, Reading(keep_split=True)).keeps_split
    assert understand(list(FOUR), Reading(keep_split=False)).sides == {"train": 2, "test": 2}


def test_the_root_can_be_chosen():
    names = ["a/cat/1.jpg", "a/dog/2.jpg", "b/bird/3.jpg"]
    assert understand(names).classes == {"a": 2, "b": 1}
    layout = understand(names, Reading(root="a"))
    assert layout.classes == {"cat": 1, "dog": 1}
    assert layout.rejected[0].reason == "Not inside the folder 'a' that holds the classes"


def test_classes_can_be_renamed_merged_and_left_out():
    names = ["kitten/1.jpg", "cat/2.jpg", "dog/3.jpg"]
    reading = Reading(leave_out=("dog",)).renamed("kitten", " cat ")
    layout = understand(names, reading)
    assert layout.classes == {"cat": 2}
    assert layout.found == {"cat": 1, "dog": 1, "kitten": 1}
    assert [item.reason for item in layout.ignored] == ["you left out the class 'dog'"]
    assert reading.renamed("kitten", "kitten").rename == ()


def test_all_can_be_of_one_class_or_of_none():
    names = ["1.jpg", "x/2.jpg"]
    assert understand(names, Reading(LabelsFrom.ONE, one="cat")).classes == {"cat": 2}
    layout = understand(names, Reading(LabelsFrom.NOTHING))
    assert layout.classes == {}
    assert len(layout.aside) == 2


def test_a_table_without_labels_adds_groups_and_sides_to_the_folders():
    table = parse(
        2, "metadata.csv", b"file_name,patient,split\ncat/1.jpg,p1,train\n2.jpg,p2,test\n"
    )
    layout = understand(["cat/1.jpg", "dog/2.jpg", "metadata.csv"], tables=[table])
    assert layout.reading.labels is LabelsFrom.FOLDERS
    assert [(e.label, e.split_given, e.group) for e in layout.entries] == [
        ("cat", "train", "p1"),
        ("dog", "test", "p2"),
    ]


def test_every_other_way_that_gives_classes_is_offered():
    names = [f"{label}/{label}_{n}.jpg" for label in ("cat", "dog") for n in (1, 2)]
    table = parse(4, "labels.csv", b"file,label\ncat_1.jpg,pet\n")
    found = propose([*names, "labels.csv"], [table])
    assert found.best.reading.labels is LabelsFrom.FOLDERS
    offered = [other.reading.labels for other in found.others]
    assert offered == [LabelsFrom.NAMES, LabelsFrom.TABLE]


def test_a_table_that_makes_no_sense_is_told_and_the_rest_goes_on():
    table = parse(2, "labels.csv", b"a,b\n1,2\n")
    layout = understand(["cat/1.jpg", "dog/2.jpg", "labels.csv"], tables=[table])
    assert layout.classes == {"cat": 1, "dog": 1}
    assert [item.reason for item in layout.rejected] == ["The table has no column of file names"]


def test_a_reading_travels_as_json():
    reading = Reading(LabelsFrom.NAMES, "a/b", False, "t", "{class}_#", "x", (("a", "b"),), ("c",))
    assert Reading.from_json(reading.to_json()) == reading
    assert Reading.from_json(Reading().to_json()) == Reading()
    for broken in ({"labels": "stars"}, {"labels": "names", "rename": 3, "leave_out": []}, []):
        with pytest.raises(SettingsProblem):
            Reading.from_json(broken)


class Files(Closing):
    """An archive of names and contents."""

    def __init__(self, files):
        self.members = [Member(n, name, len(data)) for n, (name, data) in enumerate(files.items())]
        self._data = list(files.values())

    def read(self, member):
        return self._data[member.index]


def test_an_archive_is_read_with_its_tables():
    source = Files({"1.jpg": b"", "2.jpg": b"", "labels.csv": b"file,label\n1.jpg,a\n2.jpg,b\n"})
    assert read_layout(source).classes == {"a": 1, "b": 1}
    assert read_layout(source, Reading(LabelsFrom.ONE, one="c")).classes == {"c": 2}
