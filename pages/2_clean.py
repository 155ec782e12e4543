"""See what is odd about the images, and decide what becomes of it."""

import streamlit as st

from core.ui import (
    cleaning,
    cleaning_check,
    cleaning_classes,
    decision_log,
    frame,
    problems,
    tables,
)

project = frame.begin("clean")

if project.is_empty:
    text = "There is nothing to clean yet. Bring in your images first."
    frame.lead(text, "Go to your images", "data", project)

with problems.shown():
    view = cleaning.choose_view()
    if view == "checks":
        at_work = cleaning.work(project)
        found = tables.standing(project)
        check = cleaning.chosen_check(project, found)
        with st.container(key="stacking-checks"):
            every, one = st.columns([1, 3], gap="medium")
        with one:
            cleaning_check.show(project, found, check, at_work)
        with every:
            cleaning.overview(project, found, check, at_work)
    elif view == "classes":
        cleaning_classes.show(project)
    else:
        decision_log.show(project)
