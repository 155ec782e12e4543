"""A model leaves in other formats: each file is asked again, and comes with what it takes."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import ModelProblem
from core.formats import Format
from core.ingest.fit import load_fitted
from core.jobs import Run, State, seal
from core.jobs.folder import JobFolder
from core.jobs.model_task import export_model
from core.jobs.sources import start_model
from core.ml import exporting
from tests import looking
from tests.makers import encoded, picture
from tests.unit.jobs.doubles import Desk

EXACT = (Format.KERAS, Format.SAVED_MODEL, Format.LITERT, Format.ONNX)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return looking.finished_run(tmp_path_factory.mktemp("leaving"))


@pytest.fixture(scope="module")
def job(run: Run) -> JobFolder:
    """Everything that there is, in one zip."""
    made = start_model(run, [str(form) for form in Format], Desk())
    assert made.state() is State.FINISHED, made.snapshot().problem
    return made


@pytest.fixture(scope="module")
def folder(job: JobFolder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("unpacked")
    with zipfile.ZipFile(job.folder / "model.zip") as archive:
        archive.extractall(out)
    return out


@pytest.fixture(scope="module")
def about(folder: Path) -> dict:
    return json.loads((folder / "model.json").read_text(encoding="utf-8"))


def ask(folder: Path, *arguments: str) -> str:
    """What the program beside the model prints, run by itself."""
    command = [sys.executable, "predict.py", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_every_file_gives_the_answers_of_the_model(about: dict, run: Run) -> None:
    parity = {each["format"]: each for each in about["parity"]}
    assert set(parity) == set(Format)
    images = run.images()
    held = int((images["split"] != "test").sum())  # too few of validation alone
    assert {each["n"] for each in parity.values()} == {held}
    for form in EXACT:
        assert (parity[form]["changed"], parity[form]["refused"]) == (0, "")
        assert parity[form]["largest"] < 1e-4


def test_no_test_image_is_asked_about_and_its_score_stays_sealed(about: dict, run: Run) -> None:
    assert not seal.is_open(run)
    assert set(about["scores"]) == {"validation"}


def test_it_says_how_to_feed_it_and_when_it_does_not_know(about: dict, run: Run) -> None:
    assert about["classes"] == run.classes
    assert about["input"]["size"] == run.settings.pixels
    assert about["input"]["fit"] == str(run.settings.fit)
    thresholds = [about["i_do_not_know"]["thresholds"][rate] for rate in ("0.01", "0.05", "0.2")]
    assert thresholds == sorted(thresholds)  # who may err more often, rules out more
    assert about["origin"]["run"] == run.id


@pytest.mark.parametrize("form", EXACT)
def test_the_program_beside_it_asks_any_of_the_files(
    form: Format, folder: Path, about: dict, tmp_path: Path
) -> None:
    alone = shutil.copytree(folder, tmp_path / "alone")
    chosen = about | {"files": {str(form): about["files"][form]}}
    (alone / "model.json").write_text(json.dumps(chosen), encoding="utf-8")
    told = ask(alone, "--check")
    assert "6 samples" in told
    assert float(told.rsplit(" ", 1)[1]) < 1e-4


def test_the_program_answers_as_the_sample_says(folder: Path, about: dict) -> None:
    sample = about["samples"][0]
    best = about["classes"][int(np.argmax(sample["probabilities"]))]
    assert best in ask(folder, sample["file"])


def test_the_program_prepares_a_picture_as_the_model_learnt_them(folder: Path, run: Run) -> None:
    clear = picture((150, 90), 3).convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(clear.size))
    spec = importlib.util.spec_from_file_location("predict_beside", folder / "predict.py")
    assert spec is not None and spec.loader is not None
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    for image in (clear, picture((70, 200), 4)):
        learnt = load_fitted(encoded(image), run.settings.pixels, run.settings.fit)
        assert np.abs(program.fitted(image) - learnt).max() <= 1


def test_it_does_not_know_what_it_cannot_tell_apart(
    folder: Path, about: dict, tmp_path: Path
) -> None:
    alone = shutil.copytree(folder, tmp_path / "alone")
    sure = max(max(sample["probabilities"]) for sample in about["samples"])
    thresholds = dict.fromkeys(about["i_do_not_know"]["thresholds"], sure + (1 - sure) / 2)
    unsure = about | {"i_do_not_know": about["i_do_not_know"] | {"thresholds": thresholds}}
    (alone / "model.json").write_text(json.dumps(unsure), encoding="utf-8")
    assert "I don't know. Likeliest" in ask(alone, about["samples"][0]["file"])


def test_the_lightest_exact_file_comes_first(about: dict, folder: Path) -> None:
    assert next(iter(about["files"])) == Format.LITERT
    needed = (folder / "requirements.txt").read_text(encoding="utf-8").split()
    assert [line.split("==")[0] for line in needed] == ["numpy", "pillow", "ai-edge-litert"]
    assert all("==" in line for line in needed)  # what was tested is what gets installed


def test_a_file_that_says_something_else_does_not_leave(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def turned(form, model_file, folder, images, should_stop):
        with np.load(images, allow_pickle=False) as both:
            count = len(both["asked"])
        (folder / "model.onnx").write_bytes(b"x")
        return np.tile([[0.5, 0.5]], (count, 1))

    monkeypatch.setattr(exporting, "export", turned)
    made = start_model(run, ["onnx"], Desk())
    problem = made.snapshot().problem
    assert made.state() is State.FAILED
    assert problem is not None and "does not say what it said before" in problem.title
    assert not (made.folder / "model.zip").exists()


def test_the_demo_and_the_web_page_leave_together(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FIRSTLIGHT_WEB_RUNTIME", raising=False)
    made = start_model(run, ["litert", "onnx"], Desk(), demo=True, web=True)
    assert made.state() is State.FINISHED, made.snapshot().problem
    with zipfile.ZipFile(made.folder / "model.zip") as archive:
        names = set(archive.namelist())
    assert {
        "streamlit_app.py",
        ".streamlit/config.toml",
        "DEMO.md",
        "index.html",
        "WEB.md",
        "README.md",
    } <= names
    assert {"model.onnx", "model.tflite", "page/app.js", "page/runtime.json"} <= names


def test_a_runtime_that_is_another_is_told_before_any_work(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRSTLIGHT_WEB_RUNTIME", str(tmp_path))
    before = list(run.project.jobs.iterdir())
    with pytest.raises(ModelProblem, match="is not there"):
        start_model(run, ["onnx"], Desk(), web=True)
    assert list(run.project.jobs.iterdir()) == before


def test_what_lies_beside_the_folder_is_left_alone(run: Run, tmp_path: Path) -> None:
    mine = tmp_path / "answers-mine.npy"
    mine.write_bytes(b"kept")
    export_model(run, [Format.KERAS], tmp_path / "out")
    assert mine.read_bytes() == b"kept"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["answers-mine.npy", "out"]
    assert not [path.name for path in (tmp_path / "out").iterdir() if path.name.startswith(".")]


def test_nothing_is_left_lying_about(job: JobFolder) -> None:
    left = {path.name for path in job.folder.iterdir()}
    assert not [name for name in left if "parts" in name or name.endswith((".npy", ".npz"))]
