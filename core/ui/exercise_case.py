"""The Detective page of a project that is an exercise: the case, the report, handing in."""

from __future__ import annotations

import re
from typing import Final

import pandas as pd
import streamlit as st

from core import catalogue
from core.exercise import (
    CLAIMED,
    Cover,
    Fault,
    Score,
    claims_of,
    name_faults,
    read_cover,
    read_key,
    score,
    stretched,
    submission_of,
    words_of,
)
from core.exercise.submission import ENDING
from core.project import Project
from core.ui import exercise_score, frame, problems, state, tables
from core.ui.gallery import gallery
from core.words import count, plain

_SHOWN: Final = "exercise-shown"
_BEGIN: Final = (
    "You decided nothing yet. On the page *Clean*, drop, relabel or keep what the checks ask "
    "about; then come back, name what is no single image, and see your score."
)
_QUESTIONS: Final = {
    Fault.SHORTCUT: "Which classes are given away by a mark that was drawn into their images?",
    Fault.IMBALANCE: "Which classes are far too small?",
    Fault.BROKEN: "Which files are broken?",
}


def show(project: Project) -> None:
    """What is known of the case, where to look, the report, and handing in."""
    data = project.exercise_file.read_bytes()
    cover = read_cover(data)
    _brief(project, cover)
    _report(project, cover)
    _hand_in(project, cover, data)


def _brief(project: Project, cover: Cover) -> None:
    st.header(plain(cover.title), anchor=False)
    hidden = "It is not told what is hidden."
    if cover.counts:
        told = [f"{number} × {words_of(f).title.lower()}" for f, number in cover.counts.items()]
        hidden = f"Hidden are: {', '.join(told)}."
    elif cover.kinds:
        hidden = f"Hidden are: {', '.join(words_of(f).title.lower() for f in cover.kinds)}."
    decided = len(catalogue.decisions(project))
    so_far = f"So far you took {count(decided, 'decision')}." if decided else _BEGIN
    st.markdown(f"{count(cover.images, 'file')}. {hidden}  \n{so_far}")
    with st.container(horizontal=True):
        if st.button("Go and look", type="primary", icon=frame.stage("clean").icon):
            frame.go("clean", project)
        with st.popover("What to do about each kind", icon=":material/help:"):
            for fault in cover.kinds or tuple(Fault):
                st.markdown(f"**{words_of(fault).title}.** {words_of(fault).answer}")


def hint(project: Project) -> None:
    """On another page: that this project is a case, and where to read it; nothing elsewhere."""
    if project.exercise_file.is_file():
        frame.link("exercise", "This is a detective case: see what to do", project)


def _report(project: Project, cover: Cover) -> None:
    """What cannot be dropped is named here; each change is a decision in the log.

    Where the cover tells the kinds, nothing else is asked for.
    """
    asked = [fault for fault in CLAIMED if fault in cover.kinds or not cover.kinds]
    if not asked:
        return
    st.header("Your report", anchor=False)
    st.caption("Some faults are no single image. Name them here; what you choose is kept at once.")
    named = claims_of(catalogue.decisions(project))
    classes = sorted(tables.counts(project)["label"])
    files = sorted(tables.rejected(project)["source"])
    for fault in asked:
        choices = files if fault is Fault.BROKEN else classes
        chosen = [name for name in named[fault] if name in choices]
        key = state.key_of(f"exercise-{fault}-{project.id}", chosen)
        st.multiselect(
            _QUESTIONS[fault],
            choices,
            default=chosen,
            key=key,
            placeholder="None so far",
            on_change=_name,
            args=(project, fault, key),
        )


def _name(project: Project, fault: Fault, key: str) -> None:
    with problems.shown():
        if not state.is_shown(key):
            return
        name_faults(project, fault, state.widget_value(key) or [])


def _hand_in(project: Project, cover: Cover, data: bytes) -> None:
    st.header("Hand in", anchor=False)
    learner = st.text_input("Your name", key="exercise-learner", max_chars=80, width=320)
    secret = ""
    if cover.locked:
        st.caption(
            "Your teacher has locked the answers. Download your file and hand it in; or type the "
            "passphrase, if you were told it."
        )
        secret = st.text_input("Passphrase", type="password", key="exercise-secret", width=320)
    with st.container(horizontal=True):
        st.download_button(
            "Download what I hand in",
            submission_of(project, learner).to_bytes(),
            file_name=f"{_file_name(learner or project.name)}{ENDING}",
            mime="application/json",
            icon=":material/download:",
            on_click="ignore",
            help="What you decided, without the images: for your teacher.",
        )
        is_open = not cover.locked or bool(secret)
        st.button(
            "Show my score",
            icon=":material/grading:",
            disabled=not is_open,
            on_click=state.keep,
            args=(_SHOWN, project.id),
        )
    if is_open and state.recall(_SHOWN) == project.id:
        with problems.shown():
            key = read_key(data, stretched(secret))
            found = score(key, submission_of(project, learner))
            exercise_score.show(found)
            _missed(project, found)


def _missed(project: Project, found: Score) -> None:
    """The faults that were not found, if somebody wants to see them."""
    if not found.missed or not st.toggle("Show me what I missed", key="exercise-missed"):
        return
    whole = [fault for fault in found.missed if fault.fault in CLAIMED]
    for fault in whole:
        st.markdown(
            f"**{words_of(fault.fault).title}:** {plain(fault.label)}"
            + (f", {plain(fault.name)}" if fault.name else "")
        )
    about = {
        each.sha256: words_of(each.fault).title + (f": this is {each.truth}" if each.truth else "")
        for each in found.missed
        if each.fault not in CLAIMED
    }
    every = tables.every_image(project).reset_index()
    images = every[every["sha256"].isin(about)]
    images = images.assign(caption=images["sha256"].map(about))
    if len(images):
        gallery(pd.DataFrame(images), project.thumbs, key=f"missed-{project.id}")


def _file_name(name: str) -> str:
    return re.sub(r"[^\w-]+", "-", name).strip("-")[:60] or "case"
