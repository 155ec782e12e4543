"""What can be done about a mistake: the label is wrong, the image is bad, or it is fair."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
import streamlit as st

from core.ui import actions, errors_standing
from core.ui.errors_scope import Scope
from core.ui.errors_standing import FAIR, LABELS, standing
from core.ui.words import plain

WRONG: Final = "Wrong label, seen among the mistakes"
BAD: Final = "Bad image, seen among the mistakes"
_DONE: Final = {
    "dropped": ":material/delete: You dropped this image.",
    "relabelled": ":material/label: You gave this image another label: **{label}**.",
    "fair": ":material/verified: You called this mistake fair.",
}
_LOOKS: Final[dict[str, dict[str, Any]]] = {
    "relabel": {
        "icon": ":material/label:",
        "shortcut": "W",
        "help": "The label is wrong, the answer is right: give it the label that was said",
    },
    "drop": {
        "icon": ":material/delete:",
        "shortcut": "B",
        "help": "Too dark, blurred, cut off, or not one of your classes: leave it out",
    },
    "keep": {
        "icon": ":material/verified:",
        "shortcut": "F",
        "help": "Label and image are fine, a person might hesitate too. Nothing changes, and "
        "the check of the labels does not ask about it any more.",
    },
}


def offer(scope: Scope, row: pd.Series[Any]) -> None:
    """The acts for one image; each is a decision that can be undone, and the page runs again.

    Args:
        scope: what the page looks at.
        row: the image's row of ``scope.answers``.
    """
    image = str(row["image_id"])
    decided = standing(scope).get(image, "")
    if decided:
        label = plain(errors_standing.label_now(scope.project, image))
        st.markdown(_DONE[decided].format(label=label))
    act = _ask(scope, image, str(row["label"]), str(row["predicted"]), decided)
    if act:
        actions.carry_out(scope.project, images=[image], **act)


def _ask(scope: Scope, image: str, label: str, said: str, decided: str) -> dict[str, Any] | None:
    """The buttons; the act that was asked for, as arguments of `actions.carry_out`."""
    is_wrong = label != said
    act: dict[str, Any] | None = None
    with st.container(key="mistake-acts", horizontal=True, gap="small"):
        name = f"Wrong label: it is {plain(said)}"
        if is_wrong and _button(image, "relabel", name, decided == "relabelled"):
            act = {"act": "relabel", "label": said, "reason": WRONG}
        with st.popover("Another label", icon=":material/edit:", type="tertiary"):
            other = _other(errors_standing.classes(scope.project), label, image)
            if other:
                act = {"act": "relabel", "label": other, "reason": WRONG}
        if _button(image, "drop", "Bad image: drop it", decided == "dropped"):
            act = {"act": "drop", "reason": BAD}
        settled = decided in ("fair", "relabelled")
        if is_wrong and _button(image, "keep", "Fair mistake", settled):
            act = {"act": "keep", "check": LABELS, "reason": FAIR}
    return act


def _button(image: str, act: str, label: str, is_done: bool) -> bool:
    return st.button(label, key=f"{act}-{image}", disabled=is_done, **_LOOKS[act])


def _other(classes: Sequence[str], label: str, image: str) -> str:
    """The label that was asked for; '' where none was."""
    chosen = st.selectbox(
        "Class",
        [name for name in classes if name != label],
        index=None,
        key=f"other-{image}",
        placeholder="Choose one, or type a new one",
        accept_new_options=True,
    )
    other = actions.clean_label(chosen)
    pressed = st.button("Give it this label", key=f"give-{image}", disabled=not other)
    return other if pressed else ""
