"""The Detective page for teachers: hide faults in a sample or a project, and hand that out."""

from __future__ import annotations

import re
from typing import Final

import streamlit as st

from core.exercise import CLAIMED, Fault, Order, stretched, words_of
from core.exercise.levels import MOST_SEED
from core.ingest.samples import samples
from core.jobs import JobFolder, State
from core.jobs.exercising import FILE, making, start_making
from core.project import Project
from core.ui import exercise_start, handing, problems, progress, state, tables
from core.ui.engine import desk
from core.ui.handing import Made
from core.words import count, plain

_JOB: Final = "exercise-job"
_ACROSS: Final = 3
_MOST: Final = 500
_LEAD: Final = (
    "For teachers: choose what is hidden, download one file, and hand it out. Learners open it "
    "here or on the Data page; the answers are sealed inside."
)
_SEAL: Final = (
    "With a passphrase only you can score: learners hand in their files, you read them under *Read "
    "answers*. Without one, everybody sees the score at once; the answers are then hidden from "
    "curious eyes, but not from somebody who writes a program to read them."
)

_LEVEL: Final = (
    "How plainly the faults show, and how much learners are told. The numbers below begin with "
    "what suits it."
)


def show(project: Project | None) -> None:
    """Ask what to hide, make the file, and offer it."""
    st.markdown(_LEAD)
    job_id = state.recall(_JOB)
    job = making(state.workspace(), job_id) if job_id else None
    if job is not None and _made(job):
        return
    source, size = _source(project)
    level = exercise_start.choose_level("make-level", _LEVEL)
    plant = _plant(source, size, level)
    left, right = st.columns(2)
    seed = left.number_input(
        "Seed", 0, MOST_SEED, 0, key="make-seed", help="The same seed hides the same faults."
    )
    passphrase = right.text_input(
        "Passphrase (may stay empty)", key="make-secret", max_chars=80, help=_SEAL
    )
    title = st.text_input(
        "Title", key="make-title", max_chars=80, placeholder="For example: Case of the bad labels"
    )
    if st.button("Make the exercise", type="primary", icon=":material/visibility_off:"):
        with problems.shown():
            order = Order(plant, level, int(seed))
            secret = stretched(passphrase or "")
            started = start_making(state.workspace(), source, order, desk(), title or "", secret)
            state.keep(_JOB, started.id)
            st.rerun()


def _source(project: Project | None) -> tuple[str, int]:
    """The id of the open project or the name of a sample, and how many images it has."""
    names = {sample.name: (sample.title, sample.images) for sample in samples()}
    if project is not None and not project.is_empty and not project.exercise_file.is_file():
        own = {project.id: (f"Project: {project.name}", len(tables.images(project)))}
        names = own | names
    chosen = st.selectbox(
        "Images",
        list(names),
        format_func=lambda name: names[name][0],
        key=f"make-source-{len(names)}",
        width=420,
        help="Open a project first to use its images. Clean it before: what the checks still ask "
        "about is left out, so that nobody is accused falsely.",
    )
    return chosen, names[chosen][1]


def _plant(source: str, size: int, level: int) -> dict[Fault, int]:
    """How many of each kind, beginning with what the level has."""
    usual = Order.of_level(level, size).plant
    found = {}
    faults = list(Fault)
    for start in range(0, len(faults), _ACROSS):
        with st.container(key=f"stacking-plant-{start}"):
            places = st.columns(_ACROSS)
        for place, fault in zip(places, faults[start : start + _ACROSS], strict=True):
            most = 3 if fault in CLAIMED and fault is not Fault.BROKEN else _MOST
            found[fault] = int(
                place.number_input(
                    words_of(fault).title,
                    0,
                    most,
                    usual.get(fault, 0),
                    key=f"plant-{source}-{level}-{fault}",
                )
            )
    return found


def _made(job: JobFolder) -> bool:
    """Progress while it is made, then the download. Whether nothing else should be shown."""
    now = progress.look(job)
    standing = now.state
    if standing.is_active:
        with st.container(border=True, key="making"):
            progress.live(now, _at_work)
        return True
    if standing is State.FINISHED and (job.folder / FILE).is_file():
        told = job.events()[0][-1]
        title = str(told.get("title", "exercise"))
        name = re.sub(r"[^\w-]+", "-", title).strip("-")[:60] or "exercise"
        st.markdown(f"**{plain(title)}** is ready: {count(int(told['images']), 'file')}.")
        with st.container(horizontal=True, vertical_alignment="center"):
            about = "Kept here for an hour. The file scores itself: keep a copy."
            handing.offer(Made(job, job.folder / FILE), "Download", f"{name}.zip", about)
            st.button("Make another", on_click=state.keep, args=(_JOB, None), type="tertiary")
        return True
    problem = job.snapshot().problem
    if problem is not None:
        problems.show(problem)
    state.keep(_JOB, None)
    return False


def _at_work(now: progress.Look) -> None:
    progress.bar(now)
    progress.stop_button(now, "Cancel")
