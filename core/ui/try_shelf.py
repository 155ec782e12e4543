"""The pictures that were tried in this visit, and which of them is looked at."""

from __future__ import annotations

from contextlib import suppress

import pandas as pd
import streamlit as st

from core.errors import Problem
from core.ingest.tried import KEPT, Tried
from core.jobs.trying import Answer
from core.ui import asking, component, try_words
from core.ui.gallery import gallery
from core.ui.try_trial import Trial
from core.ui.try_words import Kind


def chosen(pictures: list[Tried]) -> Tried | None:
    """The picture to look at: the one that was chosen on the shelf, else the last one."""
    if not pictures:
        return None
    opened = component.reported(_key(pictures), "view").get("opened")
    return next((each for each in pictures if each.sha256 == opened), pictures[0])


def show(trial: Trial, pictures: list[Tried]) -> None:
    """The pictures with what is said of each; a click looks at one again."""
    st.header("Tried in this visit", anchor=False)
    questions = {each.sha256: trial.question(each) for each in pictures}
    rows, waiting = [], []
    for picture in pictures:
        answer: Answer | None = None
        with suppress(Problem):
            answer = questions[picture.sha256].answer(0)
            if answer is None:
                waiting.append(questions[picture.sha256])
        rows.append(_row(trial, picture, answer))
    gallery(pd.DataFrame(rows), trial.visit.thumbs, _key(pictures), page_size=KEPT, opens=True)
    if waiting:
        asking.look_again(*waiting)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(
            "Choose one to see at the top what is said of it. "
            f"The last {KEPT} are kept for some hours, on the computer that First Light runs on; "
            "they are not among your images unless you say what they show."
        )
        if st.button("Forget these", key="try-forget", type="tertiary", icon=":material/delete:"):
            trial.visit.forget()
            st.rerun()


def _row(trial: Trial, picture: Tried, answer: Answer | None) -> dict[str, str]:
    row = {"image_id": picture.sha256, "sha256": picture.sha256, "caption": picture.name}
    if answer is None:
        return row
    said = try_words.verdict(answer, trial.run.classes, trial.rate)
    row["caption"] = f"{said.short}\n{picture.name}"
    if said.kind is not Kind.SURE:
        row |= {"tone": "warn", "badge": "Don't know"}
    return row


def _key(pictures: list[Tried]) -> str:
    """A new picture begins a new shelf, on which none is chosen."""
    return f"try-shelf-{pictures[0].sha256[:16]}"
