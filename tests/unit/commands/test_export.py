"""`export`: a run leaves as a script that comes to the same score by itself."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.unit.commands.helpers import read, run


def printed(folder):
    """What the script in ``folder`` prints, run by itself: accuracy, and of how many images."""
    told = subprocess.run(
        [sys.executable, "train.py"],
        cwd=folder,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2"},
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"Test accuracy: ([\d.]+) on (\d+) images", told.stdout)
    assert found, told.stderr[-2000:]
    return float(found[1]), int(found[2])


def test_the_script_comes_to_the_score_of_the_run(trained, tmp_path, capsys):
    out = tmp_path / "out"
    assert run("export", trained / "run", "--format", "script", "--out", out) == 0
    assert "train.py" in capsys.readouterr().out
    accuracy, n = printed(out)
    test = read(trained / "run" / "report.json")["test"]
    assert n == test["n"]
    assert test["accuracy_low"] <= accuracy <= test["accuracy_high"]


@pytest.mark.slow
def test_so_does_the_script_of_a_finetune_that_learns_altered_copies(images, tmp_path):
    places = ["--out", tmp_path / "run", "--project", tmp_path / "project"]
    options = ["--method", "finetune", "--augment", "photos", "--views", "1", "--epochs", "1"]
    assert run("train", images, *places, *options) == 0
    out = tmp_path / "out"
    assert run("export", tmp_path / "run", "--format", "script", "--out", out) == 0
    accuracy, n = printed(out)
    test = read(tmp_path / "run" / "report.json")["test"]
    assert n == test["n"]
    assert test["accuracy_low"] <= accuracy <= test["accuracy_high"]


def test_nothing_is_written_over(trained, tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("kept")
    assert run("export", trained / "run", "--format", "script", "--out", tmp_path) == 2
    assert "is there already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_script_and_a_model_go_into_folders_of_their_own(trained, tmp_path, capsys):
    out = tmp_path / "out"
    assert run("export", trained / "run", "--format", "script", "onnx", "--out", out) == 2
    assert "A script leaves alone" in capsys.readouterr().err
    assert not out.exists()


def test_a_run_without_a_project_has_no_images_to_take_along(trained, tmp_path, capsys):
    alone = tmp_path / "alone"
    shutil.copytree(trained / "run", alone)
    for path in alone.glob("*.json"):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r'"project": "[^"]*"', '"project": "/gone"', text), encoding="utf-8")
    assert run("export", alone, "--format", "script", "--out", tmp_path / "out") == 2
    assert "--project" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
