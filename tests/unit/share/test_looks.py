"""The looks at test images travel with the project: a copy does not come with a new seal."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import ProjectProblem
from core.jobs import Run, removing, runs_of, seal
from core.project import Project
from core.settings import SplitSettings, TrainSettings
from core.share.project_file import open_file, save


@pytest.fixture
def looked_at(project: Project) -> Run:
    """The run of a project, opened; another one with the same test images was deleted since."""
    gone = Run.plan(project, TrainSettings(), SplitSettings())
    run = next(run for run in runs_of(project) if run.id != gone.id)
    for one in (gone, run):
        seal.open_test(one, seal.SCORE)
    removing.delete(gone, known_to_engine=False)
    return run


def test_a_copy_knows_every_look_those_of_deleted_runs_too(
    project: Project, looked_at: Run, tmp_path: Path
) -> None:
    (tmp_path / "there").mkdir()
    save(project, tmp_path / "copy.firstlight")
    again = open_file(tmp_path / "copy.firstlight", tmp_path / "there", tmp_path / "coming")
    (found,) = runs_of(again)
    assert seal.is_open(found)
    assert seal.looks_alike(found) == seal.looks_alike(looked_at)
    assert len(seal.looks_alike(found)) == 2


def test_a_log_of_looks_from_a_stranger_must_be_one(
    project: Project, looked_at: Run, tmp_path: Path
) -> None:
    (tmp_path / "there").mkdir()
    project.looks_file.write_bytes(b"[1, 2]\n")
    save(project, tmp_path / "copy.firstlight")
    with pytest.raises(ProjectProblem, match="is damaged"):
        open_file(tmp_path / "copy.firstlight", tmp_path / "there", tmp_path / "coming")
