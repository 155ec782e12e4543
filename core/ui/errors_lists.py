"""Lists of images that are worth a look: worst losses, sure but wrong, right but unsure."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core import results
from core.lessons import glossary
from core.ui import errors_images
from core.ui.choice import one_of
from core.ui.errors_scope import Scope
from core.words import count

_LISTS: Final = {
    "losses": "Worst losses",
    "sure": "Sure but wrong",
    "unsure": "Right but unsure",
}
_WHY: Final = {
    "losses": "The images whose true class was believed least, right or wrong. Wrong labels and "
    "odd images gather at the top.",
    "sure": "Mistakes without a doubt. Whoever trusts the confidence is led astray by these: look "
    "for wrong labels first, then for what these images have in common.",
    "unsure": "Right, but only just. A little change might turn them over: more training images "
    "like these help most.",
}
_MOST: Final = 300  # of the worst losses
_UNSURE = 0.6


def show(scope: Scope) -> None:
    """The list that the user chose, and its images."""
    name = one_of("List", _LISTS, "errors-list")
    st.markdown(_WHY[name], help=glossary()["loss" if name == "losses" else "confidence"].help)
    answers = scope.answers
    if name == "losses":
        rows = results.worst_losses(answers).head(_MOST)
        title = f"{count(len(rows), 'image')}, the worst loss first"
    elif name == "sure":
        least = _line("Sure means a confidence of at least", errors_images.SURE, "sure")
        rows = results.sure_but_wrong(answers, least)
        title = f"{count(len(rows), 'mistake')}, the surest first"
    else:
        most = _line("Unsure means a confidence of at most", _UNSURE, "unsure")
        rows = results.right_but_unsure(answers, most)
        title = f"{count(len(rows), 'right answer')}, the least sure first"
    st.header(title, anchor=False)
    errors_images.show(scope, rows, f"list-{name}")


def _line(label: str, usual: float, key: str) -> float:
    """The confidence from which on an answer counts as sure, or as unsure."""
    chosen = st.slider(label, 0, 100, round(100 * usual), 5, format="%d %%", key=f"line-{key}")
    return float(chosen) / 100
