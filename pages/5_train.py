"""Choose how to train, watch it happen, see how good it is."""

import streamlit as st

from core.jobs import State, runs_of
from core.ui import frame, outcome, problems, progress, tables, training

project = frame.begin("train")

if project.is_empty:
    text = "There is nothing to learn from yet. Bring in your images first."
    frame.lead(text, "Go to your images", "data", project)

runs = runs_of(project)
busy = any(progress.look(run).state.is_active for run in runs[:1])
with st.container(key="stacking-result-first" if runs else "stacking-lesson"):
    left, right = st.columns([4, 7], gap="large")

with left, problems.shown():
    settings, split, place = training.ask(project)
    with place:
        training.train_button(project, settings, split, again=bool(runs), busy=busy)

run = None
with right, problems.shown():
    run = outcome.choose(project, runs)
    if run is None:
        training.preview(project, split)
    else:
        outcome.title(run)
        standing = progress.look(run).state
        report = tables.report(run.folder)
        if standing.is_active:
            training.watch(run)
        elif standing is State.FINISHED and report:
            outcome.result(project, run, report)
        else:
            training.ended_early(run, standing)

outcome.earlier(project, runs, run)
