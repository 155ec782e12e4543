"""The train page's parts beside its form: what there is before the first run, and a run at work."""

from __future__ import annotations

import streamlit as st

from core import charts, jobs
from core.jobs import Run, State
from core.lessons import lesson
from core.project import Project
from core.settings import SplitSettings
from core.ui import diagnosis_view, frame, problems, progress, tables, training_live
from core.ui.engine import desk
from core.ui.plots import made, plot


def preview(project: Project, split: SplitSettings) -> None:
    """What there is to see before the first run: the lesson, and the images divided."""
    st.markdown(lesson("train"))
    with problems.shown():
        sides = tables.sides(project, split)
        plot(
            made(charts.class_bars, sides),
            alt=charts.describe_class_bars(sides),
            key="split-bars",
        )
    frame.link("inside", "How a pretrained network sees", project)


def watch(run: Run, first: progress.Look) -> None:
    """A run that waits or works: how far it is, its curves, and a way to stop it."""
    with st.container(border=True, key="live"):
        progress.live(first, lambda now: training_live.at_work(run, now))


def ended_early(run: Run, standing: State) -> None:
    """Why a run has no result, and what can be done about it."""
    snapshot = run.snapshot()
    if standing is State.FAILED and snapshot.problem:
        problems.show(snapshot.problem)
    elif standing is State.STOPPED and not snapshot.attempts:
        st.info(
            "It had not begun. Resume puts it back at the end of the queue.",
            title="You took this run out of the queue",
            icon=":material/playlist_remove:",
        )
    elif standing is State.STOPPED:
        st.info(
            "You can go on from where it was, or train anew with other settings.",
            title="You stopped this run",
            icon=":material/stop_circle:",
        )
    else:
        st.warning(
            "The engine ended before the run was done. What it had saved is kept: resume it, and "
            "it goes on from there.",
            title="This run was interrupted",
            icon=":material/pause_circle:",
        )
    if st.button("Resume", icon=":material/play_arrow:", type="primary"):
        with problems.shown():
            jobs.resume(run, desk())
            st.rerun()
    if snapshot.epochs:
        last = int(snapshot.epochs[-1]["epoch"])
        training_live.curves(run, last, snapshot.epochs)
        if standing is State.FAILED:
            diagnosis_view.show(run.project, run, None, snapshot.epochs)
