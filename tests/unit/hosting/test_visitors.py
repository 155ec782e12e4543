"""Who is who, and whose is what."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import hosting
from core.errors import ProjectProblem
from core.hosting import GuestWorkspace, Visitor


def test_the_same_secret_leads_to_the_same_place(hosted: Path) -> None:
    token = hosting.new_token()
    assert hosting.visitor(token) == hosting.visitor(token)
    assert hosting.visitor(token) != hosting.visitor(hosting.new_token())


def test_the_place_does_not_tell_the_secret(hosted: Path) -> None:
    token = hosting.new_token()
    found = hosting.visitor(token)
    assert found is not None
    assert token[:16] not in str(found.folder)
    assert hosting.visitor(found.id) is None, "the folder's name is no key"


@pytest.mark.parametrize("token", ["", "a" * 63, "A" * 64, "../" * 21 + "a", "a" * 64 + "\n"])
def test_what_is_no_secret_leads_nowhere(token: str, hosted: Path) -> None:
    assert hosting.visitor(token) is None


def test_nothing_is_kept_before_there_is_a_project(who: Visitor, guest: GuestWorkspace) -> None:
    who.note_visit()
    assert not who.folder.exists()
    guest.create("Leaves")
    who.note_visit()
    assert (who.folder / "seen").exists()


def test_visitors_do_not_find_each_others_projects(guest: GuestWorkspace, hosted: Path) -> None:
    mine = guest.create("Leaves")
    stranger = hosting.visitor(hosting.new_token())
    assert stranger is not None
    other = GuestWorkspace(stranger)
    assert other.projects() == []
    for asked in (mine.id, f"../../{guest.visitor.id}/projects/{mine.id}", str(mine.folder)):
        with pytest.raises(ProjectProblem):
            other.open(asked)


def test_a_path_tells_whose_it_is(who: Visitor, guest: GuestWorkspace, hosted: Path) -> None:
    project = guest.create("Leaves")
    assert hosting.visitor_of(project.originals / "ab" / "abc") == who
    assert hosting.visitor_of(hosted / "projects" / "x") is None
    assert hosting.visitor_of(hosted / "visitors" / "no-visitor" / "x") is None
    outside = who.folder / ".." / ".." / "projects"
    assert hosting.visitor_of(outside) is None
