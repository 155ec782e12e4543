"""A project is a folder that can be found, moved, opened again, and never half made."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from core import files, project
from core.errors import ProjectProblem
from core.project import SCHEMA_VERSION, Project, Workspace


@pytest.fixture
def leaves(workspace):
    return Workspace().create("Leaves from the garden")


def test_a_project_is_found_again(leaves):
    again = Workspace().open(leaves.id)
    assert (again.name, again.created) == ("Leaves from the garden", leaves.created)
    assert [each.id for each in Workspace().projects()] == [leaves.id]


def test_a_project_lives_where_firstlight_home_says(workspace, leaves):
    assert leaves.folder.parent == workspace / "projects"


def test_an_id_is_readable_at_the_front_and_cannot_be_guessed():
    ids = {project.new_id("Leaves from the garden") for _ in range(50)}
    assert len(ids) == 50
    assert all(re.fullmatch(r"leaves-from-the-garden-[0-9a-f]{16}", each) for each in ids)


@pytest.mark.parametrize("name", ["木の葉", "...", "../../etc", "Ä" * 60, "con", "a/b\\c"])
def test_any_name_gives_a_safe_folder(workspace, name):
    made = Workspace().create(name)
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]+", made.id)
    assert made.folder.parent == Workspace().root
    assert Workspace().open(made.id).name == name


def test_a_name_is_tidied(workspace):
    assert Workspace().create("  My\n leaves\t").name == "My leaves"


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_a_project_needs_a_name_of_some_length(workspace, name):
    with pytest.raises(ProjectProblem, match="needs a name"):
        Workspace().create(name)
    assert Workspace().projects() == []


@pytest.mark.parametrize("wanted", ["../secret", "", "a/b", "A", "no-such-project", ".", "a" * 99])
def test_what_is_no_id_opens_nothing(workspace, leaves, wanted):
    with pytest.raises(ProjectProblem, match="no such project"):
        Workspace().open(wanted)


def test_the_newest_project_comes_first(workspace):
    for number in range(3):
        made = Workspace().create(f"Project {number}")
        content = files.read_json(made.folder / "project.json")
        content["created"] = f"2024-01-0{number + 1}T00:00:00.000+00:00"
        files.write_json(made.folder / "project.json", content)
    assert [each.name for each in Workspace().projects()] == ["Project 2", "Project 1", "Project 0"]


def test_a_moved_project_is_the_same(leaves, tmp_path):
    moved = Path(shutil.move(leaves.folder, tmp_path / "elsewhere"))
    assert Project(moved).name == leaves.name


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'"x"', b"null", b"{}", b'{"schema": "x"}', b"\xff\xfe"]
)
def test_a_damaged_project_says_so_and_hides_no_other(workspace, leaves, content):
    other = Workspace().create("Other")
    (leaves.folder / "project.json").write_bytes(content)
    with pytest.raises(ProjectProblem, match="cannot be read"):
        Project(leaves.folder)
    assert [each.id for each in Workspace().projects()] == [other.id]


def test_a_project_of_a_newer_version_is_left_alone(leaves):
    content = {"schema": SCHEMA_VERSION + 1, "name": "Leaves", "created": project.now()}
    files.write_json(leaves.folder / "project.json", content)
    with pytest.raises(ProjectProblem, match="newer version"):
        Project(leaves.folder)


def test_a_folder_that_holds_a_project_is_not_taken_for_another(leaves):
    with pytest.raises(ProjectProblem, match="a project already"):
        Project.create_at(leaves.folder, "Mine")
    assert Project(leaves.folder).name == leaves.name


def test_a_place_that_cannot_be_written_is_a_problem(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ProjectProblem, match="could not be saved") as raised:
        Project.create_at(tmp_path / "file" / "project", "Leaves")
    assert "FIRSTLIGHT_HOME" in raised.value.fix


def test_a_new_project_is_empty(leaves):
    assert leaves.is_empty
    assert leaves.rejected().empty
    assert leaves.read_table(leaves.catalogue_file).empty


def test_a_damaged_table_is_a_problem(leaves):
    leaves.catalogue_file.write_bytes(b"PAR1 no more")
    with pytest.raises(ProjectProblem, match=r"catalogue\.parquet of project 'Leaves"):
        leaves.read_table(leaves.catalogue_file)


def test_a_table_comes_back(leaves):
    files.write_table(leaves.rejected_file, pd.DataFrame({"source": ["a.txt"], "reason": ["?"]}))
    assert leaves.rejected()["source"].tolist() == ["a.txt"]


def test_a_deleted_project_is_gone(leaves):
    leaves.delete()
    assert Workspace().projects() == []


def test_a_project_that_cannot_be_removed_says_what_is_in_the_way(leaves, monkeypatch):
    def refuse(folder):
        raise PermissionError(13, "in use", str(folder / "features"))

    monkeypatch.setattr(shutil, "rmtree", refuse)
    with pytest.raises(ProjectProblem, match="Removing features failed: in use"):
        leaves.delete()


class TestCache:
    def test_it_lies_in_the_home(self, workspace, monkeypatch):
        monkeypatch.delenv("FIRSTLIGHT_CACHE", raising=False)
        assert project.cache_folder("backbones", "x") == workspace / "cache" / "backbones" / "x"
        assert (workspace / "cache" / "backbones" / "x").is_dir()

    def test_or_where_firstlight_cache_says(self, tmp_path, monkeypatch):
        monkeypatch.setenv("FIRSTLIGHT_CACHE", str(tmp_path / "shared"))
        assert project.cache_folder() == tmp_path / "shared"

    def test_a_cache_that_cannot_be_made_is_a_problem(self, tmp_path, monkeypatch):
        (tmp_path / "file").write_text("in the way")
        monkeypatch.setenv("FIRSTLIGHT_CACHE", str(tmp_path / "file"))
        with pytest.raises(ProjectProblem, match="FIRSTLIGHT_CACHE"):
            project.cache_folder("backbones")
