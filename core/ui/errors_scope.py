"""What every view of the mistakes page is about: one run, one side of its images, its answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from core.jobs import Run
from core.project import Project
from core.ui import outcome, sealed, state, tables
from core.ui.words import percent


@dataclass(frozen=True)
class Scope:
    """What the page looks at.

    Attributes:
        project: the open project.
        run: a finished run of it.
        side: 'validation' or 'test'.
        answers: its predictions for the images of that side, see `core.results.predictions`.
            Shared: leave it as it is.
        classes: the names, in the order of p_0, p_1, ...
        found: the figures of that side, see `core.results.metrics`.
    """

    project: Project
    run: Run
    side: str
    answers: pd.DataFrame
    classes: list[str]
    found: dict[str, Any]

    def key(self, name: str) -> str:
        """A widget's key that is this run's and this side's own."""
        return f"{name}-{self.run.id}-{self.side}"


def choose(project: Project, runs: list[Run]) -> Scope:
    """The run and the side to look at, as the user chooses them.

    Args:
        project: the open project.
        runs: its finished runs, at least one, the newest first.

    Raises:
        ProjectProblem: what the run found is damaged.
    """
    with st.container(key="stacking-choice"):
        which, images = st.columns([3, 2], gap="large")
    with which:
        run = _choose_run(project, runs)
    with images:
        side = sealed.choose_side(run)
    report = tables.report(run.folder)
    return Scope(project, run, side, answers(run, side), report["classes"], report[side])


def go(project: Project, run: Run) -> None:
    """Look at ``run`` from the next time on that the page is drawn."""
    state.keep(_key(project), run.id)


def answers(run: Run, side: str) -> pd.DataFrame:
    """What ``run`` said of the images of ``side``. Shared: leave it as it is.

    Raises:
        ProjectProblem: the table is missing or damaged.
    """
    return _answers(str(run.folder), tables.stamp(run.predictions_file), side)


@st.cache_resource(max_entries=8, show_spinner=False)
def _answers(folder: str, stamp: str, side: str) -> pd.DataFrame:
    table = tables.predictions(Path(folder))
    return table[table["split"] == side].reset_index(drop=True)


def _choose_run(project: Project, runs: list[Run]) -> Run:
    """The one in the address, else the newest."""
    ids = [run.id for run in runs]
    by_id = dict(zip(ids, runs, strict=True))
    wanted = state.run_id()
    next_one = state.recall(_key(project))
    if next_one in by_id:
        state.choose_widget(_key(project), next_one)
        wanted = None  # the choice is made: a default beside it would be one too many
    state.keep(_key(project), None)
    chosen = st.selectbox(
        "Run",
        ids,
        index=ids.index(wanted) if wanted in by_id else 0,
        format_func=lambda key: _describe(by_id[key]),
        key=_key(project),
        filter_mode=None,
    )
    state.choose_run(chosen)
    return by_id[chosen]


def _key(project: Project) -> str:
    return f"run-of-{project.id}"


def _describe(run: Run) -> str:
    accuracy = percent(tables.report(run.folder)[sealed.shown_side(run)]["accuracy"])
    return f"{run.name}: {accuracy}, {outcome.how_trained(run)}"
