"""What a visitor may begin."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core import hosting
from core.errors import LimitProblem
from core.hosting import GuestWorkspace, admission, admit, admit_upload
from core.hosting.limits import variable
from core.project import Workspace

MB = 1024 * 1024


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server with room for little."""
    for field, value in (("upload_mb", 2), ("visitor_mb", 10), ("projects", 2), ("jobs", 2)):
        monkeypatch.setenv(variable(field), str(value))
    monkeypatch.setenv(variable("free_mb"), "0")
    admission._found.clear()


def test_a_visitor_has_so_many_projects(guest: GuestWorkspace) -> None:
    guest.create("One")
    guest.create("Two")
    with pytest.raises(LimitProblem, match="2 projects already"):
        guest.create("Three")


def test_a_large_upload_is_refused_with_both_sizes(guest: GuestWorkspace) -> None:
    project = guest.create("One")
    admit_upload(project.folder, 2 * MB)
    with pytest.raises(LimitProblem, match=r"3\.0 MB, at most 2 MB"):
        admit_upload(project.folder, 3 * MB)


def test_who_has_used_up_the_room_begins_nothing_more(guest: GuestWorkspace) -> None:
    project = guest.create("One")
    (project.folder / "large").write_bytes(bytes(11 * MB))
    for begin in (lambda: admit(project.folder), lambda: admit_upload(project.folder, 1)):
        with pytest.raises(LimitProblem, match="used up"):
            begin()


def test_so_many_jobs_at_a_time(guest: GuestWorkspace) -> None:
    project = guest.create("One")
    admit(project.folder, at_work=1)
    with pytest.raises(LimitProblem, match="2 jobs in hand"):
        admit(project.folder, at_work=2)


def test_a_full_server_says_so(
    guest: GuestWorkspace, hosted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable("all_mb"), "10")
    project = guest.create("One")
    other = hosting.visitor(hosting.new_token())
    assert other is not None
    other.folder.mkdir(parents=True)
    (other.folder / "large").write_bytes(bytes(11 * MB))
    admission._found.clear()
    with pytest.raises(LimitProblem, match="full at the moment"):
        admit(project.folder)


def test_one_looks_at_everybodys_data_while_others_believe_what_was_found_before(
    guest: GuestWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thirty who begin at once must not all walk the same disk."""
    project = guest.create("One")
    began, may_end, looks = threading.Event(), threading.Event(), []

    def slow(folder: Path) -> int:
        looks.append(folder)
        if len(looks) > 1:
            began.set()
            assert may_end.wait(30)
        return 0

    monkeypatch.setattr(admission, "size_of", slow)
    monkeypatch.setattr(admission, "_MEMORY", 0.0)  # nothing is believed for long
    admission._found.clear()
    admit(project.folder)
    with ThreadPoolExecutor(1) as one:
        looking = one.submit(admit, project.folder)
        assert began.wait(30)
        for _ in range(30):
            admit(project.folder)
        assert not looking.done()
        may_end.set()
        looking.result(30)
    assert len(looks) == 2


def test_a_disk_without_room_says_so(
    guest: GuestWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = guest.create("One")
    monkeypatch.setenv(variable("free_mb"), str(10**7))
    with pytest.raises(LimitProblem, match="full at the moment"):
        admit(project.folder)


def test_what_is_no_visitors_has_no_limits(hosted: Path) -> None:
    project = Workspace().create("Own")
    admit(project.folder, at_work=1000)
    admit_upload(project.folder, 10**12)
