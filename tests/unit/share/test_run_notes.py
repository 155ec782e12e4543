"""What the user called a run, and wrote about it, travels with the project."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from core.errors import ProjectProblem
from core.jobs import Run, notes, runs_of
from core.project import Project
from core.share.project_file import open_file, save


@pytest.fixture(autouse=True)
def _there(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()


@pytest.fixture
def noted(project: Project) -> Run:
    run = runs_of(project)[0]
    notes.save(run.folder, "Ameise Nr. 1 🐜", "Two lines,\nand a tab\there.")
    return Run(run.folder)


def test_names_and_notes_are_taken_along(project: Project, noted: Run, tmp_path: Path) -> None:
    save(project, tmp_path / "noted.firstlight")
    again = open_file(tmp_path / "noted.firstlight", tmp_path / "there", tmp_path / "coming")
    (found,) = [run for run in runs_of(again) if run.id == noted.id]
    assert (found.name, found.note) == (noted.name, noted.note)
    assert found.name == "Ameise Nr. 1 🐜"


def test_notes_of_a_stranger_must_be_an_object(
    project: Project, noted: Run, tmp_path: Path
) -> None:
    save(project, tmp_path / "noted.firstlight")
    path = f"runs/{noted.id}/notes.json"
    with (
        zipfile.ZipFile(tmp_path / "noted.firstlight") as source,
        zipfile.ZipFile(tmp_path / "changed.firstlight", "w") as target,
    ):
        for name in source.namelist():
            target.writestr(name, b"[1, 2]" if name == path else source.read(name))
    with pytest.raises(ProjectProblem, match="is damaged"):
        open_file(tmp_path / "changed.firstlight", tmp_path / "there", tmp_path / "coming")
