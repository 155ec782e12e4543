"""Images of a run with its answers, and beside them the one that was chosen, looked at closely."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from core.lessons import lesson
from core.renaming import called
from core.ui import actions, errors_detail, errors_standing, path_view, tables
from core.ui.errors_scope import Scope
from core.ui.gallery import gallery
from core.words import percent

_A_PAGE: Final = 30
SURE: Final = 0.8  # the confidence from which on an answer counts as sure
_NONE: Final = "There are none. Either it is that good, or there are too few images to tell."


def said(predicted: str, confidence: float, label: str) -> str:
    """An answer and its label, as the caption of an image."""
    return f"said {predicted}, {percent(confidence, 0)}\nlabelled {label}"


def sure(confidence: float) -> str:
    """How sure an answer was, as the caption of an image."""
    return f"{percent(confidence, 0)} sure"


def show(scope: Scope, rows: pd.DataFrame, key: str, none: str = _NONE) -> None:
    """Draw ``rows`` as a gallery; the image that is opened stands beside it.

    What is decided about an image is drawn on it, and can be undone below.

    Args:
        scope: what the page looks at.
        rows: of ``scope.answers``, in the order in which they are drawn; a column ``caption``
            replaces the usual one.
        key: unique on the page; another key begins anew.
        none: what to say where there are no rows.
    """
    if rows.empty:
        st.markdown(none)
        actions.offer_undo(scope.project)
        return
    if "caption" not in rows:
        told = zip(rows["predicted"], rows["confidence"], rows["label"], strict=True)
        rows = rows.assign(caption=[said(*answer) for answer in told])
    tones, texts = errors_standing.badges(scope, rows["image_id"])
    rows = rows.assign(tone=tones, badge=texts)
    key = scope.key(key)
    several = st.toggle("Select several", key=f"several-{scope.run.id}", help=_SEVERAL)
    if several:
        _select(scope, rows, key)
    else:
        _look(scope, rows, key)


def _look(scope: Scope, rows: pd.DataFrame, key: str) -> None:
    with st.container(key="stacking-answers"):
        images, beside = st.columns(2, gap="medium")
    with images:
        opened = gallery(rows, scope.project.thumbs, f"answers-{key}", _A_PAGE, opens=True).opened
        with st.container(key="actions-mistakes"):
            if actions.offer_undo(scope.project):
                st.caption("More to mend? Go on. *Retrain with these fixes* waits at the top.")
    with beside:
        if opened:
            row = rows[rows["image_id"] == opened].iloc[0]
            errors_detail.show(scope, row)
            if not row["correct"] and row["confidence"] >= SURE:
                path_view.done(scope.project, "sure_wrong")
        else:
            st.markdown("**Choose an image to look at it closely.**")
            st.markdown(lesson("errors"))


_SEVERAL: Final = (
    "Act on many images at once: a click selects one, Shift and a click all between. "
    "“As suggested” gives each the label that was said of it."
)


def _select(scope: Scope, rows: pd.DataFrame, key: str) -> None:
    """Select many of ``rows``, to be dropped or relabelled together."""
    rows = rows[rows["badge"] != errors_standing.BADGES["dropped"][1]]
    chosen = gallery(rows, scope.project.thumbs, f"several-{key}", _A_PAGE, select=True).selected
    names = tables.names_now(scope.run)  # a name that was given up would come back
    label, said = (called(rows[each], names) for each in ("label", "predicted"))
    wrong = label != said
    suggested = dict(zip(rows.loc[wrong, "image_id"], said[wrong], strict=True))
    actions.offer(scope.project, chosen, f"several-{key}", suggested=suggested)
