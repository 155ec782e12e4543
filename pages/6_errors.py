"""See how good a run is, where it is wrong, and the images behind every number."""

import streamlit as st

from core.jobs import runs_of
from core.ui import frame, mistakes, outcome, problems, tables

project = frame.begin("errors")

runs = outcome.scored(runs_of(project))
if not runs:
    text = "There are no mistakes to look at yet. Train a classifier first."
    frame.lead(text, "Go to training", "train", project)

with problems.shown():
    with st.container(key="stacking-choice"):
        which, images = st.columns([3, 2], gap="large")
    with which:
        run = mistakes.choose_run(project, runs)
    with images:
        side = mistakes.choose_side()
    report = tables.report(run.folder)
    found = report[side]
    st.markdown(outcome.headline(found, mistakes.images_called(side)))
    if side == "validation":
        st.caption(mistakes.TOO_KIND)
    mistakes.scores(found)

    view = st.segmented_control(
        "What to show",
        ["Mix-ups", "Class by class"],
        default="Mix-ups",
        required=True,
        key="errors-view",
        label_visibility="collapsed",
    )
    if view == "Mix-ups":
        mistakes.mixups(project, run, found, report["classes"], side)
    else:
        mistakes.by_class(found)
