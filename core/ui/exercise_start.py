"""The Detective page: begin with a ready-made exercise, or with a file that a teacher gave out."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core import jobs
from core.exercise import LEVELS
from core.ingest.samples import Sample, samples
from core.jobs.exercising import start_ready
from core.project import Project
from core.ui import frame, problems, state, uploads
from core.ui.choice import one_of
from core.ui.engine import desk
from core.ui.sheets import contact_sheet
from core.words import count, plain

_UPLOADER: Final = "exercise-file"
_LEAD: Final = (
    "Somebody has hidden faults in a set of images: wrong labels, copies, blurry pictures and "
    "more. Find them with the ordinary pages, above all *Clean*. Then come back here and see what "
    "you found, what you missed, and what you took for a fault that is none."
)


def show(project: Project | None) -> None:
    """Ready-made exercises by level, and a way to bring one."""
    job = jobs.latest_ingest(project) if project else None
    if project and job is not None and "exercise" in job.request and project.is_empty:
        st.markdown("Your case is being prepared. You will find it on the Data page.")
        frame.link("data", "See how far it is", project)
        return
    st.markdown(_LEAD)
    st.header("Ready-made cases", anchor=False)
    level = choose_level("exercise-level")
    st.caption(LEVELS[level].about)
    with st.container(key="stacking-cases"):
        places = st.columns(len(samples()))
    for place, sample in zip(places, samples(), strict=True):
        with place.container(border=True, key=f"card-case-{sample.name}", height="stretch"):
            _card(sample, level)
    st.header("A case from your teacher", anchor=False)
    _bring()


def choose_level(key: str, help: str | None = None) -> int:
    """How hard an exercise is to be, 1 to 3."""
    return one_of(
        "Level",
        {number: f"{number}. {LEVELS[number].title}" for number in LEVELS},
        key,
        help=help,
        is_labelled=True,
    )


def _card(sample: Sample, level: int) -> None:
    names = ", ".join(sample.classes)
    st.image(contact_sheet(sample.path), width="stretch", alt=f"Some of the images: {names}")
    classes = count(len(sample.classes), "class", "classes")
    st.markdown(f"**{plain(sample.title)}**  \n{classes}: {plain(names)}")
    if st.button(
        "Take this case",
        key=f"start-case-{sample.name}",
        icon=":material/search:",
        width="stretch",
        help=f"Makes a project of its own, at level {level}.",
    ):
        with problems.shown():
            title = f"Case: {sample.title}, level {level}"
            project = state.workspace().create(title)
            start_ready(project, sample.name, level, desk())
            frame.go("data", project)


def _bring() -> None:
    """A file that somebody handed out becomes a project; the Data page shows what is in it."""
    file = st.file_uploader(
        "An exercise file (zip)", type=["zip"], key=state.uploader_key(_UPLOADER)
    )
    if file is None:
        return
    project = state.workspace().create(_name_of(file.name))
    uploads.wait(file, project)
    state.renew_uploader(_UPLOADER)
    frame.go("data", project)


def _name_of(file: str) -> str:
    stem = file.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]
    return f"Case: {' '.join(stem.replace('_', ' ').replace('-', ' ').split())[:70] or 'images'}"
