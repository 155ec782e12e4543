"""Lesson plans: no gap, no page that is not there, and honest about the time."""

from __future__ import annotations

import pytest

from core.lessons import plan
from core.lessons.plans import read_plan
from core.ui import frame

PLANS = {"45": 45, "90": 90}


@pytest.mark.parametrize(("name", "minutes"), PLANS.items())
def test_a_plan_fills_its_minutes_on_pages_that_are_there(name: str, minutes: int) -> None:
    found = plan(name)
    assert found.minutes == minutes
    for step in found.steps:
        assert frame.stage(step.page).title
        assert step.end > step.start
        assert len(step.text) > 100
    assert "measured" in found.lead
    told = " ".join(step.text for step in found.steps)
    assert "Detective" in told
    assert told.count("**They should have seen:**") >= 5
    assert "**If " in told


def test_steps_that_leave_a_gap_are_no_plan() -> None:
    gap = "# T\n\nLead.\n\n## 0-5 One {data}\n\nText.\n\n## 6-9 Two {clean}\n\nText.\n"
    with pytest.raises(ValueError, match="gap"):
        read_plan(gap)
    with pytest.raises(ValueError, match="without steps"):
        read_plan("# T\n\nNo steps.\n")
    assert read_plan(gap.replace("6-9", "5-9")).minutes == 9


def test_an_unknown_plan_is_an_error() -> None:
    with pytest.raises(KeyError):
        plan("1000")
