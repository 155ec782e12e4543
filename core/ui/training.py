"""The train page's parts: what to train, and the run at work."""

from __future__ import annotations

import dataclasses
from typing import Final

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import charts, jobs
from core.jobs import Run, State
from core.lessons import glossary, lesson
from core.project import Project
from core.settings import SplitSettings, TrainSettings
from core.split import in_force
from core.ui import forms, problems, progress, state, tables
from core.ui.engine import desk
from core.ui.progress import Look
from core.ui.words import count

SIMPLE: Final = ("method", "backbone", "epochs")
_SIDES: Final = (("train", "to learn from"), ("validation", "to steer"), ("test", "to judge"))


def ask(project: Project) -> tuple[TrainSettings, SplitSettings, DeltaGenerator]:
    """The settings of the next run as chosen, and the place for its button.

    Three settings come first, then the place, then, where they are wanted, all the others.

    Raises:
        SettingsProblem: the values contradict each other.
    """
    key = f"train-{project.id}"
    settings = forms.settings_form(TrainSettings(), key, SIMPLE)
    place = st.container()
    split = in_force(project)
    if not st.toggle("All settings", key="all-settings", persist_state="session"):
        return settings, split, place
    names = {field.name for field in dataclasses.fields(settings)} - set(SIMPLE)
    settings = forms.settings_form(settings, key, names)
    st.markdown("**How the images are divided**")
    # A split that was chosen on the explore page since starts the form anew
    key = f"split-{project.id}-{tables.stamp(project.split_file)}"
    return settings, forms.settings_form(split, key), place


def train_button(
    project: Project, settings: TrainSettings, split: SplitSettings, again: bool, busy: bool
) -> None:
    """How the images are divided, and the button that begins the run where that can be done."""
    with problems.shown():
        sides = tables.sides(project, split)
        st.caption(_division(sides), help=glossary()["split"].help)
        pressed = st.button(
            "Train again" if again else "Train",
            type="secondary" if again else "primary",
            icon=":material/play_arrow:",
            disabled=busy,
            help="A run is at work on this project" if busy else None,
            width="stretch",
        )
        if pressed:
            run = jobs.start_training(project, settings, split, desk())
            state.choose_run(run.id)
            st.rerun()


def preview(project: Project, split: SplitSettings) -> None:
    """What there is to see before the first run: the lesson, and the images divided."""
    st.markdown(lesson("train"))
    with problems.shown():
        sides = tables.sides(project, split)
        st.plotly_chart(
            charts.class_bars(sides),
            config=charts.PLOTLY_CONFIG,
            alt=charts.describe_class_bars(sides),
            key="split-bars",
        )


def watch(run: Run) -> None:
    """A run that waits or works: how far it is, its curves, and a way to stop it."""
    with st.container(border=True, key="live"):
        progress.live(run, lambda now: _at_work(run, now))


def ended_early(run: Run, standing: State) -> None:
    """Why a run has no result, and what can be done about it."""
    snapshot = run.snapshot()
    if standing is State.FAILED and snapshot.problem:
        problems.show(snapshot.problem)
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
        curves(run, len(snapshot.epochs), snapshot.epochs)


def curves(run: Run, of: int, epochs: list[dict[str, object]]) -> None:
    """Loss and accuracy, epoch by epoch."""
    st.plotly_chart(
        charts.curves(epochs, of),
        config=charts.PLOTLY_CONFIG,
        alt=charts.describe_curves(epochs, of),
        key=f"curves-{run.id}",
    )


def _at_work(run: Run, now: Look) -> None:
    progress.bar(now)
    if now.snapshot.epochs:
        curves(run, run.settings.epochs, now.snapshot.epochs)
    progress.stop_button(now, "Stop training")


def _division(sides: pd.DataFrame) -> str:
    totals = sides.groupby("split")["images"].sum()
    parts = [f"{int(totals.get(side, 0)):,} {purpose}" for side, purpose in _SIDES]
    total = count(int(totals.sum()), "image")
    return f"Of your {total}: {parts[0]}, {parts[1]} and {parts[2]}."
