"""`evaluate`: a run judged on labelled images that it has not seen."""

import pytest

from core.jobs import Run
from tests.makers import JUNK, encoded, make_folder, make_zip, plain
from tests.unit.commands.helpers import COLOURS, colour_files, read, run


@pytest.fixture(scope="module")
def report(trained, tmp_path_factory):
    """Evaluated on colours, one of them under a wrong name, and an unknown class."""
    files = colour_files(4) | {"red/10.png": encoded(plain(COLOURS["sky"]))}
    files |= {"zebra/1.png": encoded(plain(COLOURS["green"])), "red/broken.jpg": JUNK}
    files |= {"notes.txt": b"hello"}
    folder = tmp_path_factory.mktemp("evaluated")
    source = make_folder(folder / "more", files)
    assert run("evaluate", trained / "run", source, "--json", folder / "e.json") == 0
    return read(folder / "e.json")


def test_it_writes_accuracy_with_its_interval(report):
    assert report["n"] == 14
    assert report["accuracy"] == pytest.approx(12 / 14)
    assert report["accuracy_low"] < report["accuracy"] < report["accuracy_high"]
    assert report["balanced_accuracy"] == pytest.approx((1 + 1 + 4 / 5) / 3)


def test_it_writes_each_class(report):
    classes = {row["label"]: row for row in report["per_class"]}
    assert classes == {
        "green": {"label": "green", "precision": pytest.approx(4 / 5), "recall": 1.0, "n": 4},
        "red": {"label": "red", "precision": 1.0, "recall": pytest.approx(4 / 5), "n": 5},
        "sky": {"label": "sky", "precision": pytest.approx(4 / 5), "recall": 1.0, "n": 4},
    }


def test_it_writes_the_files_that_it_could_not_read(report):
    assert {entry["file"] for entry in report["unreadable"]} == {"red/broken.jpg", "notes.txt"}
    assert all(entry["reason"] for entry in report["unreadable"])
    assert report["unknown_classes"] == ["zebra"]


def test_its_keys_are_these(report):
    assert list(report) == [
        *("n", "accuracy", "accuracy_low", "accuracy_high", "balanced_accuracy"),
        *("per_class", "unknown_classes", "unreadable"),
    ]


def test_one_class_alone_can_be_evaluated(trained, tmp_path, capsys):
    source = make_zip(tmp_path / "red.zip", colour_files(3, ["red"]))
    assert run("evaluate", trained / "run", source) == 0
    assert "Accuracy 100.0%" in capsys.readouterr().out


def test_the_test_images_give_the_accuracy_of_the_training(trained, tmp_path):
    """The saved model, fed through the same fit, says what was measured."""
    predictions = Run(trained / "run").predictions()
    test = predictions[predictions["split"] == "test"]
    files = colour_files()
    source = make_zip(tmp_path / "test.zip", {name: files[name] for name in test["source"]})
    assert run("evaluate", trained / "run", source, "--json", tmp_path / "e.json") == 0
    accuracy = read(tmp_path / "e.json")["accuracy"]
    assert accuracy == read(trained / "train.json")["accuracy"]
