from pathlib import Path

import pytest

from core.ingest import ingest, open_source
from core.jobs.folder import JobFolder
from core.project import Project, Workspace
from tests.makers import class_files, make_folder


@pytest.fixture
def project(workspace: Path, tmp_path: Path) -> Project:
    """A project with six cats and six dogs."""
    made = Workspace().create("Animals")
    with open_source(make_folder(tmp_path / "images", class_files(each=6))) as source:
        ingest(source, made.folder)
    return made


@pytest.fixture
def job(tmp_path: Path) -> JobFolder:
    """A small job that counts, not begun."""
    return JobFolder.create(tmp_path / "job", "check", {"steps": 3, "seconds": 0.0})
