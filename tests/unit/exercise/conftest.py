"""One exercise with every kind of fault, made once; and a project that took it in."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.exercise import AnswerKey, Fault, Order, make, open_material, read_exercise, read_key
from core.exercise.sealed import adopt
from core.ingest import ingest, open_source
from core.project import Project
from tests.makers import image_bytes, make_zip

EVERY = dict.fromkeys(Fault, 2) | {Fault.SHORTCUT: 1, Fault.IMBALANCE: 1}
CLASSES = ("ash", "birch", "cedar", "damson")


@dataclass(frozen=True)
class Case:
    """An exercise file, its key, and the zip that it was made of."""

    path: Path
    key: AnswerKey
    source: Path


@pytest.fixture(scope="session")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """24 images in each of four classes, and all kinds of faults."""
    folder = tmp_path_factory.mktemp("case")
    found = {
        f"{label}/IMG_{index}.png": image_bytes("PNG", (96, 72), seed=100 * number + index)
        for number, label in enumerate(CLASSES)
        for index in range(24)
    }
    source = make_zip(folder / "trees.zip", found)
    path = folder / "exercise.zip"
    with open_material(source) as material:
        make(material, Order(EVERY, 3, 5), path)
    return Case(path, read_key(read_exercise(path)), source)


@pytest.fixture(scope="session")
def _taken(case: Case, tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = Project.create_at(tmp_path_factory.mktemp("taken") / "project", "Trees")
    with open_source(case.path) as source:
        ingest(source, project.folder)
        adopt(source, project)
    return project.folder


@pytest.fixture
def project(_taken: Path, tmp_path: Path) -> Project:
    """A project that took the exercise in, for one test alone."""
    return Project(Path(shutil.copytree(_taken, tmp_path / "project")))
