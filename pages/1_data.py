"""Bring images in: see what an upload holds, take it, and see what became of it."""

import streamlit as st

from core.lessons import lesson
from core.ui import (
    exercise_case,
    frame,
    intake,
    intake_preview,
    intake_unlabelled,
    intake_ways,
    known_sets,
    problems,
    project_file,
)

project = frame.begin("data")

with problems.shown():
    taking, fetching = intake.work(project), known_sets.work(project)
    at_work = taking or fetching
    upload = None if at_work else intake_preview.current(project)

    if upload is not None:
        intake_preview.show(project, upload)
    elif not project.is_empty:
        intake.summary(project)
        exercise_case.hint(project)
        view = intake.choose_view(project)
        if view == "images":
            intake.by_class(project)
        elif view == "unlabelled":
            intake_unlabelled.show(project)
        elif view == "rejected":
            intake.not_taken(project)
        elif view == "save":
            project_file.save(project)
        elif at_work:
            st.markdown("More images can be added as soon as this is done.")
        else:
            intake_ways.ways(project)
    elif not at_work:
        if intake_unlabelled.number(project):
            intake_unlabelled.show(project)
        else:
            st.markdown(lesson("data"))
        intake_ways.ways(project)
