"""Loose files, and saving and opening a project, as jobs."""

from __future__ import annotations

import os
import shutil
import time
from io import BytesIO
from pathlib import Path

import pytest

from core.catalogue import in_force
from core.ingest import ingest, loose, open_source
from core.jobs import State
from core.jobs.sources import (
    OPENING,
    opening,
    start_loose,
    start_open,
    start_pack,
    sweep,
)
from core.project import Project, Workspace
from tests.makers import JUNK, class_files, image_bytes, make_zip
from tests.unit.jobs.doubles import Desk, Nobody


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "projects")


@pytest.fixture
def project(workspace: Workspace, tmp_path: Path) -> Project:
    made = workspace.create("Pets")
    with open_source(make_zip(tmp_path / "pets.zip", class_files())) as source:
        ingest(source, made.folder)
    return made


def packed(project: Project, target: Path) -> Path:
    job = start_pack(project, True, Desk())
    assert job.state() is State.FINISHED, job.snapshot().problem
    return Path(shutil.copy(job.folder / "project.firstlight", target))


def test_loose_files_join_a_class(project: Project) -> None:
    path = project.folder / "upload-1.zip"
    loose.pack([("x.jpg", BytesIO(image_bytes(seed=50)))], "cat", path)
    job = start_loose(project, path, "cat", Desk())
    assert job.state() is State.FINISHED, job.snapshot().problem
    assert in_force(project)["label"].value_counts().to_dict() == {"cat": 4, "dog": 3}
    assert not path.exists()
    assert not list(job.folder.glob("*.zip"))


def test_loose_files_begin_a_project(workspace: Workspace) -> None:
    project = workspace.create("New")
    for label in ("cat", "dog"):
        path = project.folder / "upload-1.zip"
        loose.pack(
            [("x.jpg", BytesIO(image_bytes(seed=len(label)))), ("y.jpg", BytesIO(JUNK))],
            label,
            path,
        )
        assert start_loose(project, path, label, Desk()).state() is State.FINISHED
    assert sorted(in_force(project)["label"]) == ["cat", "dog"]
    assert len(project.rejected()) == 2


def test_a_saved_project_can_be_opened(
    project: Project, workspace: Workspace, tmp_path: Path
) -> None:
    job = start_open(workspace, packed(project, tmp_path / "x"), Desk())
    assert job.state() is State.FINISHED, job.snapshot().problem
    end = job.events()[0][-1]
    assert end["name"] == "Pets"
    assert in_force(workspace.open(end["project"])).equals(in_force(project))
    assert {found.id for found in workspace.projects()} == {project.id, end["project"]}
    assert not (job.folder / "upload.firstlight").exists()


def test_progress_is_told_in_megabytes(project: Project) -> None:
    job = start_pack(project, False, Desk())
    assert job.snapshot().fraction == 1.0
    assert job.snapshot().images_per_second is None


def test_saving_again_drops_the_file_of_before(project: Project) -> None:
    first = start_pack(project, True, Desk())
    second = start_pack(project, True, Desk())
    assert not (first.folder / "project.firstlight").exists()
    assert (second.folder / "project.firstlight").exists()


def test_a_refused_file_is_told_and_leaves_no_project(workspace: Workspace, tmp_path: Path) -> None:
    job = start_open(workspace, make_zip(tmp_path / "x.zip", class_files()), Desk())
    assert job.state() is State.FAILED
    assert job.snapshot().problem.title == "This is not a First Light project file"
    assert workspace.projects() == []
    assert not (job.folder / "upload.firstlight").exists()


def test_a_damaged_run_is_refused(project: Project, workspace: Workspace, tmp_path: Path) -> None:
    from core.jobs import Run
    from core.settings import SplitSettings, TrainSettings

    run = Run.plan(project, TrainSettings(), SplitSettings())
    path = packed(project, tmp_path / "fine")
    assert start_open(workspace, path, Desk()).state() is State.FINISHED
    (run.folder / "settings.json").write_text("{}")
    job = start_open(workspace, packed(project, tmp_path / "bad"), Desk())
    assert job.state() is State.FAILED
    assert "is damaged" in job.snapshot().problem.detail


def test_an_opening_that_was_killed_is_no_project_and_can_be_done_again(
    project: Project, workspace: Workspace, tmp_path: Path
) -> None:
    job = start_open(workspace, packed(project, tmp_path / "x"), Nobody())
    half = job.folder / "project"
    half.mkdir()
    shutil.copy(project.folder / "project.json", half)
    assert [found.id for found in workspace.projects()] == [project.id]
    Desk().submit(job)
    assert job.state() is State.FINISHED
    assert len(workspace.projects()) == 2


def test_an_opening_is_found_by_its_id_alone(workspace: Workspace, tmp_path: Path) -> None:
    path = make_zip(tmp_path / "x.zip", class_files())
    job = start_open(workspace, path, Nobody())
    assert opening(workspace, job.id) == job
    for wrong in ("", "..", "../..", "open-0000", "/", "a/b"):
        assert opening(workspace, wrong) is None


def test_what_openings_left_is_swept_in_time(workspace: Workspace, tmp_path: Path) -> None:
    done = start_open(workspace, make_zip(tmp_path / "x.zip", {"a/1.txt": b""}), Desk())
    waits = start_open(workspace, make_zip(tmp_path / "y.zip", {"a/1.txt": b""}), Nobody())
    (workspace.root / OPENING / "upload-1").write_bytes(b"never became a job")
    sweep(workspace)
    assert done.folder.is_dir()
    long_ago = time.time() - 7200
    for folder in (done.folder, waits.folder):
        os.utime(folder, (long_ago, long_ago))
    sweep(workspace)
    assert not done.folder.exists()
    assert waits.folder.is_dir()
