"""What the images of a command lie in: a zip, a folder, or a project."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.audit.measure import Measurer
from core.commands.telling import tell
from core.errors import DataProblem, ProjectProblem
from core.exercise import adopt
from core.ingest import Keep, ingest, open_source
from core.project import Project

_NAME_LENGTH = 80


@contextmanager
def project_of(
    source: Path, folder: Path | None, measured: bool = False, keep: Keep = Keep.ORIGINALS
) -> Iterator[tuple[Project, float]]:
    """The project with the images of ``source``, and the seconds that ingest took.

    ``source`` may be a project itself. Without ``folder`` the project lives as long as the
    block. With ``measured``, images are measured as they are decoded; ``keep`` says what is
    written for a project that does not outlive the block.
    """
    if (source / "project.json").is_file():
        if folder is not None and folder.resolve() != source.resolve():
            raise ProjectProblem(
                "Two projects are named",
                f"The images are those of {source}, so nothing would go into {folder}",
                "Leave --project out",
            )
        yield Project(source), 0.0
        return
    existing(source)
    began = time.perf_counter()
    root = Path(tempfile.mkdtemp(prefix="firstlight-")) if folder is None else folder
    try:
        project = _open_or_create(root, _name_of(source))
        measurer = Measurer(project) if measured else None
        with open_source(source) as archive:
            ingest(
                archive,
                project.folder,
                on_progress=tell,
                look=measurer,
                keep=keep if folder is None else Keep.ALL,
            )
            adopt(archive, project)
        if measurer is not None:
            measurer.save()
        yield project, time.perf_counter() - began
    finally:
        if folder is None:
            shutil.rmtree(root, ignore_errors=True)


def existing(source: Path) -> Path:
    """``source``; raises DataProblem where nothing lies there."""
    if not source.exists():
        raise DataProblem(f"{source} was not found", "Expected a zip, a folder or a project")
    return source


def _name_of(source: Path) -> str:
    return source.resolve().stem[:_NAME_LENGTH].strip() or "Images"


def _open_or_create(folder: Path, name: str) -> Project:
    if (folder / "project.json").is_file():
        return Project(folder)
    return Project.create_at(folder, name)
