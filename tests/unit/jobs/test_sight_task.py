"""The worker's side of pixels against features."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import sight
from core.catalogue import content_id, in_force
from core.ingest import ingest, open_source
from core.jobs import JobFolder, State
from core.jobs.tasks import perform
from core.project import Project
from core.sight import Way
from tests.makers import class_files, make_folder


def made(folder: Path, labels: tuple[str, ...], each: int) -> Project:
    project = Project.create(folder / "projects", "Pets")
    with open_source(make_folder(folder / "images", class_files(labels, each))) as source:
        ingest(source, project.folder)
    return project


def compare(project: Project, name: str) -> JobFolder:
    job = JobFolder.create(project.jobs / name, "sight", {})
    perform(str(job.folder))
    return job


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return made(tmp_path_factory.mktemp("sight"), ("cat", "dog"), 20)


def test_all_but_the_test_images_are_asked_about(project: Project) -> None:
    job = compare(project, "sight-1")
    assert job.state() is State.FINISHED, job.snapshot().problem
    table = sight.read(project)
    assert len(table) == 34
    assert set(table["catalogue"]) == {content_id(in_force(project))}
    for way in Way:
        assert sight.compared(table, way).n == 34
    stages = [event["name"] for event in job.events()[0] if event["event"] == "stage"]
    assert stages == ["pixels", "features", "compare"]


def test_a_large_set_is_represented_by_a_sample_with_every_class(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sight, "MOST", 10)
    compare(project, "sight-2")
    table = sight.read(project)
    assert table["label"].value_counts().to_dict() == {"cat": 5, "dog": 5}


def test_one_class_is_too_few(tmp_path: Path) -> None:
    alone = made(tmp_path, ("cat",), 3)
    assert compare(alone, "sight-1").state() is State.FAILED
    assert sight.read(alone).empty
