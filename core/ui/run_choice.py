"""The run that a page is about: one of the finished ones, kept in the address."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.jobs import Run
from core.project import Project
from core.ui import outcome, state


def _described(run: Run) -> str:
    return f"{run.name}: {outcome.how_trained(run)}"


def choose_run(
    project: Project,
    runs: list[Run],
    label: str = "Run",
    describe: Callable[[Run], str] = _described,
) -> Run:
    """Ask which run the page is about: the one in the address, else the newest.

    Args:
        project: the open project.
        runs: its finished runs, at least one, the newest first.
        label: of the choice.
        describe: what a run is called in the list.
    """
    by_id = {run.id: run for run in runs}
    ids, key, wanted = list(by_id), _key(project), state.run_id()
    next_one = state.recall(key)
    if next_one in by_id:
        state.choose_widget(key, next_one)
        wanted = None  # the choice is made: a default beside it would be one too many
    state.keep(key, None)
    chosen = st.selectbox(
        label,
        ids,
        index=ids.index(wanted) if wanted in by_id else 0,
        format_func=lambda run_id: describe(by_id[run_id]),
        key=key,
        filter_mode=None,
    )
    state.choose_run(chosen)
    return by_id[chosen]


def look_at(project: Project, run: Run) -> None:
    """Be about ``run`` from the next time on that the page is drawn."""
    state.keep(_key(project), run.id)


def _key(project: Project) -> str:
    return f"run-of-{project.id}"
