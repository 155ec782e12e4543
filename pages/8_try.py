"""Show a model something new: what it says, how sure it is, and what it learns from being wrong."""

import streamlit as st

from core.jobs import runs_of
from core.lessons import lesson
from core.ui import frame, outcome, problems, try_answer, try_intake, try_shelf, try_trial

project = frame.begin("try")

runs = outcome.scored(runs_of(project))
if not runs:
    frame.lead_to_a_run("There is no model to ask yet.", project)

with problems.shown():
    with st.container(key="stacking-try"):
        shown, said = st.columns([2, 3], gap="large")
    with shown:
        trial = try_trial.choose(project, runs)
        try_intake.ask(trial.visit)
    pictures = trial.visit.pictures()
    picture = try_shelf.chosen(pictures)
    if picture is None:
        said.markdown(lesson("try"))
        st.stop()
    with said:
        answer = try_answer.ask(trial, picture)
    with shown:
        try_answer.image(trial, picture, answer)
    if answer is not None:
        with said:
            try_answer.show(trial, picture, answer)
        try_answer.alike(trial, answer)
    try_shelf.show(trial, pictures)
