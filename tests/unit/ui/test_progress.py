"""How much of a job is done, by what its stages say of themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st

from core.jobs import JobFolder, Snapshot, State
from core.ui import progress
from core.ui.progress import Look


def share(tmp_path: Path, **told: object) -> float:
    job = JobFolder.create(tmp_path, "check", {})
    return Look(job, State.RUNNING, Snapshot(**told), None).share  # type: ignore[arg-type]


@pytest.mark.parametrize(("index", "done", "expected"), [(1, 0, 0.0), (1, 5, 0.25), (2, 5, 0.75)])
def test_stages_count_the_same(tmp_path: Path, index: int, done: int, expected: float) -> None:
    found = share(tmp_path, stage_index=index, stage_of=2, done=done, total=10)
    assert found == pytest.approx(expected)


@pytest.mark.parametrize(("done", "expected"), [(0, 0.2), (5, 0.6), (10, 1.0), (11, 1.0)])
def test_unless_one_says_what_part_it_is(tmp_path: Path, done: int, expected: float) -> None:
    found = share(tmp_path, stage_index=2, stage_of=2, part=(0.2, 1.0), done=done, total=10)
    assert found == pytest.approx(expected)


def test_what_is_not_counted_has_just_begun(tmp_path: Path) -> None:
    assert share(tmp_path, stage_index=2, stage_of=4) == pytest.approx(0.25)


def test_nothing_is_done_where_nothing_was_told(tmp_path: Path) -> None:
    assert share(tmp_path) == 0.0


def test_a_job_that_ends_while_its_page_is_drawn_is_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page goes by one look: at work, so it is drawn anew, and that finds the end."""
    parts: list[tuple[Callable[[], None], float]] = []
    drawn: list[State] = []
    ran_again: list[bool] = []
    monkeypatch.setattr(progress, "redraw", lambda view, every: parts.append((view, every)))
    monkeypatch.setattr(st, "rerun", lambda: ran_again.append(True))
    job = JobFolder.create(tmp_path, "check", {})
    job.emit("started")
    with job.hold():
        first = progress.look(job)
    job.emit("failed", title="It is no project")
    progress.live(first, lambda now: drawn.append(now.state))
    ((view, every),) = parts
    view()
    assert (drawn, ran_again) == ([State.RUNNING], [])
    assert every > 0
    view()
    assert ran_again
