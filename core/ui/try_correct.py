"""One click tells what a picture really shows, and makes it one of the project's images."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from core import catalogue, jobs
from core.ingest.tried import Tried
from core.jobs import joining
from core.jobs.trying import Answer
from core.ui import actions, frame, problems, state, tables
from core.ui.engine import desk
from core.ui.try_trial import Trial
from core.words import listing, plain

_ASKED: Final = "try-true"
_FEW: Final = 15  # classes that are offered at a click


def offer(trial: Trial, picture: Tried, answer: Answer) -> None:
    """Ask what the picture shows; or, where it is one of the images, say as what."""
    images = tables.images(trial.project)
    present = images[images["sha256"] == picture.sha256]
    if present.empty:
        _ask(trial, picture, answer, "What does it really show?")
        st.caption("The picture then joins your images with that label.")
        return
    _joined(trial, picture, answer, present)


def _joined(trial: Trial, picture: Tried, answer: Answer, present: pd.DataFrame) -> None:
    label = listing([f"*{plain(name)}*" for name in sorted(set(present["label"]))])
    if not picture.joined:
        st.markdown(f"This picture is one of your images, labelled {label}.")
        actions.offer_undo(trial.project, about=present["image_id"].tolist())
        with st.popover("Another label", icon=":material/label:"):
            _ask(trial, picture, answer, "What does it show?")
        return
    st.markdown(
        f":material/check: It is one of your images now, labelled {label}. The model does not "
        "know it yet: that takes a new training."
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Train again with it", icon=":material/model_training:"):
            with problems.shown():
                again = jobs.retrain(trial.run, desk())
                frame.go("train", trial.project, again.id)
        if st.button("Take it out again", icon=":material/undo:", type="tertiary"):
            with problems.shown():
                ids = present["image_id"].tolist()
                catalogue.decide(trial.project, "drop", "Taken out on Try it", images=ids)
                trial.visit.note_joined(picture, False)
                st.rerun()


def _ask(trial: Trial, picture: Tried, answer: Answer, question: str) -> None:
    """The classes, the likeliest first: a click on one is all that it takes; or a new one."""
    classes = _classes(trial, answer)
    key = f"{state.uploader_key(_ASKED)}-{picture.sha256[:16]}"
    label = None
    if len(classes) <= _FEW:
        label = st.pills(question, classes, format_func=plain, key=key, wrap=True)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        typed: str | None
        if len(classes) <= _FEW:
            typed = st.text_input(
                "Another class",
                key=f"{key}-typed",
                max_chars=actions.LABEL_LENGTH,
                placeholder="The name of a new class",
            )
        else:
            typed = st.selectbox(
                question,
                classes,
                index=None,
                accept_new_options=True,
                placeholder="Choose one, or type a new one",
                key=f"{key}-typed",
            )
        written = actions.clean_label(typed)
        if st.button("Add", key=f"{key}-add", disabled=not written):
            label = written
    if label:
        with problems.shown():
            _join(trial, picture, answer, label)


def _classes(trial: Trial, answer: Answer) -> list[str]:
    """The classes of the project, those that the model finds likely first."""
    names = tables.names_now(trial.run)
    chance: dict[str, float] = {}
    for name, each in zip(trial.run.classes, answer.probabilities, strict=True):
        now = names.get(name, name)
        chance[now] = chance.get(now, 0.0) + each  # of classes that were merged since, the sum
    present = [str(label) for label in tables.counts(trial.project)["label"]]
    return sorted(present, key=lambda label: (-chance.get(label, -1.0), label))


def _join(trial: Trial, picture: Tried, answer: Answer, label: str) -> None:
    said = trial.run.classes[answer.best]
    reason = f"Tried: {trial.run.name} said {said}"
    known = joining.ids_of(trial.project, picture.sha256)
    state.renew_uploader(_ASKED)  # the next time nothing is chosen yet
    made = joining.join(
        trial.project,
        trial.visit.original(picture),
        picture.sha256,
        picture.name,
        label,
        reason,
    )
    if known and not picture.joined:
        actions.done(made, trial.project)
    trial.visit.note_joined(picture, True)
    st.toast(f"Added to {plain(label)}.", icon=":material/check:")
    st.rerun()
