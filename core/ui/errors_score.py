"""The score of a run: in words, and as the four figures that sum it up."""

from __future__ import annotations

import streamlit as st

from core.lessons import glossary
from core.ui import outcome, sealed
from core.ui.errors_scope import Scope
from core.words import interval, percent


def show(scope: Scope) -> None:
    """How good the run is on the images of this side."""
    found, terms = scope.found, glossary()
    st.markdown(outcome.headline(found, sealed.images_called(scope.side)))
    if scope.side == sealed.TEST:
        st.caption(sealed.story(scope.project, scope.run, found))
    else:
        st.caption(sealed.TOO_KIND)
    between = interval(found["accuracy_low"], found["accuracy_high"])
    with st.container(key="figures-scores", horizontal=True, gap="large"):
        _figure("Accuracy", percent(found["accuracy"]), terms["accuracy"].help, between)
        for name in ("balanced_accuracy", "macro_f1", "majority_baseline"):
            _figure(terms[name].term, percent(found[name]), terms[name].help)


def _figure(label: str, value: str, help: str, below: str = "") -> None:
    st.metric(
        label,
        value,
        below or None,
        delta_color="off",
        delta_arrow="off",
        help=help,
        width="content",
    )
