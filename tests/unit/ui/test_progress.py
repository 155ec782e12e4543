"""How much of a job is done, by what its stages say of themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.jobs import JobFolder, Snapshot, State
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
