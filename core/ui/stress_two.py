"""Two runs under the same stress, side by side."""

from __future__ import annotations

import streamlit as st

from core.charts.stress import describe_difference_dots, difference_dots
from core.comparison import points
from core.corruptions import CORRUPTIONS
from core.jobs import Run, runs_of
from core.lessons import glossary
from core.project import Project
from core.stress import Compared, Difference, Stress
from core.ui import frame, outcome, run_choice, stress_found
from core.ui.plots import plot
from core.words import count, percent, plain


def _lead_on(project: Project, run: Run) -> None:
    """To a run that can be put under stress, or to training where there is none."""
    other = next((one for one in outcome.scored(runs_of(project)) if one.id != run.id), None)
    if other is None:
        st.info(
            "No other run has been through the stress test on these images. Train once more, put "
            "that run under stress, and come back."
        )
        frame.link("train", "Go to training", project)
        return
    frame.lead_on(
        "No other run has been through the stress test on these images. Choose another run, start "
        "its stress test, and come back.",
        f"Look at {plain(other.name)}",
        ":material/thunderstorm:",
        run_choice.look_at,
        (project, other),
    )


def show(project: Project, run: Run, found: Stress) -> None:
    """Choose another run that was stressed too, and see which one keeps more."""
    others = {
        other.id: other
        for other in outcome.scored(runs_of(project))
        if other.id != run.id and stress_found.found(other, found.side) is not None
    }
    if not others:
        _lead_on(project, run)
        return
    chosen = st.selectbox(
        f"Compare {plain(run.name)} (A) with B",
        list(others),
        format_func=lambda key: f"{others[key].name}: {outcome.how_trained(others[key])}",
        key=f"stress-two-{run.id}",
        filter_mode=None,
    )
    compared = stress_found.compared(project, run, others[chosen], found.side)
    if compared is None:
        st.info(
            "There is no image that both were asked about and neither learnt from. Train one of "
            "them again with the split of the other."
        )
        frame.link("train", "Go to training", project, run.id)
        return
    _verdict(compared, run.name, others[chosen].name)
    plot(
        difference_dots(compared),
        alt=describe_difference_dots(compared),
        key="stress-differences",
    )
    st.caption(
        f"By {count(compared.n, 'image')} that both were asked about and neither learnt from, "
        f"{_how_corrupted(run, others[chosen])} A filled mark is a difference that holds although "
        f"{len(compared.each)} corruptions were looked at; the bars are 95 % intervals of each "
        "by itself.",
        help=glossary()["fair_images"].help,
    )


def _how_corrupted(a: Run, b: Run) -> str:
    """Whether both saw the same corruption of an image: what chance draws hangs on its size."""
    one, other = a.settings, b.settings
    if one.pixels != other.pixels:
        differ = f"A sees them at {one.pixels} pixels and B at {other.pixels}"
    elif one.fit is not other.fit:
        differ = "They come into the square of A and of B in different ways"
    else:
        return "each corrupted in the same way for both."
    return (
        f"with the same corruptions and severities. {differ}, so what chance adds, such as grain, "
        "falls differently for each."
    )


def _verdict(found: Compared, a: str, b: str) -> None:
    """The whole in words: which keeps more under stress, and which was better before."""
    names = f"**A** is {plain(a)}, **B** is {plain(b)}."
    told = [row for row in found.each if row.is_shown]
    st.markdown(
        f"{names} Under stress {_told(found.overall)} As they are {_told(found.clean)}",
        help=glossary()["paired"].help,
    )
    if told:
        parts = ", ".join(f"{CORRUPTIONS[row.name].title} ({_side(row)})" for row in told)
        st.markdown(f"Shown for single corruptions: {parts}.")
    else:
        st.markdown("For no single corruption is a difference shown.")


def _told(row: Difference) -> str:
    """Like 'A gets 70 %, B 75 %: B is better by 5 points (95 % interval 2 to 8)', a sentence."""
    gets = f"A gets {percent(row.a)}, B {percent(row.b)}"
    low, high = (row.by.low, row.by.high) if row.by.value >= 0 else (-row.by.high, -row.by.low)
    between = f"95 % interval {points(low)} to {points(high)}"
    size = points(abs(row.by.value))
    if size == points(0):
        return f"{gets}: no difference ({between} points)."
    verdict = "" if row.is_shown else ", not shown"
    return f"{gets}: {_side(row)} by {size} points ({between}{verdict})."


def _side(row: Difference) -> str:
    return "B is better" if row.by.value >= 0 else "A is better"
