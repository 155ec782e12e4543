"""What came of a run: its score in words, its history, and the list of all runs."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

import streamlit as st

from core import jobs
from core.errors import ProjectProblem
from core.jobs import Run, State
from core.lessons import glossary
from core.project import Project
from core.ui import forms, frame, progress, state, tables, training
from core.ui.words import ago, between, count, duration, interval, percent, plain

_NBSP: Final = "\u00a0"
_SHOWN: Final = 6
Metrics = dict[str, Any]


def headline(found: Metrics, images: str) -> str:
    """A score in words that need no lesson.

    Args:
        found: the figures of one side, as a run's report keeps them.
        images: what those images are called, like 'test images'.
    """
    return (
        f"Of {found['n']:,} {images}, {found['correct']:,} were answered right: "
        f"**{percent(found['accuracy'])}**. On many more images of the same kind, that would come "
        f"out {between(found['accuracy_low'], found['accuracy_high'])} (95{_NBSP}% interval). "
        f"Always answering *{plain(found['majority_class'])}* would be right "
        f"{percent(found['majority_baseline'])} of the time."
    )


def title(run: Run) -> None:
    """Which run this is, and how it was trained."""
    st.header(plain(run.name), anchor=False)
    st.caption(f"{how_trained(run)} · {ago(run.created)}")


def result(project: Project, run: Run, report: dict[str, Any]) -> None:
    """The result of a finished run, and the way to its mistakes."""
    test: Metrics = report["test"]
    terms = glossary()
    with st.container(border=True, key="result"):
        with st.container(key="figures-result", horizontal=True, gap="large"):
            st.metric(
                "Accuracy on test images",
                percent(test["accuracy"]),
                delta=f"{interval(test['accuracy_low'], test['accuracy_high'])}",
                delta_color="off",
                delta_arrow="off",
                help=terms["accuracy"].help,
                width="content",
            )
            st.metric(
                "Majority baseline",
                percent(test["majority_baseline"]),
                help=terms["majority_baseline"].help,
                width="content",
            )
        st.markdown(headline(test, "test images that it had never seen"))
        wrong = test["n"] - test["correct"]
        label = f"See the {count(wrong, 'mistake')}" if wrong else "See the result in detail"
        if st.button(label, type="primary", icon=":material/rule:"):
            frame.go("errors", project, run.id)
    snapshot = run.snapshot()
    if snapshot.epochs:
        st.markdown(_history(report, snapshot.seconds))
        training.curves(run, len(snapshot.epochs), snapshot.epochs)


def earlier(project: Project, runs: list[Run], chosen: Run | None) -> None:
    """All runs of the project, the newest first, each with its score."""
    if len(runs) < 2:
        return
    st.header("All runs", anchor=False)
    everything = len(runs) <= _SHOWN or st.toggle(f"Show all {len(runs)}", key="all-runs")
    for run in runs if everything else runs[:_SHOWN]:
        with st.container(border=True, key=f"listed-{run.id}"):
            name, how, score = st.columns([3, 4, 4], vertical_alignment="center")
            shown = f"**{plain(run.name)}**" if run == chosen else plain(run.name)
            with name:
                frame.link("train", shown, project, run.id, icon=":material/play_circle:")
            how.caption(f"{how_trained(run)}  \n{ago(run.created)}")
            score.markdown(score_of(run))


def how_trained(run: Run) -> str:
    """The settings that tell runs apart at a glance."""
    chosen = run.settings
    return f"{forms.choice_name(chosen.method)}, {forms.choice_name(chosen.backbone)}"


def scored(runs: list[Run]) -> list[Run]:
    """Those of ``runs`` that have a result that can be read."""
    found = []
    for run in runs:
        with suppress(ProjectProblem):
            found += [run] if tables.report(run.folder) else []
    return found


def score_of(run: Run) -> str:
    """The test accuracy of a run with its interval, or where it stands instead."""
    if scored([run]):
        report = tables.report(run.folder)
        test: Metrics = report["test"]
        low, high = test["accuracy_low"], test["accuracy_high"]
        return f"**{percent(test['accuracy'])}** ({interval(low, high)})"
    return STATES[progress.look(run).state]


STATES: Final = {
    State.QUEUED: ":material/hourglass_top: Waiting to begin",
    State.RUNNING: ":material/autorenew: Training",
    State.FINISHED: "Finished",
    State.STOPPED: ":material/stop_circle: Stopped",
    State.FAILED: ":material/error: Failed",
    State.INTERRUPTED: ":material/pause_circle: Interrupted",
}


def choose(project: Project, runs: list[Run]) -> Run | None:
    """The run that the address names, else the newest; None where there is no run.

    Raises:
        ProjectProblem: the address names a run that is not there.
    """
    wanted = state.run_id()
    if wanted:
        return jobs.open_run(project, wanted)
    return runs[0] if runs else None


def _history(report: dict[str, Any], seconds: float | None) -> str:
    took = f" in {duration(seconds)}" if seconds is not None else ""
    return (
        f"Trained{took}: {count(int(report['epochs_run']), 'epoch')}, "
        f"of which epoch {report['best_epoch']} was the best and was kept."
    )
