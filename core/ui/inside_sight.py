"""Pixels or features: which of them tells the classes apart, measured on these images."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pandas as pd
import streamlit as st

from core import sight
from core.catalogue import content_id
from core.comparison import Comparison
from core.lessons import glossary, lesson
from core.project import Project
from core.results import wilson
from core.sight import FEATURES, PIXELS, Way
from core.ui import tables, tending
from core.ui.choice import one_of
from core.ui.gallery import gallery
from core.ui.remembered import remembered
from core.words import count, interval, percent

KIND: Final = "sight"
_WORDS: Final = tending.Words(
    "Stop comparing", "You stopped comparing", "What the network saw of the images is kept."
)
_CHECKS: Final = "audit"
_CHECKING: Final = tending.Words(
    "Stop checking", "You stopped the checks", "What was found so far is kept.", "Check the rest"
)
_AT_ONCE: Final = 3  # images that are shown with their nearest
_TITLES: Final = {
    Way.NEAREST: ("Without learning: the nearest image", "nearest_neighbour"),
    Way.PROBE: ("With a little learning: a probe", "probe"),
}
_CAPTIONS: Final = {"": "the image", PIXELS: "nearest by pixels", FEATURES: "nearest by features"}


def show(project: Project) -> None:
    """What was measured, or what has to be done before, with the button that does it."""
    st.markdown(lesson("inside/sight"))
    checking = tending.tend(project, _CHECKS, _CHECKING)
    busy = tending.tend(project, KIND, _WORDS)
    table = _read(str(project.folder), tables.stamp(project.sight_file))
    if not table.empty:
        _age(project, table, busy)
        found = {way: sight.compared(table, way) for way in Way}
        _measured(found)
        _classes(found)
        _examples(project, table, found[Way.NEAREST])
        _question(project)
    elif not checking and not busy:
        _begin(project)


def _begin(project: Project) -> None:
    if tables.standing(project).asked["near_duplicates"].ran:
        if st.button("Compare them", type="primary", icon=":material/balance:"):
            tending.begin(project, KIND)
        return
    st.info(
        "First the checks have to look at your images. A near copy of an image would answer for "
        "it, by pixels as well as by features, so copies have to be known before."
    )
    if st.button("Check the images", type="primary", icon=":material/play_arrow:"):
        tending.begin(project, _CHECKS)


@remembered
def _read(folder: str, stamp: str) -> pd.DataFrame:
    """What was found in the project; shared."""
    return sight.read(Project(Path(folder)))


def _age(project: Project, table: pd.DataFrame, busy: bool) -> None:
    if table["catalogue"].iat[0] == content_id(tables.images(project)):
        return
    with st.container(horizontal=True, vertical_alignment="center", key="sight-age"):
        st.caption("Images or labels changed since this was measured.", width="content")
        if not busy and st.button("Compare again", icon=":material/refresh:", type="tertiary"):
            tending.begin(project, KIND)


def _measured(found: dict[Way, Comparison]) -> None:
    with st.container(key="stacking-sight"):
        places = st.columns(2, gap="large")
    for place, (way, one) in zip(places, found.items(), strict=True):
        with place:
            title, term = _TITLES[way]
            st.header(title, anchor=False, help=glossary()[term].help)
            with st.container(key=f"figures-{way}", horizontal=True, gap="large"):
                for what, share in ((PIXELS, one.accuracy.a), (FEATURES, one.accuracy.b)):
                    st.metric(
                        f"Right by {what}",
                        percent(share),
                        delta=interval(*wilson(round(share * one.n), one.n)),
                        delta_color="off",
                        delta_arrow="off",
                        help=glossary()["interval"].help,
                        width="content",
                    )
            said = one.sentence("the answer by pixels", "the answer by features")
            st.markdown(f"**{said[0].upper()}{said[1:]}.**", help=glossary()["paired"].help)
    asked = next(iter(found.values())).n
    sampled = " chosen at random" if asked == sight.MOST else ""
    st.caption(
        f"Asked about {count(asked, 'image')}{sampled}. Pixels: the picture shrunk to 32 × 32 in "
        "colour. Images that belong together never answer for each other, and the test images "
        "stay sealed."
    )


def _classes(found: dict[Way, Comparison]) -> None:
    st.header("Class by class", anchor=False)
    columns: dict[str, list[str]] = {}
    for way, name in ((Way.NEAREST, "Nearest"), (Way.PROBE, "Probe")):
        table = sight.by_class(found[way])
        columns |= {"Class": table["label"].tolist(), "Images": table["n"].tolist()}
        for letter, what in (("a", PIXELS), ("b", FEATURES)):
            parts = (table[f"{part}_{letter}"] for part in ("recall", "low", "high"))
            columns[f"{name}, {what}"] = [
                f"{percent(recall)} ({interval(low, high)})"
                for recall, low, high in zip(*parts, strict=True)
            ]
    st.dataframe(
        pd.DataFrame(columns),
        hide_index=True,
        key="sight-classes",
        alt="How often the answer was right in each class, by pixels and by features",
    )


def _examples(project: Project, table: pd.DataFrame, found: Comparison) -> None:
    """Images, each beside its nearest by pixels and its nearest by features."""
    st.header("Side by side", anchor=False)
    st.markdown("Each image, then the one that is nearest to it by pixels, then by features.")
    choices = {
        "only_b": ("Only features right", found.only_b),
        "only_a": ("Only pixels right", found.only_a),
        "neither": ("Both wrong", found.neither),
    }
    first = next((name for name, (_, rows) in choices.items() if len(rows)), "only_b")
    name = one_of(
        "Which images",
        {name: f"{choices[name][0]} ({len(choices[name][1]):,})" for name in choices},
        f"sight-which-{project.id}-{found.n}",
        first=first,
    )
    rows = sight.beside(table, choices[name][1]["image_id"].tolist())
    right = rows["label"] == rows["asked"].map(table.set_index("image_id")["label"])
    rows = rows.assign(
        caption=rows["label"] + "\n" + rows["by"].map(_CAPTIONS),
        tone=right.map({True: "ok", False: "wrong"}).where(rows["by"] != "", ""),
        group=rows["asked"],
    )
    key = f"sight-{project.id}-{name}-{len(rows)}"
    gallery(rows, project.thumbs, key, 3 * _AT_ONCE, empty="There are none.")


def _question(project: Project) -> None:
    st.markdown(lesson("inside/question"))
    if st.toggle("Show the answer", key=f"answer-inside-{project.id}"):
        st.markdown(lesson("inside/answer"))
