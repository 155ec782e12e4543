"""Bring images in; see what was taken, what was not, and why."""

import streamlit as st

from core.lessons import lesson
from core.ui import frame, intake, problems

project = frame.begin("data")

with problems.shown():
    standing = intake.work(project)
    at_work = standing is not None and standing.is_active

    if project.is_empty and not at_work:
        st.markdown(lesson("data"))
        intake.upload(project, "A zip with one folder of images for each class")

    if not project.is_empty:
        intake.summary(project)
        view = intake.choose_view()
        if view == "images":
            intake.by_class(project)
        elif view == "rejected":
            intake.not_taken(project)
        elif at_work:
            st.markdown("More images can be added as soon as this is done.")
        else:
            intake.upload(project, "Another zip, with the same classes or new ones")
