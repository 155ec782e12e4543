"""What a recipe costs and buys, on the augment page."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

from core.catalogue import content_id, in_force
from core.charts.worth import describe_worth_interval, worth_interval
from core.comparison import points
from core.lessons import glossary, lesson
from core.project import Project
from core.recipe import Recipe
from core.ui import frame, state, tables, tending
from core.ui.plots import plot
from core.ui.remembered import remembered
from core.words import ago, count, duration, percent
from core.worth import Level, Worth

KIND: Final = "worth"
_WORDS: Final = tending.Words(
    "Stop measuring", "You stopped measuring", "What the network saw of the originals is kept."
)
_ICONS: Final = {
    Level.WORTH: ":material/thumb_up:",
    Level.OPEN: ":material/balance:",
    Level.HARM: ":material/thumb_down:",
}
_TITLES: Final = {
    Level.WORTH: "It is worth it",
    Level.OPEN: "No difference shown",
    Level.HARM: "It does harm",
}


def show(project: Project, recipe: Recipe) -> None:
    """What ``recipe`` was found to buy, or a way to measure it."""
    busy = tending.tend(project, KIND, _WORDS)
    when = tables.stamp(project.worth_file, project.catalogue_file, project.decisions_file)
    found, stale = _read(str(project.folder), when)
    if not recipe.active:
        st.markdown(lesson("worth"))
        frame.lead_on(
            "Add an augmentation to the recipe, then it can be measured here.",
            "Choose augmentations",
            ":material/add:",
            state.choose_widget,
            ("augment-view", "Recipe"),
        )
        return
    if found is None:
        st.markdown(lesson("worth"))
        if not busy and st.button("Measure it", type="primary", icon=":material/balance:"):
            tending.begin(project, KIND)
        return
    _age(project, found, stale, recipe, busy)
    _bought(found)
    _cost(found)


@remembered
def _read(folder: str, stamp: str) -> tuple[Worth | None, bool]:
    """What was found in the project, and whether its images or labels changed since."""
    project = Project(Path(folder))
    found = Worth.load(project)
    return found, found is not None and found.catalogue != content_id(in_force(project))


def _age(project: Project, found: Worth, stale: bool, recipe: Recipe, busy: bool) -> None:
    text = f"Measured {ago(found.made)}."
    other = recipe.id != found.recipe.id
    if other:
        text += " The recipe changed since: this is about the one before."
    if stale:
        text += " Images or labels changed since."
    with st.container(horizontal=True, vertical_alignment="center", key="worth-age"):
        st.caption(text, width="content")
        label = "Measure the new one" if other else "Measure again"
        if not busy and st.button(label, icon=":material/refresh:", type="tertiary"):
            tending.begin(project, KIND)


def _bought(found: Worth) -> None:
    compared = found.compared
    st.header("What does it buy?", anchor=False, help=glossary()["worth"].help)
    st.markdown(
        f"{_ICONS[compared.level]} **{_TITLES[compared.level]}:** "
        f"{_signed(compared.difference)} points, 95 % interval {_signed(compared.low)} to "
        f"{_signed(compared.high)}.",
        help=glossary()["interval"].help,
    )
    plot(
        worth_interval(compared),
        alt=describe_worth_interval(compared),
        key="worth-interval",
    )
    sampled = f"{count(found.asked, 'image')}"
    if found.asked < found.images:
        sampled = f"{found.asked:,} of {count(found.images, 'image')}, chosen at random"
    st.caption(
        f"The probe gets {percent(compared.without)} right without the recipe and "
        f"{percent(compared.with_views)} with {count(found.views, 'altered view')} of each image; "
        f"{sampled}, each judged as it is by a probe that never saw it. The test images stay "
        "sealed.",
        help=glossary()["paired"].help,
    )


def _signed(share: float) -> str:
    """A share of one in points of per cent, with its sign: '+1.2', '−0.4'."""
    value = points(share)
    return value if share < 0 and value != "0.0" else f"+{value}"


def _cost(found: Worth) -> None:
    st.header("What does it cost?", anchor=False)
    text = f"{count(found.looks, 'altered image')} were needed."
    if found.anew:
        made = "All" if found.anew == found.looks else f"{found.anew:,} of them"
        text += f" {made} were made and looked at in {duration(found.seconds)}."
    else:
        text += " All of them were there from before."
    whole = found.seconds_for_all
    if whole is not None and found.asked < found.images:
        text += f" For all your images it would be {duration(whole)}."
    st.markdown(f"{text} Training looks at them once and keeps what it saw.")
