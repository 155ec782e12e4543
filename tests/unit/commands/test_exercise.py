"""`exercise make` and `exercise score`: the whole way there and back."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.exercise import Fault, name_faults, submission_of
from core.project import Project
from core.share.project_file import save
from tests.makers import image_bytes, make_folder
from tests.unit.commands.helpers import read, run


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder of 20 images in each of two classes."""
    images = {
        f"{label}/{number}.png": image_bytes("PNG", (64, 48), seed=50 * place + number)
        for place, label in enumerate(("kite", "leaf"))
        for number in range(20)
    }
    return make_folder(tmp_path / "images", images)


def test_a_project_its_file_and_what_was_handed_in_score_the_same(
    source: Path, tmp_path: Path
) -> None:
    made, exercise = tmp_path / "made.json", tmp_path / "exercise.zip"
    plant = ["--plant", "broken=2", "dark=1", "--seed", "3", "--passphrase", "plum"]
    assert run("exercise", "make", source, "--out", exercise, *plant, "--json", made) == 0
    assert read(made)["planted"] == {"broken": 2, "dark": 1}
    folder = tmp_path / "project"
    assert run("audit", exercise, "--no-features", "--project", folder) == 0
    project = Project(folder)
    name_faults(project, Fault.BROKEN, list(project.rejected()["source"]))
    handed_in = tmp_path / "ada.handed-in.json"
    handed_in.write_bytes(submission_of(project, "Ada").to_bytes())
    save(project, tmp_path / "ada.firstlight")
    files = [folder, tmp_path / "ada.firstlight", handed_in]
    scored, opened = tmp_path / "score.json", ["--passphrase", "plum"]
    asked = ["exercise", "score", exercise, "--submission", *files, "--json", scored, *opened]
    assert run(*asked) == 0
    found = read(scored)["scores"]
    assert [each["found"] for each in found] == [2, 2, 2]
    assert [each["accused"] for each in found] == [0, 0, 0]
    assert found[2]["learner"] == "Ada"
    assert found[0]["kinds"]["dark"] == {"planted": 1, "found": 0, "missed": 1, "accused": 0}


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--plant", "dirt=2"], "cannot be planted"),
        (["--plant", "dark=many"], "cannot be planted"),
        (["--plant", "dark=30"], "too many faults"),
    ],
)
def test_a_wrong_order_is_one_line(
    source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], why: str
) -> None:
    assert run("exercise", "make", source, "--out", tmp_path / "x.zip", *arguments) == 2
    assert why in capsys.readouterr().err


def test_a_name_that_is_no_sample_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("exercise", "make", "moons", "--out", tmp_path / "x.zip") == 2
    assert "no such sample" in capsys.readouterr().err
