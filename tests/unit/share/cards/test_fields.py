"""What people write for the cards: tidied, bounded, kept with the project."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from core import files
from core.errors import ProjectProblem, SettingsProblem
from core.project import Project
from core.share.cards import CardFields, fields
from core.share.project_file import open_file, save


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.create(tmp_path, "Leaves")


def test_they_come_back_as_they_were_kept(project: Project) -> None:
    assert fields.read(project) == CardFields()
    told = CardFields(purpose="Find rust.\n\nEarly.", author="Ada | <b>", contact="a@b.org")
    fields.save(project, told)
    assert fields.read(project) == told


def test_each_has_a_name_and_a_help_and_belongs_to_a_card() -> None:
    names = set(CardFields().to_dict())
    assert names == {*fields.OF_MODEL, *fields.OF_DATA}
    for name in names:
        assert fields.label_of(name) and fields.help_of(name).endswith((".", "mine."))


def test_a_line_stays_a_line_and_what_cannot_be_shown_goes() -> None:
    found = CardFields(author=" Ada\nLovelace\x00 ", purpose="a\r\nb\t\x1b[1m\n\n\n\nc\ud800 ")
    assert found.author == "Ada Lovelace"
    assert found.purpose == "a\nb [1m\n\nc"


def test_too_long_a_text_is_refused() -> None:
    with pytest.raises(SettingsProblem, match="'Author' is too long"):
        CardFields(author="x" * 201)
    assert len(CardFields(purpose="x" * 2000).purpose) == 2000


@pytest.mark.parametrize("content", [b"", b"[1]", b"null", b'{"author": 3, "contact": "me"}'])
def test_what_is_damaged_counts_as_not_told(project: Project, content: bytes) -> None:
    files.write_bytes(project.card_file, content)
    found = fields.read(project)
    assert found.author == ""
    assert found.contact == ("me" if b"me" in content else "")


def test_what_a_stranger_wrote_too_long_is_cut(project: Project) -> None:
    files.write_json(project.card_file, {"author": "y" * 5000, "unknown": 1})
    assert fields.read(project).author == "y" * 200


def test_they_travel_in_a_project_file(project: Project, tmp_path: Path) -> None:
    fields.save(project, CardFields(author="Ada"))
    save(project, tmp_path / "leaves.firstlight")
    (tmp_path / "there").mkdir()
    again = open_file(tmp_path / "leaves.firstlight", tmp_path / "there", tmp_path / "coming")
    assert fields.read(again).author == "Ada"


def test_a_project_file_with_something_else_in_their_place_is_refused(
    project: Project, tmp_path: Path
) -> None:
    fields.save(project, CardFields())
    save(project, tmp_path / "leaves.firstlight")
    with (
        zipfile.ZipFile(tmp_path / "leaves.firstlight") as source,
        zipfile.ZipFile(tmp_path / "changed.firstlight", "w") as target,
    ):
        for name in source.namelist():
            target.writestr(name, b"[1]" if name == "card.json" else source.read(name))
    (tmp_path / "there").mkdir()
    with pytest.raises(ProjectProblem, match="is damaged"):
        open_file(tmp_path / "changed.firstlight", tmp_path / "there", tmp_path / "coming")
