"""The stress test on its page: what hurts, how much is left, and whom it costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import streamlit as st

from core.charts.stress import class_map, describe_class_map, describe_hurt_bars, hurt_bars
from core.corruptions import CORRUPTIONS
from core.errors import ProjectProblem
from core.jobs import Run, seal
from core.lessons import glossary, lesson
from core.project import Project
from core.stress import Robustness, Stress, counted
from core.ui import (
    problems,
    sealed,
    stress_found,
    stress_one,
    stress_start,
    stress_two,
)
from core.ui.choice import one_of
from core.ui.plots import plot
from core.words import ago, count, interval, percent, plain

_FEW: Final = 50


def show(project: Project, run: Run) -> None:
    """Begin a stress test of ``run``, watch it, and see what it found."""
    side = _side(run)
    busy = stress_start.tend(project, run)
    try:
        found, whole = stress_found.found(run, side), stress_found.robustness(run, side)
    except ProjectProblem as problem:
        problems.show(problem)
        found = whole = None
    if found is None or whole is None:
        st.markdown(lesson("stress"))
        if not busy:
            stress_start.begin(project, run, side, "Start the stress test")
        stress_start.preview(project, run, side)
        return
    _age(project, run, found, busy)
    _whole(found, whole)
    views: dict[str, Callable[[Project, Run, Stress], None]] = {
        "What hurts": _hurts,
        "One by one": stress_one.show,
        "Class by class": _classes,
        "Two runs": stress_two.show,
    }
    chosen = one_of("What to see", list(views), "stress-see")
    views[chosen](project, run, found)


def _side(run: Run) -> str:
    """The images to judge by: validation, or test where those are open and wanted."""
    if not seal.is_open(run):
        return sealed.VALIDATION
    return one_of("Images", sealed.SIDES, f"stress-side-{run.id}")


def _age(project: Project, run: Run, found: Stress, busy: bool) -> None:
    """On what it rests, and a way to measure more."""
    images = count(found.n, f"{found.side} image")
    which = f"all {images}" if found.n == found.available else f"{images} of {found.available:,}"
    text = f"Asked about {which}, {ago(found.made)}."
    if not found.is_whole:
        text += f" So far {len(found.names)} of {len(CORRUPTIONS)} corruptions were measured."
        if found.n < found.asked:
            text = f"Asked about {which}; {found.asked:,} were wanted."
    with st.container(horizontal=True, vertical_alignment="center", key="stress-age"):
        st.caption(text, width="content")
        if busy or (found.is_whole and found.n == found.available):
            return
        label = "Ask about more images" if found.is_whole else "Go on"
        with st.popover(label, icon=":material/add_photo_alternate:", type="tertiary"):
            stress_start.begin(project, run, found.side, "Start", primary=False)


def _whole(found: Stress, whole: Robustness) -> None:
    terms = glossary()
    with st.container(key="figures-stress", horizontal=True, gap="large"):
        for label, share, term in (
            ("As they are", whole.clean, "accuracy"),
            ("Under stress", whole.stressed, "stressed"),
            ("Kept", whole.kept, "robustness"),
        ):
            if share is not None:
                st.metric(
                    label,
                    percent(share.value),
                    interval(share.low, share.high),
                    delta_color="off",
                    delta_arrow="off",
                    help=terms[term].help,
                    width="content",
                )
    st.markdown(_words(found, whole))
    if found.n < _FEW:
        st.caption("So few images can only show large differences; mind the intervals.")


def _words(found: Stress, whole: Robustness) -> str:
    """The whole in two sentences."""
    text = (
        f"Of {count(found.n, 'image')} it gets {percent(whole.clean.value)} right as they are, "
        f"and {percent(whole.stressed.value)} on average when they get worse."
    )
    if whole.kept is not None:
        text += f" So it keeps **{percent(whole.kept.value)}** of what it could."
    return (
        f"{text} Always naming the commonest class would be right {percent(whole.guessing)} of the "
        "time, whatever happens to the image."
    )


def _hurts(project: Project, run: Run, found: Stress) -> None:
    """Every corruption, the one that hurts most first."""
    rows = stress_found.hurts(run, found.side)
    if not rows:
        st.info(stress_start.NOTHING_YET)
        return
    worst = rows[0]
    how = CORRUPTIONS[worst.name]
    st.markdown(
        f"**{how.title}** hurts most: {percent(worst.accuracy.value)} right on average, "
        f"{100 * worst.drop.value:.1f} points below the images as they are (95 % interval of the "
        f"drop {100 * worst.drop.low:.1f} to {100 * worst.drop.high:.1f}). {how.story}",
        help=glossary()["corruption"].help,
    )
    clean = counted(found.clean)
    plot(
        hurt_bars(rows, clean),
        alt=describe_hurt_bars(rows, clean),
        key="stress-hurts",
    )
    st.caption(
        "Each bar is the mean over five severities. The intervals come from drawing the images "
        "anew; that the worst of twenty stands at the top is in part luck, where they overlap."
    )


def _classes(project: Project, run: Run, found: Stress) -> None:
    """Who suffers from what."""
    rows = stress_found.classes(run, found.side)
    if not rows or not found.names:
        st.info(stress_start.NOTHING_YET)
        return
    worst = rows[0]
    under = CORRUPTIONS[worst.weakest].title if worst.weakest else ""
    st.markdown(
        f"**{plain(worst.label)}** suffers most: {percent(worst.stressed.value)} of it is found "
        f"on average ({interval(worst.stressed.low, worst.stressed.high)}, from "
        f"{count(worst.stressed.n, 'image')}), against {percent(worst.clean.value)} as they are. "
        f"Lowest under {under}.",
        help=glossary()["recall"].help,
    )
    plot(
        class_map(rows, found.names),
        alt=describe_class_map(rows, found.names),
        key="stress-classes",
    )
    sizes = [row.stressed.n for row in rows]
    st.caption(
        "Recall in per cent, the mean over five severities; at the left stands the class that "
        f"surely suffers most. Each class has {_between(min(sizes), max(sizes))} here, so "
        "single cells are rough: look for whole rows and columns."
    )


def _between(least: int, most: int) -> str:
    """How many images: '19 images', '12 to 19 images'."""
    return count(most, "image") if least == most else f"{least:,} to {count(most, 'image')}"
