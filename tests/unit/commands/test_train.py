"""`train`: the figures it writes, the run it leaves, the caches it keeps."""

import shutil
from pathlib import Path

import pytest

from core import files
from core.jobs import Run, State, seal
from core.recipe import PRESETS, Recipe, Step
from core.settings import TrainSettings
from tests.makers import encoded, make_folder, plain
from tests.unit.commands.helpers import COLOURS, colour_files, read, run


def test_it_writes_exactly_these_figures(trained):
    report = read(trained / "train.json")
    assert list(report) == [
        *("method", "classes", "n_train", "n_val", "n_test"),
        *("accuracy", "accuracy_low", "accuracy_high", "balanced_accuracy"),
        *("majority_baseline", "seconds", "peak_rss_mb"),
        *("val_accuracy", "best_epoch", "epochs_run", "settings", "recipe"),
    ]
    assert list(report["seconds"]) == [
        *("ingest", "audit", "features", "train", "evaluate", "total")
    ]


def test_they_are_true(trained):
    report = read(trained / "train.json")
    assert report["method"] == "head"
    assert report["classes"] == sorted(COLOURS)
    assert (report["n_train"], report["n_val"], report["n_test"]) == (18, 3, 3)
    assert report["accuracy"] == report["balanced_accuracy"] == 1.0
    assert report["accuracy_low"] < 0.5
    assert report["accuracy_high"] == 1.0
    assert report["majority_baseline"] == pytest.approx(1 / 3)
    seconds = report["seconds"]
    assert all(value >= 0 for value in seconds.values())
    assert seconds["total"] >= sum(seconds.values()) - seconds["total"] - 0.01
    assert 100 < report["peak_rss_mb"] < 10_000
    assert report["val_accuracy"] == 1.0
    assert 1 <= report["best_epoch"] <= report["epochs_run"] == 12
    assert report["settings"] == TrainSettings(epochs=12, seed=4).to_dict()
    assert report["recipe"] is None


def test_the_run_is_whole(trained):
    finished = Run(trained / "run")
    assert finished.state() is State.FINISHED
    assert finished.settings.seed == finished.split.seed == 4
    assert finished.model_file.is_file()
    assert set(finished.predictions()["split"]) == {"validation", "test"}
    report = finished.report()
    assert report is not None
    assert report["test"]["accuracy"] == 1.0
    assert {"python", "keras", "numpy"} <= report["versions"].keys()


def test_to_write_its_test_figures_is_a_look_at_the_test_images(trained):
    (look,) = seal.looks(Run(trained / "run"))
    assert look.why == seal.COMMAND_LINE


def test_progress_goes_to_standard_error_and_the_outcome_to_standard_output(
    images, trained, tmp_path, capsys
):
    options = ["--project", trained / "project", "--epochs", "2"]
    assert run("train", images, "--out", tmp_path / "run", *options) == 0
    said = capsys.readouterr()
    assert said.out.startswith("Test accuracy ")
    assert "95 % interval" in said.out
    assert "Reading images: 25 of 25" in said.err
    assert "Looking at the images: 24 of 24" in said.err
    assert "Training: 2 of 2" in said.err


def test_a_project_is_kept_and_its_features_used_again(images, trained, tmp_path, monkeypatch):
    from core.ml import feature_store

    segments = sorted((trained / "project" / "features").rglob("*"))
    monkeypatch.setattr(
        feature_store, "_append", lambda *_: pytest.fail("something was computed again")
    )
    for source, more in (
        (images, ["--project", trained / "project"]),
        (trained / "project", []),
    ):
        out, report = tmp_path / source.name, tmp_path / f"{source.name}.json"
        options = ["--out", out, "--json", report, "--epochs", "12", "--seed", "4"]
        assert run("train", source, *options, *more) == 0
        again, first = read(report), read(trained / "train.json")
        for figures in (again, first):
            del figures["seconds"], figures["peak_rss_mb"]
        assert again == first
    assert sorted((trained / "project" / "features").rglob("*")) == segments


def test_without_a_project_nothing_but_the_run_is_left(images, tmp_path, monkeypatch, capsys):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    assert run("train", images, "--out", tmp_path / "run", "--epochs", "1") == 0
    assert list((tmp_path / "temporary").iterdir()) == []
    assert run("predict", tmp_path / "run", a_red_image(tmp_path)) == 0
    more = make_folder(tmp_path / "more", colour_files(lighter=1))
    assert run("evaluate", tmp_path / "run", more, "--json", tmp_path / "e.json") == 0
    report = read(tmp_path / "e.json")
    assert report["what_changed"], "the run keeps a sample of its images to hold others against"
    assert report["told_apart"]["p_value"] > 0.05


@pytest.mark.parametrize("named", ["handwriting", "a file"])
def test_a_recipe_is_named_by_preset_or_file(trained, tmp_path, named, capsys):
    recipe = PRESETS["handwriting"] if named == "handwriting" else Recipe("", (Step("hue", 0.1),))
    files.write_json(tmp_path / "a file", recipe.to_json())
    word = named if named == "handwriting" else tmp_path / named
    places = ["--out", tmp_path / "run", "--json", tmp_path / "train.json"]
    options = ["--augment", word, "--views", "2", "--epochs", "2"]
    assert run("train", trained / "project", *places, *options) == 0
    report = read(tmp_path / "train.json")
    assert report["settings"]["views"] == Run(tmp_path / "run").settings.views == 2
    assert report["recipe"] == Run(tmp_path / "run").recipe.to_json() == recipe.to_json()


def test_views_follow_the_recipe_of_the_project(trained, tmp_path, capsys):
    shutil.copytree(trained / "project", tmp_path / "project")
    recipe = Recipe("Turning", (Step("rotation", 0.1),))
    files.write_json(tmp_path / "project" / "recipe.json", recipe.to_json())
    options = ["--out", tmp_path / "run", "--views", "1", "--epochs", "1"]
    assert run("train", tmp_path / "project", *options) == 0
    assert Run(tmp_path / "run").recipe == recipe


def test_a_folder_without_a_name_is_named_all_the_same(tmp_path, monkeypatch):
    make_folder(tmp_path / ("long" * 30), colour_files(3))
    monkeypatch.chdir(tmp_path / ("long" * 30))
    assert run("audit", ".") == 0


@pytest.mark.parametrize("cached", [True, False])
def test_an_original_that_is_gone_is_told(images, trained, tmp_path, capsys, cached):
    shutil.copytree(trained / "project", tmp_path / "project")
    shutil.rmtree(tmp_path / "project" / "originals")
    if not cached:
        shutil.rmtree(tmp_path / "project" / "features")
    assert run("train", tmp_path / "project", "--out", tmp_path / "run") == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("firstlight: An image of this project is gone.")


def a_red_image(folder: Path) -> Path:
    (folder / "x.png").write_bytes(encoded(plain(COLOURS["red"])))
    return folder / "x.png"
