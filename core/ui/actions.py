"""What can be done with selected images: drop, relabel, keep. One act is one decision."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NoReturn

import streamlit as st

from core import audit, catalogue
from core.project import Project, now
from core.share.cards import decided
from core.ui import problems, redrawing, state, tables
from core.words import count, plain

LABEL_LENGTH: Final = 80
_REASON_LENGTH: Final = 120
_BY_HAND: Final = "Chosen by hand"
_EACH_TOLD: Final = 3  # decisions that are taken at once and still named one by one


def offer(
    project: Project,
    selected: Sequence[str],
    key: str,
    check: str | None = None,
    suggested: Mapping[str, str] | None = None,
) -> None:
    """Draw what can be done with ``selected``; an act is one decision, and the page runs again.

    Stays in sight at the foot of the window, so it stands below the gallery it belongs to.
    After an act it offers to undo it.

    Args:
        project: where the decision is kept.
        selected: ids of images in force.
        key: unique on the page; another key has another choice of class and another reason.
        check: the check that asked about these images, which they can be kept from.
        suggested: other labels that the images might have, by id; '' is none.
    """
    with st.container(key=f"actions-{key}"), problems.shown():
        has_undo = offer_undo(project)
        if not selected:
            if not has_undo:
                st.caption("Select images to drop them, relabel them or keep them as they are.")
            return
        fresh = f"{key}-{state.recall(_kept(project)) or 0}"  # an act empties the fields
        with st.container(horizontal=True, vertical_alignment="bottom", key=f"acts-{key}"):
            act = _ask(project, selected, fresh, check, suggested or {})
        if act:
            carry_out(project, **act)


def carry_out(project: Project, act: str, **details: Any) -> NoReturn:
    """Take a decision, remember it as the one that can be undone at a click, and run again.

    Raises:
        ProjectProblem: it cannot be saved.
    """
    done([catalogue.decide(project, act, **details)], project)


def done(entries: Sequence[Mapping[str, Any]], project: Project) -> NoReturn:
    """Say what was decided, offer to undo all of it, and run the page again."""
    _note(entries, project)
    st.rerun()


def decide(project: Project, act: str, **details: Any) -> None:
    """`carry_out` for the callback of a button: the page runs once, with the decision taken."""
    with problems.shown():
        _note([catalogue.decide(project, act, **details)], project)


def _note(entries: Sequence[Mapping[str, Any]], project: Project) -> None:
    numbers = [str(entry["number"]) for entry in entries]
    state.keep(_kept(project), " ".join(numbers))
    redrawing.say(f"{_told(entries)}.", ":material/check:")
    redrawing.all_of_it()


def offer_undo(project: Project, about: Collection[str] | None = None) -> bool:
    """What was done last in this session, with a button that undoes it; whether there is any.

    Args:
        project: whose decisions they are.
        about: ids of images; what was done to others is no matter here. None for everything.
    """
    entries = _last(project)
    if not entries:
        return False
    if about is not None and not all({*about} >= {*e.get("images", [""])} for e in entries):
        return False
    with st.container(horizontal=True, vertical_alignment="center", key="just-done"):
        st.markdown(f":material/check: {_told(entries)}.", width="content")
        st.button(
            "Undo",
            key="undo-last",
            icon=":material/undo:",
            type="tertiary",
            on_click=_take_back,
            args=(project, [entry["number"] for entry in entries]),
        )
        st.button("Dismiss", key="keep-it", type="tertiary", on_click=forget, args=(project,))
    return True


def forget(project: Project) -> None:
    """Offer no more to undo what was done last."""
    state.keep(_kept(project), None)


def describe(entry: Mapping[str, Any]) -> str:
    """A decision in words, as Markdown: 'Dropped 3 images'."""
    return decided.describe(entry, plain)


def undo(project: Project, numbers: Sequence[int]) -> None:
    """Take decisions back; each may be the undoing of another.

    Raises:
        ProjectProblem: it cannot be saved.
    """
    made = {"at": now(), "act": "undo", "reason": ""}
    catalogue.append(project, [{**made, "decision": number} for number in reversed(numbers)])
    forget(project)
    redrawing.say("Taken back.", ":material/undo:")
    redrawing.all_of_it()


def _take_back(project: Project, numbers: Sequence[int]) -> None:
    with problems.shown():
        undo(project, numbers)


def clean_label(text: str | None) -> str:
    """A class's name as it is kept: on one line, of a length that can be shown."""
    return " ".join((text or "").split())[:LABEL_LENGTH]


def _ask(
    project: Project,
    selected: Sequence[str],
    key: str,
    check: str | None,
    suggested: Mapping[str, str],
) -> dict[str, Any] | None:
    """The buttons; the act that was asked for, as arguments of `carry_out`."""
    number = count(len(selected), "image")
    images = list(selected)
    act: dict[str, Any] | None = None
    if st.button(f"Drop {number}", key=f"{key}-drop", icon=":material/delete:"):
        act = {"act": "drop", "images": images}
    if check and st.button(
        f"Keep {len(selected):,}, never ask again", key=f"{key}-keep", icon=":material/verified:"
    ):
        act = {"act": "keep", "images": images}
    better = [image for image in images if suggested.get(image)]
    if better and st.button(
        f"Relabel {len(better):,} as suggested",
        key=f"{key}-better",
        icon=":material/auto_fix_high:",
    ):
        labels = [suggested[image] for image in better]
        act = {"act": "relabel", "images": better, "labels": labels}
    with st.popover("Relabel as", icon=":material/label:"):
        label = _label(project, key)
        if st.button(f"Relabel {number}", key=f"{key}-relabel", disabled=not label, type="primary"):
            act = {"act": "relabel", "images": images, "label": label}
    usual = audit.check_named(check).title if check else _BY_HAND
    with st.popover("Reason", type="tertiary", help="Kept in the log beside what you decide"):
        reason = st.text_input(
            "Why?", key=f"{key}-reason", max_chars=_REASON_LENGTH, placeholder=usual
        )
    if act is None:
        return None
    return act | {"reason": (reason or "").strip() or usual} | ({"check": check} if check else {})


def _label(project: Project, key: str) -> str:
    """The class that was chosen, or the new one that was typed; '' where there is none yet."""
    chosen = st.selectbox(
        "Class",
        tables.counts(project)["label"].tolist(),
        index=None,
        key=f"{key}-label",
        placeholder="Choose one, or type a new one",
        accept_new_options=True,
    )
    return clean_label(chosen)


def _told(entries: Sequence[Mapping[str, Any]]) -> str:
    if 0 < len(entries) <= _EACH_TOLD:
        first, *rest = (describe(entry) for entry in entries)
        return "; ".join([first, *(text[0].lower() + text[1:] for text in rest)])
    return f"Carried out {count(len(entries), 'decision')}"


def _last(project: Project) -> list[Mapping[str, Any]]:
    """What was decided last in this session, as far as it holds."""
    numbers = set((state.recall(_kept(project)) or "").split())
    if not numbers:
        return []
    return [entry for entry in tables.decisions(project) if str(entry["number"]) in numbers]


def _kept(project: Project) -> str:
    return f"last-act-{project.id}"
