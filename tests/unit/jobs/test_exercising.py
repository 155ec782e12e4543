"""Exercises as jobs: a ready-made one becomes a project, a new one a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import ProjectProblem
from core.exercise import Fault, Order, read_cover, read_exercise, read_key
from core.jobs import JobFolder, State
from core.jobs.exercising import FILE, making, start_making, start_ready
from core.jobs.tasks import perform
from core.project import Workspace


class Here:
    """An engine that does the work at once."""

    def submit(self, job: JobFolder) -> None:
        perform(str(job.folder))

    def knows(self, job: JobFolder) -> bool | None:
        return None


def test_a_ready_made_case_becomes_a_project(tmp_path: Path) -> None:
    project = Workspace(tmp_path).create("Case")
    job = start_ready(project, "digits", 1, Here())
    assert job.state() is State.FINISHED
    cover = read_cover(project.exercise_file.read_bytes())
    assert cover.counts[Fault.BROKEN] == len(project.rejected()) == 3
    assert len(project.read_table(project.catalogue_file)) == cover.images - 3
    assert not (job.folder / "upload.zip").exists()


def test_an_exercise_is_made_of_a_project_of_the_same_workspace(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    project = workspace.create("Case")
    start_ready(project, "digits", 1, Here())
    order = Order({Fault.DARK: 4}, 2, 7)
    job = start_making(workspace, project.id, order, Here(), "Dark  matter")
    assert job.state() is State.FINISHED
    sealed = read_exercise(job.folder / FILE)
    assert read_cover(sealed).title == "Dark matter"
    assert read_key(sealed).counts() == {Fault.DARK: 4}
    assert making(workspace, job.id) == job
    assert making(workspace, "../elsewhere") is None


@pytest.mark.parametrize("source", ["../elsewhere", "no-such-project"])
def test_a_source_that_is_no_project_of_the_workspace_is_refused(
    tmp_path: Path, source: str
) -> None:
    with pytest.raises(ProjectProblem, match="no such project"):
        start_making(Workspace(tmp_path), source, Order({Fault.DARK: 1}), Here())
