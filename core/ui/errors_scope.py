"""What every view of the mistakes page is about: one run, one side of its images, its answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from core.jobs import Run
from core.project import Project
from core.ui import outcome, sealed, tables
from core.ui.remembered import remembered
from core.ui.run_choice import choose_run
from core.words import percent


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
        run = choose_run(project, runs, describe=_describe)
    with images:
        side = sealed.choose_side(run)
    report = tables.report(run.folder)
    return Scope(project, run, side, answers(run, side), report["classes"], report[side])


def answers(run: Run, side: str) -> pd.DataFrame:
    """What ``run`` said of the images of ``side``. Shared: leave it as it is.

    Raises:
        ProjectProblem: the table is missing or damaged.
    """
    return _answers(str(run.folder), tables.stamp(run.predictions_file), side)


@remembered
def _answers(folder: str, stamp: str, side: str) -> pd.DataFrame:
    table = tables.predictions(Path(folder))
    return table[table["split"] == side].reset_index(drop=True)


def _describe(run: Run) -> str:
    side = sealed.shown_side(run)  # told, as the page may be about the other one
    accuracy = percent(tables.report(run.folder)[side]["accuracy"])
    return f"{run.name}: {accuracy} ({side}), {outcome.how_trained(run)}"
