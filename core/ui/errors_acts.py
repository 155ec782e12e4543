"""What can be done about a mistake: the label is wrong, the image is bad, or it is fair."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
import streamlit as st

from core.ui import actions, errors_standing, tables
from core.ui.errors_scope import Scope
from core.ui.errors_standing import FAIR, LABELS, standing
from core.words import listing, plain

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

    They are about today's images, so they name the classes as they are called today: a label
    that its class has given up would bring that class back.

    Args:
        scope: what the page looks at.
        row: the image's row of ``scope.answers``.
    """
    image = str(row["image_id"])
    decided = standing(scope).get(image, "")
    if decided:
        label = plain(errors_standing.label_now(scope.project, image))
        st.markdown(_DONE[decided].format(label=label))
    names, then = tables.names_now(scope.run), (str(row["label"]), str(row["predicted"]))
    label, said = (names.get(name, name) for name in then)
    with st.container(key="mistake-acts", horizontal=True, gap="small"):
        _acts(scope, image, label, said, decided)
    if (label, said) != then:
        st.caption(_called_now(then, (label, said)))


def _called_now(then: tuple[str, str], now: tuple[str, str]) -> str:
    """What the label and the answer of a run are called today, as Markdown."""
    other = {old: new for old, new in zip(then, now, strict=True) if old != new}
    told = [f"*{plain(old)}* is called *{plain(new)}* now" for old, new in other.items()]
    text = f"You renamed classes since this run was trained: {listing(told)}."
    if now[0] == now[1] and then[0] != then[1]:
        text += " Label and answer are one class today, so this is no mistake any more."
    return text


def _acts(scope: Scope, image: str, label: str, said: str, decided: str) -> None:
    """The buttons; those that would change nothing are disabled."""
    is_wrong = label != said
    if is_wrong:
        name = f"Wrong label: it is {plain(said)}"
        details = {"act": "relabel", "label": said, "reason": WRONG}
        _button(scope, image, name, decided == "relabelled", details)
    with st.popover("Another label", icon=":material/edit:", type="tertiary"):
        _other(scope, image, label)
    details = {"act": "drop", "reason": BAD}
    _button(scope, image, "Bad image: drop it", decided == "dropped", details)
    if is_wrong:
        details = {"act": "keep", "check": LABELS, "reason": FAIR}
        _button(scope, image, "Fair mistake", decided in ("fair", "relabelled"), details)


def _button(scope: Scope, image: str, label: str, is_done: bool, details: dict[str, str]) -> None:
    st.button(
        label,
        key=f"{details['act']}-{image}",
        disabled=is_done,
        on_click=actions.decide,
        kwargs={"project": scope.project, "images": [image], **details},
        **_LOOKS[details["act"]],
    )


def _other(scope: Scope, image: str, label: str) -> None:
    """Any other label, a new one too."""
    chosen = st.selectbox(
        "Class",
        [name for name in errors_standing.classes(scope.project) if name != label],
        index=None,
        key=f"other-{image}",
        placeholder="Choose one, or type a new one",
        accept_new_options=True,
    )
    other = actions.clean_label(chosen)
    st.button(
        "Give it this label",
        key=f"give-{image}",
        disabled=not other,
        on_click=actions.decide,
        args=(scope.project, "relabel"),
        kwargs={"images": [image], "label": other, "reason": WRONG},
    )
