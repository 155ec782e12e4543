"""Where the model looks, class by class, and what the shortcut probes say of the same classes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd
import streamlit as st

from core import gaze
from core.charts import gaze as charts
from core.errors import ProjectProblem
from core.gaze import BORDER_AREA, OUTSIDE_AREA, ClassGaze, Gaze, words
from core.lessons import glossary, lesson
from core.preflight import Level, Preflight, cue_named
from core.project import Project
from core.renaming import renamed
from core.ui import tables, tending
from core.ui.choice import one_of
from core.ui.errors_scope import Scope
from core.ui.gallery import gallery
from core.ui.plots import plot
from core.ui.remembered import remembered
from core.words import ago, count, listing, percent, plain

KIND: Final = "gaze"
_WORDS: Final = tending.Words(
    "Stop looking", "You stopped it", "Nothing was kept: it takes some seconds only."
)
_BORDERS: Final = ("frame", "border_1px", "border_4px", "border_8pc")
_AROUND: Final = ("surroundings",)
_A_PAGE: Final = 24


def show(scope: Scope) -> None:
    """What was found, or a way to look."""
    busy = tending.tend(scope.project, KIND, _WORDS, scope.run.id)
    found = _read(str(scope.run.folder), tables.stamp(scope.run.folder / gaze.FILE))
    if found is None:
        st.markdown(lesson("gaze"))
        if not busy and st.button(
            "See where it looks", type="primary", icon=":material/center_focus_strong:"
        ):
            tending.begin(scope.project, KIND, {"run": scope.run.id})
        return
    _age(scope, found, busy)
    st.header("Does it look at the thing itself?", anchor=False, help=glossary()["heat"].help)
    st.markdown(plain(words.of_all(found)), help=glossary()["heat_spot"].help)
    if unnamed := words.of_unnamed(found, scope.run.classes):
        st.markdown(plain(unnamed))
    told = _told_by_preflight(scope)
    for one in found.spotted:
        _spot(one, told)
    _pictures(scope, found)
    _shares(found)
    _joined(found, told)


@remembered
def _read(folder: str, stamp: str) -> Gaze | None:
    return Gaze.load(Path(folder))


def _age(scope: Scope, found: Gaze, busy: bool) -> None:
    text = f"{count(found.n, 'image')} were looked at {ago(found.made)}: validation images, and "
    text += "training images where those are few."
    if scope.side == "test":
        text += " The test images take no part in this."
    with st.container(horizontal=True, vertical_alignment="center", key="gaze-age"):
        st.caption(text, width="content")
        if not busy and st.button("Look again", icon=":material/refresh:", type="tertiary"):
            tending.begin(scope.project, KIND, {"run": scope.run.id})


def _spot(one: ClassGaze, told: dict[str, list[str]] | None) -> None:
    """A class whose heat mostly lies on one small place."""
    with st.container(border=True, key=f"spot-{one.label}"):
        st.markdown(f":material/warning: {plain(words.of_spot(one))}")
        if one.swap is not None:
            st.markdown(plain(words.of_swap(one)), help=glossary()["heat_swap"].help)
        st.markdown(plain(words.meaning(one)))
        cues = (told or {}).get(one.label, [])
        if cues:
            titles = listing([_title(name) for name in cues])
            st.markdown(f"The preflight found that this class is given away by: {plain(titles)}.")


def _pictures(scope: Scope, found: Gaze) -> None:
    """Every class as the mean of its images with the mean heat over it; some images of one."""
    st.header("On average, class by class", anchor=False)
    st.caption(
        "The mean of the images that were called so, and over it where the heat lies on average. "
        "Choose a class to see some of its images."
    )
    spotted = {one.label for one in found.spotted}
    rows = pd.DataFrame(
        {
            "image_id": [f"class {place}" for place in range(len(found.classes))],
            "sha256": [one.picture for one in found.classes],
            "caption": [f"{one.label}\n{count(one.n, 'image')}" for one in found.classes],
            "tone": ["warn" if one.label in spotted else "" for one in found.classes],
        }
    )
    folder = gaze.pictures(scope.run.folder)
    opened = gallery(rows, folder, f"gaze-{scope.run.id}-{found.made}", _A_PAGE, opens=True).opened
    chosen = rows.index[rows["image_id"] == opened]
    if not len(chosen):
        return
    one = found.classes[int(chosen[0])]
    st.markdown(f"Some images that it called **{plain(one.label)}**:")
    examples = pd.DataFrame(
        {
            "image_id": [each.image_id for each in one.examples],
            "sha256": [each.picture for each in one.examples],
            "caption": [f"labelled {each.label}" for each in one.examples],
        }
    )
    gallery(examples, folder, f"gaze-{scope.run.id}-{found.made}-{opened}", _A_PAGE)


def _shares(found: Gaze) -> None:
    """Bars of the heat on the border, or outside the middle."""
    titles = {"border": "On the border", "outside": "Outside the middle"}
    st.header("How much lies around the edges", anchor=False)
    place = one_of("Where", titles, "gaze-place", first="border")
    plot(
        charts.heat_bars(found.classes, place),
        alt=charts.describe_heat_bars(found.classes, place),
        key="gaze-bars",
    )
    area = BORDER_AREA if place == "border" else OUTSIDE_AREA
    st.caption(
        f"The thin line is the 95 % interval. The dotted mark, {percent(area, 0)}, is how much it "
        "would be if the heat were everywhere alike.",
        help=glossary()[f"heat_{place}"].help,
    )


def _joined(found: Gaze, told: dict[str, list[str]] | None) -> None:
    """The heat of each class beside what gives the class away before any training."""
    st.header("Beside the preflight", anchor=False, help=glossary()["shortcut"].help)
    if told is None:
        st.markdown(
            "The preflight on the Explore page asks the images themselves which places give the "
            "class away. It was not run yet; with it, both stand side by side here."
        )
        return
    st.markdown(plain(both(found, told)))
    st.dataframe(
        pd.DataFrame(
            {
                "Class": [one.label for one in found.classes],
                "Heat on the border": [_with_ends(one.border) for one in found.classes],
                "Heat outside the middle": [_with_ends(one.outside) for one in found.classes],
                "Given away by": [
                    ", ".join(map(_title, told.get(one.label, []))) or "nothing"
                    for one in found.classes
                ],
            }
        ),
        hide_index=True,
        key="gaze-joined",
        alt="The heat around the edges and what gives each class away",
        column_config={
            "Heat on the border": st.column_config.TextColumn(help=glossary()["heat_border"].help),
            "Heat outside the middle": st.column_config.TextColumn(
                help=glossary()["heat_outside"].help
            ),
        },
    )


def both(found: Gaze, told: dict[str, list[str]]) -> str:
    """Which classes look at a place that also gives them away, in words.

    Args:
        found: where the model looks.
        told: by class, the names of the preflight's cues that give it away.
    """
    alike = []
    for one in found.classes:
        cues = told.get(one.label, [])
        on_border = one.border.low > BORDER_AREA and any(name in _BORDERS for name in cues)
        around = one.outside.low > OUTSIDE_AREA and any(name in _AROUND for name in cues)
        if on_border or around or (one in found.spotted and cues):
            alike.append(one.label)
    if alike:
        return (
            f"Both point the same way for {listing(alike)}: something around the thing itself "
            "gives the class away, and the model looks there."
        )
    if any(told.values()):
        return (
            "The preflight found classes that are given away, but the model does not look there "
            "more than elsewhere."
        )
    return "The preflight found no place that gives a class away."


def _told_by_preflight(scope: Scope) -> dict[str, list[str]] | None:
    """By class of the run, the cues of the picture that give it away; None where nobody asked."""
    project = scope.project
    stamp = tables.stamp(project.preflight_file, project.catalogue_file, project.decisions_file)
    try:
        told = _cues_now(str(project.folder), stamp)
    except ProjectProblem:
        return None  # the Explore page tells of it
    if told is None:
        return None
    now = tables.names_now(scope.run)
    return told | {label: told.get(now.get(label, label), []) for label in scope.run.classes}


@remembered
def _cues_now(folder: str, stamp: str) -> dict[str, list[str]] | None:
    """The same by what classes are called today, since run and preflight may have other names."""
    project = Project(Path(folder))
    asked = Preflight.load(project)
    if asked is None:
        return None
    names = renamed(project, asked.made)
    told: dict[str, list[str]] = {}
    for one in asked.shortcuts:
        cue = cue_named(one.name)
        if one.level is not Level.NONE and cue is not None and cue.in_picture:
            for given in one.classes:
                own = told.setdefault(names.get(given.label, given.label), [])
                own += [] if one.name in own else [one.name]
    return told


def _title(name: str) -> str:
    cue = cue_named(name)
    return cue.title.lower() if cue else name


def _with_ends(share: gaze.Share) -> str:
    return f"{percent(share.mean, 0)} ({percent(share.low, 0)} to {percent(share.high, 0)})"
