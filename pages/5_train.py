"""Choose how to train, watch it happen, see how good it is."""

import streamlit as st

from core.jobs import State, discarding
from core.ui import (
    frame,
    outcome,
    problems,
    progress,
    runs_table,
    runs_view,
    tables,
    training,
    training_form,
)

project = frame.begin("train")

if project.is_empty:
    text = "There is nothing to learn from yet. Bring in your images first."
    frame.lead(text, "Go to your images", "data", project)

discarding.sweep(project)
runs = runs_table.all_runs(project)
view = runs_view.choose(runs)
if view != runs_view.ONE:
    with problems.shown():
        runs_view.show(view, project, runs)
    st.stop()

with st.container(key="stacking-result-first" if runs else "stacking-lesson"):
    left, right = st.columns([4, 7], gap="large")

looks = training_form.latest_looks(runs)
with left, problems.shown():
    settings, split, place = training_form.ask(project)
    with place:
        training_form.train_button(project, settings, split, runs, looks)

run = None
with right, problems.shown():
    run = outcome.choose(project, runs)
    if run is None:
        training.preview(project, split)
    else:
        outcome.title(run)
        now = looks.get(run.id) or progress.look(run)
        report = tables.report(run.folder)
        if now.state.is_active:
            training.watch(run, now)
        elif now.state is State.FINISHED and report:
            outcome.result(project, run, report)
        else:
            training.ended_early(run, now.state)
