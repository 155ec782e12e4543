"""The course on the pages: each stage's lesson, its ticks, and how far the learner is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

import streamlit as st

from core import path
from core.lessons import path_lesson
from core.path import Progress
from core.project import Project
from core.ui import tables
from core.ui.remembered import remembered
from core.words import count

T = TypeVar("T")

_DONE: Final = ":green[:material/check_circle:]"
_OPEN: Final = ":gray[:material/radio_button_unchecked:]"
_TELL: Final = "A step of the path is done once the project shows it; nothing has to be ticked."


def progress(project: Project) -> Progress:
    """How far the learner is. Cheap where nothing changed that could show another step."""
    before = _kept(str(project.folder), tables.stamp(path.log_file(project)))
    if before.hidden:
        return before
    return _look(str(project.folder), tables.stamp(*path.traces(project, before.done)))


@remembered
def _kept(folder: str, stamp: str) -> Progress:
    return path.kept(Project(Path(folder)))


@remembered
def _look(folder: str, stamp: str) -> Progress:
    return path.look(Project(Path(folder)))


def standing(found: Progress) -> str:
    """How far the learner is, in a few words."""
    if found.at is None:
        return "All nine lessons done"
    place = path.LESSONS.index(found.at) + 1
    return f"Lesson {place} of {len(path.LESSONS)} · {count(found.ticks, 'tick')}"


def lesson(project: Project, key: str) -> None:
    """The lesson of stage ``key`` as one line that opens; nothing where the course is hidden."""
    if key not in path.LESSONS:
        return
    found = progress(project)
    if found.hidden:
        return
    told, number = path_lesson(key), path.LESSONS.index(key) + 1
    steps = path.steps_of(key)
    done = sum(step.key in found.done for step in steps)
    label = f"**Lesson {number}: {told.title}** · {done} of {count(len(steps), 'tick')}"
    box = st.expander(
        label,
        icon=":material/check_circle:" if done == len(steps) else ":material/school:",
        key=f"lesson-{key}-{project.id}",
        on_change="rerun",
    )
    if box.open:
        with box:
            _told(project, key, found)


def _told(project: Project, key: str, found: Progress) -> None:
    told = path_lesson(key)
    with st.container(key="stacking-lesson-parts"):
        left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"**What you will do.** {told.task}")
        st.markdown(f"**Why it matters.** {told.reason}")
        st.markdown(f"**Try it now.** {told.experiment}")
    with right:
        st.markdown(f"**What you should have seen.** {told.seen}")
        st.markdown(f"**One question.** {told.question}")
        if st.toggle("Show the answer", key=f"answer-{key}-{project.id}"):
            st.markdown(told.answer)
        st.markdown(ticks(key, found), help=_TELL)
    st.button(
        "Hide the lessons",
        key=f"hide-{key}",
        icon=":material/visibility_off:",
        type="tertiary",
        help="They stay hidden in this project until you show them again under *Learn*.",
        on_click=_hide,
        args=(project,),
    )


def ticks(key: str, found: Progress) -> str:
    """The steps of a lesson, one a line, each with its tick or an empty circle."""
    return "  \n".join(
        f"{_DONE if step.key in found.done else _OPEN} {step.told}" for step in path.steps_of(key)
    )


def done(project: Project, step: str) -> None:
    """Keep that a step was done which leaves nothing else in the project, and show its tick.

    To be called where the page has been drawn as far as what was done: the page runs again, once a
    step and project, and a click on a button that is not drawn yet would be lost.
    """
    if step in _kept(str(project.folder), tables.stamp(path.log_file(project))).done:
        return
    if path.note(project, step):
        st.rerun()


def handed_over(project: Project, content: Callable[[], T]) -> Callable[[], T]:
    """``content`` of a download; when it is asked for, that something was taken along is kept."""

    def asked() -> T:
        path.note(project, "shared")
        return content()

    return asked


def _hide(project: Project) -> None:
    path.note(project, path.HIDDEN)


def show_again(project: Project) -> None:
    """Show the lessons that were hidden; to be called before the page is drawn."""
    path.note(project, path.SHOWN)
