"""What is left behind goes, and nothing else."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from core import hosting
from core.hosting import GuestWorkspace, HostLimits, Visitor, sweep
from core.locking import locked
from core.project import Workspace

HOUR = 3600.0
LIMITS = HostLimits(keep_hours=24)


def in_hours(hours: float) -> float:
    return time.time() + hours * HOUR


def test_who_was_here_lately_is_left_alone(guest: GuestWorkspace) -> None:
    project = guest.create("Leaves")
    assert sweep(LIMITS, moment=in_hours(23)) == 0
    assert project.folder.is_dir()


def test_who_was_away_for_long_is_forgotten(guest: GuestWorkspace, hosted: Path) -> None:
    guest.create("Leaves")
    own = Workspace().create("The owner's")
    assert sweep(LIMITS, moment=in_hours(25)) == 1
    assert not list((hosted / "visitors").iterdir())
    assert own.folder.is_dir()


def test_a_visit_begins_the_time_anew(
    who: Visitor, guest: GuestWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest.create("Leaves")
    who.note_visit()
    assert sweep(LIMITS, moment=who.last_seen() + 23.9 * HOUR) == 0


def test_what_is_being_worked_on_is_spared(guest: GuestWorkspace) -> None:
    project = guest.create("Leaves")
    run = project.runs / "head-1"
    run.mkdir(parents=True)
    with locked(run / "lock"):
        assert sweep(LIMITS, moment=in_hours(500)) == 0
    assert sweep(LIMITS, moment=in_hours(500)) == 1


def test_what_waits_is_spared_for_a_day_more(guest: GuestWorkspace) -> None:
    guest.create("Leaves")
    assert sweep(LIMITS, lambda who: True, moment=in_hours(40)) == 0
    assert sweep(LIMITS, lambda who: True, moment=in_hours(49)) == 1


def test_a_folder_without_a_project_goes_soon(who: Visitor) -> None:
    (who.projects / "half" / "features").mkdir(parents=True)
    assert sweep(LIMITS, moment=in_hours(0.4)) == 0
    assert sweep(LIMITS, moment=in_hours(0.6)) == 1


def test_at_ones_word_all_of_it_goes(who: Visitor, guest: GuestWorkspace) -> None:
    project = guest.create("Leaves")
    project.originals.mkdir()
    (project.originals / "image").write_bytes(b"private")
    hosting.remove(who)
    assert not who.folder.exists()
    assert not list(who.folder.parent.iterdir())
