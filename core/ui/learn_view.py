"""The learn page: the nine lessons in order, each with its ticks and the way to its page."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core import path
from core.lessons import path_lesson
from core.path import Progress
from core.project import Project
from core.ui import frame, path_view

_ABOUT: Final = (
    "Nine short lessons, one for each page, about two hours in all. Each is an experiment with "
    "your own images. The ticks set themselves when you have done it, and are kept with the "
    "project."
)
_NOTHING: Final = Progress(frozenset(), hidden=False)


def show(project: Project | None) -> None:
    """All lessons, and the next step: of the open project, or the way to one."""
    st.markdown(_ABOUT)
    if project is None:
        if st.button("Choose a project first", type="primary", icon=frame.HOME.icon):
            st.switch_page(frame.HOME.file)
        found = _NOTHING
    else:
        found = path_view.progress(project)
        _next(project, found)
    for number, key in enumerate(path.LESSONS, 1):
        _row(project, number, key, found)
    if project:
        frame.link("inside", "Beside the lessons: how a network sees", project)


def _next(project: Project, found: Progress) -> None:
    if found.hidden:
        st.info("The lessons are hidden on the pages of this project.")
        st.button(
            "Show the lessons",
            icon=":material/visibility:",
            on_click=path_view.show_again,
            args=(project,),
        )
        return
    share = found.ticks / len(path.STEPS)
    st.progress(share, text=f"{path_view.standing(found)} of {len(path.STEPS)}")
    if found.at is None:
        st.success(
            "You can now say what an image is to a computer, what a leak and a shortcut are, and "
            "how far to trust a score, because you saw it happen.",
            icon=":material/workspace_premium:",
        )
        return
    step = frame.stage(found.at)
    number = path.LESSONS.index(found.at) + 1
    if st.button(f"Go on with lesson {number}: {step.title}", type="primary", icon=step.icon):
        frame.go(step.key, project)


def _row(project: Project | None, number: int, key: str, found: Progress) -> None:
    told, step = path_lesson(key), frame.stage(key)
    with st.container(border=True, key=f"listed-lesson-{key}"):
        with st.container(key=f"stacking-lesson-{key}"):
            left, right = st.columns([3, 2], gap="medium", vertical_alignment="center")
        with left:
            st.markdown(f"**{number}. {told.title}**  \n{told.task}")
            if project:
                frame.link(key, f"Go to {step.title}", project)
        right.markdown(path_view.ticks(key, found))
