"""`export`: a run leaves as a script that comes to the same score by itself."""

import os
import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from nbclient import NotebookClient

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


def test_so_does_the_notebook_when_its_cells_are_run(trained, tmp_path, monkeypatch):
    for place in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(place, str(tmp_path / place))
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "2")
    out = tmp_path / "out"
    assert run("export", trained / "run", "--format", "script", "--out", out) == 0
    cells = nbformat.read(out / "train.ipynb", as_version=4)
    NotebookClient(cells, timeout=240, resources={"metadata": {"path": str(out)}}).execute()
    told = "".join(each.get("text", "") for each in cells.cells[-2].outputs)
    found = re.search(r"Test accuracy: ([\d.]+) on (\d+) images", told)
    assert found, told
    test = read(trained / "run" / "report.json")["test"]
    assert int(found[2]) == test["n"]
    assert test["accuracy_low"] <= float(found[1]) <= test["accuracy_high"]


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


def test_the_cards_leave_alone_too(trained, tmp_path, capsys):
    out = tmp_path / "out"
    assert run("export", trained / "run", "--format", "card", "--out", out) == 0
    names = sorted(path.name for path in out.iterdir())
    assert names == ["DATA_CARD.html", "DATA_CARD.md", "MODEL_CARD.html", "MODEL_CARD.md"]
    assert "MODEL_CARD.html" in capsys.readouterr().out
    assert run("export", trained / "run", "--format", "card", "onnx", "--out", tmp_path / "b") == 2
    assert "A card leaves alone" in capsys.readouterr().err


def test_a_web_page_leaves_with_the_model_that_it_asks(trained, tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("FIRSTLIGHT_WEB_RUNTIME", raising=False)
    out = tmp_path / "out"
    assert run("export", trained / "run", "--format", "web", "--out", out) == 0
    assert "0 of" in capsys.readouterr().out
    names = {path.name for path in out.iterdir()}
    assert {"index.html", "page", "model.onnx", "model.json", "labels.txt", "samples"} <= names
    assert {"MODEL_CARD.md", "MODEL_CARD.html", "DATA_CARD.md", "DATA_CARD.html"} <= names


def test_a_runtime_that_is_not_there_is_told_before_any_work(trained, tmp_path, capsys):
    out = tmp_path / "out"
    places = ["--out", out, "--runtime", tmp_path]
    assert run("export", trained / "run", "--format", "web", *places) == 2
    assert "python -m core.share.web_runtime" in capsys.readouterr().err
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
