"""The list of all runs of a project: sort it, choose one to act on, or two to compare."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, Final

import streamlit as st

from core.comparison import luck_of_the_best
from core.jobs import Run, seal
from core.lessons import glossary
from core.project import Project
from core.ui import progress, runs_notes, runs_table
from core.ui.redrawing import redraw
from core.words import count

_EVERY: Final = 1.5  # seconds between two looks while a run is at work
_ROWS_SHOWN: Final = 14
_CHOOSE: Final = (
    "Choose between runs by their validation images; the test images of the one that you choose "
    "have the last word, once."
)
_ROW: Final = 35  # pixels
_PER_CENT: Final = "%.1f %%"
Open = Callable[[Run], None]
Compare = Callable[[Project, Run, Run], None]


def show(project: Project, runs: Sequence[Run], open_run: Open, compare: Compare) -> None:
    """The table of ``runs``, and what can be done with those that are chosen.

    Args:
        project: whose runs they are.
        runs: the newest first.
        open_run: a callback that goes to one run.
        compare: a callback that goes to two side by side.
    """
    st.caption(_advice(runs), help=glossary()["best_of_many"].help)
    active = [run for run in runs if _in_progress(run)]

    def view() -> None:
        if not all(_in_progress(run) for run in active):
            st.rerun()
        _acts(project, _chosen(runs), open_run, compare)

    redraw(view, _EVERY if active else None)


def _chosen(runs: Sequence[Run]) -> list[Run]:
    """The table; the runs that are chosen in it, in the order of the table."""
    # Another set of runs has another key: a choice of the third row never moves to another run
    which = hashlib.sha256(" ".join(run.id for run in runs).encode()).hexdigest()[:12]
    event = st.dataframe(
        runs_table.table(runs),
        key=f"runs-{which}",
        hide_index=True,
        placeholder="",
        on_select="rerun",
        selection_mode="multi-row",
        height=_ROW * (min(len(runs), _ROWS_SHOWN) + 1) + 3,
        column_config=_columns(),
        alt="All runs with their state, scores, and the settings that differ",
    )
    rows = event["selection"]["rows"]
    return [runs[row] for row in sorted(rows) if row < len(runs)]


def _columns() -> dict[str, Any]:
    terms, config = glossary(), st.column_config
    between = terms["interval"].help
    return {
        "Run": config.TextColumn(pinned=True, width="small"),
        "Validation": config.NumberColumn(format=_PER_CENT, help=terms["validation"].help),
        "Validation, 95 %": config.TextColumn(help=between),
        "Test": config.NumberColumn(format=_PER_CENT, help=terms["sealed"].help),
        "Test, 95 %": config.TextColumn(help=between),
        "Looks": config.NumberColumn(format="%d", help=terms["looks"].help),
        "Took": config.NumberColumn(format="%.0f s"),
        "Begun": config.DatetimeColumn(format="distance"),
        "Note": config.TextColumn(width="medium"),
    } | {
        runs_table.label_of(name): config.Column(help=terms[name].help)
        for name in runs_table.SETTINGS
    }


def _acts(project: Project, chosen: list[Run], open_run: Open, compare: Compare) -> None:
    """What can be done with the chosen runs."""
    if not chosen:
        st.caption("Choose a run to open, name or delete it. Choose two to compare them.")
        return
    with st.container(horizontal=True, vertical_alignment="center", key="runs-acts"):
        if len(chosen) == 1:
            _one(chosen[0], open_run)
        elif len(chosen) == 2:
            _two(project, chosen, compare)
        runs_notes.delete_button(chosen, "list")


def _one(run: Run, open_run: Open) -> None:
    if st.button(
        "Open this run",
        type="primary",
        icon=":material/play_circle:",
        on_click=open_run,
        args=(run,),
    ):
        st.rerun()
    now = progress.look(run)
    if now.state.is_active:
        progress.stop_button(now, "Stop training")
    runs_notes.edit(run, "list")


def _two(project: Project, chosen: Sequence[Run], compare: Compare) -> None:
    newer, older = chosen
    ready = all(runs_table.report_of(run) for run in chosen)
    if st.button(
        "Compare these two",
        type="primary",
        icon=":material/compare_arrows:",
        disabled=not ready,
        help=None if ready else "Only runs with a result can be compared",
        on_click=compare,
        args=(project, older, newer),
    ):
        st.rerun()


def _advice(runs: Sequence[Run]) -> str:
    """How much to make of the best score, since many were judged by the same images."""
    judged = _judged_alike(runs)
    if len(judged) < 2:
        return _CHOOSE
    figures = [runs_table.report_of(run)["validation"] for run in judged]
    middle = sorted(found["accuracy"] for found in figures)[len(figures) // 2]
    n = int(figures[0]["n"])
    luck = luck_of_the_best(len(judged), middle, n)
    opened = sum(map(seal.is_open, judged))
    text = (
        f"{count(len(judged), 'run')} were judged by the same {count(n, 'validation image')}. The "
        f"best of so many looks better than it is, by luck alone by up to {100 * luck:.1f} points. "
        f"{_CHOOSE}"
    )
    return f"{text} So far they are open for {count(opened, 'run')}." if opened else text


def _judged_alike(runs: Sequence[Run]) -> list[Run]:
    """The runs that the most common set of validation images judged."""
    alike: dict[tuple[str, str], list[Run]] = {}
    for run in runs:
        if runs_table.report_of(run):
            alike.setdefault((run.catalogue_id, str(run.split)), []).append(run)
    return max(alike.values(), key=len, default=[])


def _in_progress(run: Run) -> bool:
    return not runs_table.report_of(run) and progress.look(run).state.is_active
