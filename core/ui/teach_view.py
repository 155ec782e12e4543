"""The teacher's page: lesson plans, what to prepare, type for a room, and many computers."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core.lessons import lesson, plan
from core.project import Project
from core.ui import frame, projector, ready_view, state
from core.ui.choice import one_of

_PLANS: Final = {"45 minutes": "45", "90 minutes": "90"}
_PLAN, _BEFORE, _ROOM, _MANY = "Lesson plans", "Before the lesson", "Projector", "Many computers"
_ABOUT: Final = (
    "Two lessons minute by minute, what to prepare, type for a projector, and how a class shares "
    "computers. The lessons need no network."
)


def show(project: Project | None) -> None:
    """One of the views."""
    with st.container(key="teach-about"):
        st.markdown(_ABOUT)
    views = (_PLAN, _BEFORE, _ROOM, _MANY)
    view = one_of("What to see", views, "teach-view")
    if view == _BEFORE:
        st.markdown(lesson("teach/before"))
        if state.guest() is None:
            ready_view.show()
    elif view == _ROOM:
        st.markdown(lesson("teach/projector"))
        projector.choose()
    elif view == _MANY:
        st.markdown(lesson("teach/many"))
        frame.link("exercise", "Make a case, or read what was handed in", project)
    else:
        _plan(project)


def _plan(project: Project | None) -> None:
    """A plan, step by step, each with the way to its page."""
    chosen = one_of("Time", list(_PLANS), "teach-plan", is_labelled=True)
    found = plan(_PLANS[chosen])
    with st.container(key="printed-plan"):
        st.header(f"{found.title} ({found.minutes} minutes)", anchor=False)
        st.markdown(found.lead)
        for step in found.steps:
            with st.container(key=f"listed-plan-{step.start}", border=True):
                st.subheader(f"{step.start} to {step.end} · {step.title}", anchor=False)
                st.markdown(step.text)
                here = frame.stage(step.page)
                frame.link(step.page, f"Page: {here.title}", project)
    with st.container(key="teach-print"):
        st.caption("To print it: the browser's own *Print*. What is no part of the plan stays out.")
