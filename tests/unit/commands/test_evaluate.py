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
        *("per_class", "unknown_classes", "unreadable", "classes", "confusion"),
        *("against", "drop", "drop_low", "drop_high", "p_value", "verdict"),
        *("same_mix", "balanced", "class_drops", "sureness", "unlike_anything_seen"),
        *("what_changed", "told_apart", "in_words"),
    ]


def test_it_writes_the_drop_against_the_runs_own_test_images(report, trained):
    own = read(trained / "train.json")
    against = report["against"]
    assert (against["side"], against["n"]) == ("test", own["n_test"])
    assert against["accuracy"] == own["accuracy"]
    drop = against["accuracy"] - against["compared_accuracy"]
    assert report["drop"] == pytest.approx(drop)
    assert report["drop_low"] <= drop <= report["drop_high"]
    assert 0 < report["p_value"] <= 1
    assert report["verdict"] in ("worse", "mix", "open", "better")


def test_images_that_it_learnt_from_are_told_and_not_compared(report, trained):
    learnt = report["against"]["learnt_from"]
    assert learnt > 0  # twelve of these pictures are those of the training, whichever side
    assert report["against"]["compared"] == report["n"] - 1 - learnt


def test_it_says_what_is_different_about_darker_images(trained, tmp_path):
    darker = {
        f"{label}/{n}.png": encoded(plain(tuple(c // 3 + 2 * n for c in colour), (40, 30)))
        for label, colour in COLOURS.items()
        for n in range(6)
    }
    source = make_zip(tmp_path / "night.zip", darker)
    assert run("evaluate", trained / "run", source, "--json", tmp_path / "e.json") == 0
    report = read(tmp_path / "e.json")
    changed = {row["name"]: row for row in report["what_changed"]}
    assert changed["brightness"]["more_than_chance"]
    assert changed["brightness"]["after"] < changed["brightness"]["before"]
    assert any("darker" in sentence for sentence in report["in_words"])
    assert report["told_apart"]["share"] > 0.9


def test_where_all_was_learnt_from_there_is_no_drop(trained, tmp_path):
    images = Run(trained / "run").images()
    learnt = images[images["split"] == "train"]
    files = colour_files()
    source = make_zip(tmp_path / "known.zip", {name: files[name] for name in learnt["source"]})
    assert run("evaluate", trained / "run", source, "--json", tmp_path / "e.json") == 0
    report = read(tmp_path / "e.json")
    assert report["n"] == len(learnt)
    assert report["drop"] is report["against"] is None
    assert report["in_words"][0].startswith("The classifier knows all of these images")


def test_one_class_alone_can_be_evaluated(trained, tmp_path, capsys):
    source = make_zip(tmp_path / "red.zip", colour_files(3, ["red"]))
    assert run("evaluate", trained / "run", source) == 0
    assert "Accuracy 100\u00a0%" in capsys.readouterr().out


def test_the_test_images_give_the_accuracy_of_the_training(trained, tmp_path):
    """The saved model, fed through the same fit, says what was measured."""
    predictions = Run(trained / "run").predictions()
    test = predictions[predictions["split"] == "test"]
    files = colour_files()
    source = make_zip(tmp_path / "test.zip", {name: files[name] for name in test["source"]})
    assert run("evaluate", trained / "run", source, "--json", tmp_path / "e.json") == 0
    accuracy = read(tmp_path / "e.json")["accuracy"]
    assert accuracy == read(trained / "train.json")["accuracy"]
