"""A run is taken away as a zip: the script, and all that it needs."""

from __future__ import annotations

import csv
import io
import shutil
import zipfile
from pathlib import Path

import pytest

from core.ingest import ingest, open_source, original_path
from core.jobs import Run, State
from core.jobs.sources import start_export
from core.project import Project, Workspace
from core.settings import Method, SplitSettings, TrainSettings
from tests.makers import class_files, make_zip
from tests.unit.jobs.doubles import Desk


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Not trained: a script tells how it would be. From scratch needs no pretrained network."""
    project = Workspace(tmp_path / "workspace").create("Pets")
    with open_source(make_zip(tmp_path / "pets.zip", class_files(each=6))) as source:
        ingest(source, project.folder)
    return Run.plan(project, TrainSettings.usual(Method.SCRATCH), SplitSettings())


def content(run: Run) -> zipfile.ZipFile:
    job = start_export(run, Desk())
    assert job.state() is State.FINISHED, job.snapshot().problem
    assert job.snapshot().fraction == 1.0
    assert [path.name for path in job.folder.glob("parts*")] == []
    return zipfile.ZipFile(job.folder / "export.zip")


def test_it_holds_script_table_and_every_image_on_its_side(run: Run) -> None:
    with content(run) as found:
        assert found.testzip() is None
        compile(found.read("train.py"), "train.py", "exec")
        rows = list(csv.DictReader(io.StringIO(found.read("images.csv").decode())))
        names = {name for name in found.namelist() if name.startswith("images/")}
    assert names == {row["file"] for row in rows}
    images = run.images()
    assert [(row["label"], row["part"]) for row in rows] == list(
        zip(images["label"], images["split"].astype(str), strict=True)
    )


def test_making_it_again_drops_the_zip_of_before(run: Run) -> None:
    first, second = start_export(run, Desk()), start_export(run, Desk())
    assert not (first.folder / "export.zip").exists()
    assert (second.folder / "export.zip").exists()


def test_an_image_that_is_gone_is_told_and_leaves_no_half_zip(run: Run) -> None:
    original_path(run.project.folder, str(run.images()["sha256"].iloc[-1])).unlink()
    job = start_export(run, Desk())
    assert job.state() is State.FAILED
    assert job.snapshot().problem.title == "An image of this project is gone"
    assert sorted(path.suffix for path in job.folder.iterdir() if path.suffix == ".zip") == []


def test_a_run_that_was_deleted_is_told(run: Run) -> None:
    project: Project = run.project
    shutil.rmtree(run.folder)
    job = start_export(run, Desk())
    assert project.jobs in job.folder.parents
    assert job.state() is State.FAILED
    assert job.snapshot().problem.title == "There is no such run"
