"""Colour, brightness and contrast of the images, class by class, and the images themselves."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import streamlit as st

from core import charts, jobs, traits
from core.jobs import JobFolder, State
from core.lessons import glossary
from core.project import Project
from core.ui import explore_parts, explore_tables, problems, progress
from core.ui.choice import from_box, one_of
from core.ui.engine import desk
from core.ui.progress import Look
from core.words import count, listing, percent, plain

_PARTS: Final = {"colour": "Colours", "brightness": "Brightness", "contrast": "Contrast"}
_ENDS: Final = {"brightness": ("darker", "brighter"), "contrast": ("flatter", "harsher")}
_EXTREMES: Final = {
    "brightness": {"low": "The darkest images", "high": "The brightest images"},
    "contrast": {"low": "The flattest images", "high": "The images with the most contrast"},
}
_RGB: Final = ("red", "green", "blue")
# The share of the differences that the class explains, and what to think of it
_MUCH: Final = 0.4
_COLOURLESS: Final = 0.02  # saturation; below, there is no colour to see
_SOME: Final = 0.15


def show(project: Project) -> None:
    """One of colour, brightness and contrast; first of all, whether they have been measured."""
    _measure(project)
    images = explore_tables.measured(project)
    if explore_tables.not_measured(project) == len(images):
        return
    part = one_of("Part", _PARTS, "explore-colours")
    if part == "colour":
        _colours(project, images)
    else:
        _levels(project, images, part)


def shortcut(share: float, what: str) -> str:
    """What it means that the class explains this share of the differences in ``what``."""
    told = f"The class explains **{percent(share, 0)}** of the differences in {what}. "
    if share >= _MUCH:
        return told + (
            "That is a lot. A network may learn it instead of the thing itself, and fail where "
            "the light or the background is another. Is it truly part of the class, or of how "
            "the pictures were taken? If it is not, take pictures of each class in many places."
        )
    if share >= _SOME:
        return told + (
            "That is something to keep in mind: where a class has its own light or background, "
            "a network can learn those. Vary them."
        )
    return told + "That is little: a network cannot get far with that alone."


def _measure(project: Project) -> None:
    """Says how many images were not measured yet, and offers to do that, or shows it at work."""
    job = jobs.latest(project, "audit")
    standing = progress.look(job) if job is not None else None
    left = explore_tables.not_measured(project)  # after the look: what ended has saved all of it
    if standing is not None and standing.state.is_active:
        with st.container(border=True):
            progress.live(standing, _at_work)
        return
    if not left:
        return
    every = left == len(explore_tables.facts(project))
    which = "No image has" if every else count(left, "image has", "images have")
    verb = "" if every else " not"
    with problems.shown():
        _ended(job)
        st.info(
            "Colours, brightness and contrast are measured when the images are checked. It takes "
            "a few seconds for every thousand images.",
            title=f"{which}{verb} been measured yet",
            icon=":material/straighten:",
        )
        if st.button("Check the images now", type="primary", icon=":material/play_arrow:"):
            jobs.start(project, "audit", desk())
            st.rerun()


def _at_work(now: Look) -> None:
    progress.bar(now)
    progress.stop_button(now, "Stop checking")


def _ended(job: JobFolder | None) -> None:
    """Why the last check came to no end, where it is known."""
    if job is not None and progress.look(job).state is State.FAILED:
        problem = job.snapshot().problem
        if problem:
            problems.show(problem)


def _colours(project: Project, images: pd.DataFrame) -> None:
    """A strip of mean colours for each class; the wheel of all; the images of one colour."""
    strips = explore_tables.strips(project)
    names = {label: traits.colour_name(strip.mean(axis=0)) for label, strip in strips.items()}
    share = explore_tables.explained(project, _RGB)
    with st.container(key="stacking-strips"):
        words, drawn = st.columns([2, 3], gap="large")
    with words:
        st.markdown(
            "Each image has a mean colour. Here they lie side by side, the darkest image of a "
            "class on the left, the brightest on the right.",
            help=glossary()["mean_colour"].help,
        )
        st.markdown(shortcut(share, "mean colour"))
        st.markdown(grayness(images))
    with drawn:
        figure = charts.colour_strips(strips)
        explore_parts.chart(figure, charts.describe_colour_strips(names), "colour-strips")
    with st.container(key="stacking-hues"):
        words, drawn = st.columns([2, 3], gap="large")
    with words:
        st.markdown(
            "**Which colours there are.** Gray is in the middle; the farther out, the stronger "
            "the colour. The larger a disc, the more images.",
            help=glossary()["hue"].help,
        )
        labels = {"": "All classes"} | {label: label for label in explore_tables.labels(project)}
        label = from_box("Class", labels, f"hue-class-{project.id}")
        found = explore_tables.hues(project, label)
        ranked = found.bins.sort_values("images", kind="stable")
        options = {
            str(row.key): f"{row.name} ({row.images:,})"
            for row in ranked.itertuples(index=False, name="Bin")
        }
        chooser = f"hue-of-{project.id}-{label}"
        chosen = None
        if options:
            told = "The rarest colour comes first. A click on the chart chooses, too."
            chosen = from_box("Show the images", options, chooser, told)
    with drawn:
        figure = charts.hue_map(found.bins, chosen)
        explore_parts.chart(figure, charts.describe_hue_map(found.bins), "hue-map", chooser)
    if chosen is not None:
        rows = found.rows(chosen)
        explore_parts.images_of(project, images, rows, f"{chooser}-{chosen}")


def grayness(images: pd.DataFrame) -> str:
    """How many images have no colour, and what that means where others have."""
    known = images["saturation"].dropna()
    without = int((known < _COLOURLESS).sum())
    if not without or known.empty:
        return ""
    if without == len(known):
        return (
            "All images are **gray**: their three channels hold the same numbers. The network "
            "takes them as they are, with nothing lost."
        )
    told = f"{count(without, 'image has', 'images have')} no colour at all, the others do."
    which = images.loc[images["saturation"] < _COLOURLESS, "label"].unique()
    if without > 1 and len(which) == 1:
        name = plain(str(which[0]))
        told += f" All of them are *{name}*, so being gray gives that class away."
    return told


def _levels(project: Project, images: pd.DataFrame, column: str) -> None:
    """Boxes of a measured column; the images of one class in order, or the extreme ones of all."""
    spread = explore_tables.spread(project, column)
    options = _EXTREMES[column] | {
        f"class-{row.label}": f"{row.label} ({row.images:,})"
        for row in spread.itertuples(index=False, name="Spread")
    }
    with st.container(key="stacking-levels"):
        words, drawn = st.columns([2, 3], gap="large")
    chooser = f"{column}-of-{project.id}"
    with words:
        st.markdown(_MEANING[column], help=glossary()[column].help)
        st.markdown(shortcut(explore_tables.explained(project, (column,)), column))
        st.markdown(apart(spread, column))
        told = "A click on a class in the chart chooses, too."
        chosen = from_box("Show the images", options, chooser, told)
    label = chosen.removeprefix("class-") if chosen.startswith("class-") else None
    with drawn:
        figure = charts.spread_boxes(spread, _ENDS[column], label)
        alt = charts.describe_spread(spread, column)
        explore_parts.chart(figure, alt, f"chart-{column}", chooser)
        st.caption("A box holds the middle half of the images, the line nearly all of them.")
    values = images[column].to_numpy(dtype=float)
    rows = _chosen(images, values, chosen, label)
    said = [
        f"{name}\n{column} {value:.2f}"
        for name, value in zip(images["label"].iloc[rows], values[rows], strict=True)
    ]
    explore_parts.images_of(project, images, rows, f"{chooser}-{chosen}", said)


_MEANING: Final = {
    "brightness": "How bright an image is on the whole, from black to white.",
    "contrast": "How far light and dark lie apart within an image, from flat to harsh.",
}


def apart(spread: pd.DataFrame, column: str) -> str:
    """The classes whose middle half of images lies wholly beside that of all others."""
    alone = []
    for place in range(len(spread)):
        row, others = spread.iloc[place], spread.drop(index=place)
        if len(others) and ((others["q3"] < row["q1"]) | (others["q1"] > row["q3"])).all():
            alone.append(plain(str(row["label"])))
    if not alone:
        return "The boxes overlap: no class stands apart from all others."
    names = listing([f"*{name}*" for name in alone])
    verb = "stands" if len(alone) == 1 else "stand"
    return f"{names} {verb} apart from all other classes in {column}."


def _chosen(
    images: pd.DataFrame, values: np.ndarray, chosen: str, label: str | None
) -> traits.Places:
    """The images of a class from low to high; or the lowest, or the highest of all."""
    if label is not None:
        rows = np.flatnonzero((images["label"] == label).to_numpy() & np.isfinite(values))
        return rows[np.argsort(values[rows], kind="stable")]
    lowest, highest = traits.extremes(values)
    return lowest if chosen == "low" else highest
