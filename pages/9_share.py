"""Take it with you: the model, its cards, the training as a script, the whole project."""

import streamlit as st

from core.jobs import runs_of
from core.ui import cards_view, frame, outcome, problems, project_file, script_view, share_model
from core.ui.choice import one_of
from core.ui.run_choice import choose_run

project = frame.begin("share")

MODEL, CARDS, SCRIPT, PROJECT = "The model", "The cards", "The training", "The project"

with problems.shown():
    view = one_of("What to take", [MODEL, CARDS, SCRIPT, PROJECT], "share-view")
    if view == PROJECT:
        project_file.save(project)
        st.stop()
    runs = outcome.scored(runs_of(project))
    if not runs and view == CARDS:
        cards_view.show(project, None)
        st.stop()
    if not runs:
        frame.lead_to_a_run("There is no model to share yet.", project)
    run = choose_run(project, runs)
    if view == CARDS:
        cards_view.show(project, run)
    elif view == SCRIPT:
        script_view.show(run)
    else:
        share_model.show(project, run)
