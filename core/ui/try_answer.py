"""What the model says of one picture: in words, as bars, and the images that are most alike."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import streamlit as st

from core import charts
from core.ingest.tried import Tried
from core.jobs.trying import NEAREST, Answer
from core.lessons import glossary
from core.settings import Method
from core.ui import (
    asking,
    errors_detail,
    errors_why,
    likely,
    path_view,
    tables,
    try_correct,
    try_trial,
    try_words,
)
from core.ui.gallery import gallery
from core.ui.try_trial import Trial
from core.ui.try_words import Kind
from core.words import plain

_BOXES: Final = {
    Kind.SURE: (st.success, ":material/check_circle:"),
    Kind.UNSURE: (st.warning, ":material/help:"),
    Kind.UNLIKE: (st.warning, ":material/visibility_off:"),
}

_FIRST: Final = " The first picture takes longer: its network is prepared for quick answers."
_HEAT: Final = (
    "Grad-CAM paints warm where the picture spoke for the answer, by the network's own gradients. "
    "If the warm places are not on the thing itself, the answer may be right for a wrong reason."
)


def ask(trial: Trial, picture: Tried) -> Answer | None:
    """What is said of the picture; while there is no answer, None, and why."""
    asked = trial.question(picture)
    answer: Answer | None = asking.answered(asked)
    if answer is None and asked.told is None:
        slow = "" if trial.run.settings.method is Method.HEAD else _FIRST
        st.caption(f":material/hourglass_top: Looking at it …{slow}")
        asking.look_again(asked)
    return answer


def show(trial: Trial, picture: Tried, answer: Answer) -> None:
    """What is said of the picture, in words and as bars, and how to correct it."""
    said = try_words.verdict(answer, trial.run.classes, trial.rate)
    box, icon = _BOXES[said.kind]
    box(said.why, title=said.headline, icon=icon)
    for note in _notes(trial, picture):
        st.caption(f":material/info: {note}")
    told = (trial.run.classes, answer.probabilities, None, trial.run.classes[answer.best])
    likely.show(charts.likeliest(*told))
    try_trial.ask_rate(trial.rate)
    try_correct.offer(trial, picture, answer)


def image(trial: Trial, picture: Tried, answer: Answer | None) -> None:
    """The picture, or where the model looks in it for its answer."""
    said = trial.run.classes[answer.best] if answer else ""
    with st.container(key="try-picture"):
        place = st.empty()
        wants = answer is not None and st.toggle(
            "Show where it looks", key="try-heat", help=_HEAT, persist_state="session"
        )
        heat = _heat(trial, picture, said) if wants else None
        with place:
            if heat is not None:
                st.image(heat, width="stretch", alt=f"Where it looks in {picture.name} for {said}")
            elif shown := errors_detail.preview(trial.visit.folder, picture.sha256):
                st.image(shown, width="stretch", alt=f"The picture {picture.name}")
            else:
                st.caption("This picture is not there any more. Show it again.")
        if heat is not None:
            st.caption(f"The warmer, the more it spoke for *{plain(said)}*.")


def alike(trial: Trial, answer: Answer) -> None:
    """The training images that are most alike: why it may have answered so."""
    st.header("Most alike among the images that it learnt from", anchor=False)
    nearest = pd.DataFrame(list(answer.nearest))
    if nearest.empty:
        st.markdown("There are none to show.")
        return
    said = trial.run.classes[answer.best]
    st.markdown(
        errors_why.told(list(answer.nearest), said, said), help=glossary()["nearest_neighbour"].help
    )
    rows = nearest.assign(caption=errors_why.captions(nearest))
    gallery(rows, trial.project.thumbs, f"try-alike-{trial.run.id}", page_size=NEAREST)
    path_view.done(trial.project, "tried")


def _notes(trial: Trial, picture: Tried) -> list[str]:
    """What a reader of the answer ought to know besides."""
    notes = []
    images = tables.run_images(trial.run.folder)
    sides = set(images.loc[images["sha256"] == picture.sha256, "split"])
    if "train" in sides:
        notes.append(
            "This very picture is among the images that it learnt from: that it knows the answer "
            "proves little."
        )
    if "calibration" not in tables.report(trial.run.folder):
        notes.append(
            "This run is from before probabilities were calibrated: it may claim to be surer than "
            "it is. A new training calibrates them."
        )
    return notes


def _heat(trial: Trial, picture: Tried, target: str) -> bytes | None:
    asked = trial.heat(picture, target)
    found: dict[str, Any] | None = asking.answered(asked)
    if found is None:
        asking.look_again(asked)
        return None
    return bytes(found["overlay"])
