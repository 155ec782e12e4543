"""Which part of the train page is shown: one run, all of them, or two side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from core.jobs import Run
from core.project import Project
from core.ui import runs_common, runs_compare, runs_list, runs_table, state
from core.ui.choice import one_of

ONE, ALL, TWO = runs_common.ONE, "All runs", "Compare"
_KEY: Final = runs_common.VIEW


def choose(runs: Sequence[Run]) -> str:
    """What to show of the project's ``runs``; before the second there is nothing to choose."""
    if len(runs) < 2:
        return ONE
    return one_of(
        "What to show",
        {view: f"{ALL} ({len(runs):,})" if view == ALL else view for view in [ONE, ALL, TWO]},
        _KEY,
        persist_state="session",
    )


def show(view: str, project: Project, runs: Sequence[Run]) -> None:
    """Draw all runs, or two of them."""
    if view == ALL:
        runs_list.show(project, runs, open_run, compare)
    else:
        runs_compare.show(project, [run for run in runs if runs_table.report_of(run)])


def open_run(run: Run) -> None:
    """Go to one run; to be called before the page is drawn."""
    state.choose_run(run.id)
    state.choose_widget(_KEY, ONE)


def compare(project: Project, a: Run, b: Run) -> None:
    """Go to two runs side by side; to be called before the page is drawn."""
    runs_compare.choose(project, a, b)
    state.choose_widget(_KEY, TWO)
