"""A picture that was tried joins the project's images under the label that a person gave it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from core import catalogue
from core.errors import DataProblem, ProjectProblem
from core.ingest import ingest, open_source, original_path, thumb_path
from core.ingest.tried import Tried, Visit
from core.jobs import joining
from core.locking import locked
from core.project import Project, Workspace
from tests.makers import class_files, image_bytes, make_zip


@pytest.fixture
def project(workspace: Path, tmp_path: Path) -> Project:
    """A project with two cats and two dogs."""
    found = Workspace().create("Pets")
    with open_source(make_zip(tmp_path / "pets.zip", class_files(each=2))) as source:
        ingest(source, found.folder)
    return found


@pytest.fixture
def visit(project: Project) -> Visit:
    return Visit(project.folder, "0123456789abcdef")


def join(
    project: Project, visit: Visit, picture: Tried, label: str, reason: str = "Tried: it said dog"
) -> list[str]:
    """Have it join, and give the acts that were decided."""
    original = visit.original(picture)
    made = joining.join(project, original, picture.sha256, picture.name, label, reason)
    return [entry["act"] for entry in made]


def rows(project: Project, picture: Tried) -> pd.DataFrame:
    table = catalogue.in_force(project)
    return table[table["sha256"] == picture.sha256]


def test_it_is_an_image_like_any_other(project: Project, visit: Visit) -> None:
    picture = visit.take("new.jpg", image_bytes(seed=77))
    assert join(project, visit, picture, "cat") == ["relabel"]
    assert rows(project, picture)["label"].tolist() == ["cat"]
    assert original_path(project.folder, picture.sha256).is_file()
    assert thumb_path(project.folder, picture.sha256).is_file()
    assert picture.sha256 in set(pd.read_parquet(project.measurements_file)["sha256"])
    assert len(catalogue.in_force(project)) == 5
    assert not list(project.folder.glob("upload-*"))


def test_the_log_says_where_it_came_from(project: Project, visit: Visit) -> None:
    join(project, visit, visit.take("new.jpg", image_bytes(seed=77)), "cat")
    assert catalogue.decisions(project)[-1]["reason"] == "Tried: it said dog"


def test_a_new_class_can_begin_with_it(project: Project, visit: Visit) -> None:
    picture = visit.take("new.jpg", image_bytes(seed=77))
    join(project, visit, picture, "../fish / or not")
    assert rows(project, picture)["label"].tolist() == ["../fish / or not"]


def test_a_class_that_was_renamed_takes_it_under_either_name(
    project: Project, visit: Visit
) -> None:
    catalogue.decide(project, "rename", label="cat", to="kitten")
    first = visit.take("1.jpg", image_bytes(seed=77))
    second = visit.take("2.jpg", image_bytes(seed=78))
    join(project, visit, first, "kitten")
    join(project, visit, second, "cat")
    assert rows(project, first)["label"].tolist() == ["kitten"]
    assert rows(project, second)["label"].tolist() == ["cat"]


def test_what_the_project_has_is_relabelled_not_doubled(project: Project, visit: Visit) -> None:
    picture = visit.take("copy of a cat.jpg", image_bytes("JPEG", seed=0))
    assert rows(project, picture)["label"].tolist() == ["cat"]
    assert join(project, visit, picture, "dog") == ["relabel"]
    assert rows(project, picture)["label"].tolist() == ["dog"]
    assert len(catalogue.in_force(project)) == 4


def test_what_was_dropped_comes_back(project: Project, visit: Visit) -> None:
    picture = visit.take("new.jpg", image_bytes(seed=77))
    join(project, visit, picture, "cat")
    ids = joining.ids_of(project, picture.sha256)
    catalogue.decide(project, "drop", images=ids)
    assert rows(project, picture).empty
    assert join(project, visit, picture, "dog") == ["keep", "relabel"]
    assert rows(project, picture)["label"].tolist() == ["dog"]


def test_while_images_are_taken_it_has_to_wait(project: Project, visit: Visit) -> None:
    picture = visit.take("new.jpg", image_bytes(seed=77))
    project.jobs.mkdir(exist_ok=True)
    with (
        locked(project.jobs / "ingest.lock"),
        pytest.raises(ProjectProblem, match="just being taken"),
    ):
        join(project, visit, picture, "cat")
    assert rows(project, picture).empty
    assert catalogue.decisions(project) == []


def test_a_picture_that_is_gone_is_a_problem(project: Project, visit: Visit) -> None:
    picture = visit.take("new.jpg", image_bytes(seed=77))
    visit.forget()
    with pytest.raises(ProjectProblem, match="not there any more"):
        join(project, visit, picture, "cat")
    assert not list(project.folder.glob("upload-*"))


def test_what_is_no_image_never_joins(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "junk"
    path.write_bytes(b"junk")
    with pytest.raises(DataProblem):
        joining.join(project, path, "0" * 64, "junk.jpg", "cat", "")
    assert len(catalogue.in_force(project)) == 4
    assert catalogue.decisions(project) == []
