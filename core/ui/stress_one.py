"""One corruption closely: its course over the severities, and images that it turns."""

from __future__ import annotations

from typing import Final

import numpy as np
import streamlit as st

from core import stress
from core.charts.stress import describe_severity_course, severity_course
from core.corruptions import CORRUPTIONS, SEVERITIES
from core.jobs import Run
from core.lessons import glossary
from core.project import Project
from core.stress import Hurt, Stress, Turning
from core.ui import state, stress_found, stress_start
from core.ui.choice import from_box
from core.ui.plots import plot
from core.ui.stress_ladder import Note, Rung, ladder
from core.words import count, listing, percent, plain

_ROWS: Final = 4
_PAIRS: Final = 3


def show(project: Project, run: Run, found: Stress) -> None:
    """Choose a corruption and look at it closely."""
    rows = {row.name: row for row in stress_found.hurts(run, found.side)}
    if not rows:
        st.info(stress_start.NOTHING_YET)
        return
    names = {name: f"{CORRUPTIONS[name].title} ({_percent(row)})" for name, row in rows.items()}
    name = from_box(
        "Corruption", names, f"stress-one-{run.id}-{len(names)}", glossary()["corruption"].help
    )
    row = rows.get(name) or next(iter(rows.values()))
    told = turning_told(stress.turning(found, row))
    st.markdown(f"{CORRUPTIONS[row.name].story} {told}")
    clean = stress.counted(found.clean)
    plot(
        severity_course(clean, row),
        alt=describe_severity_course(clean, row),
        key="stress-course",
    )
    st.caption(
        "The band is the 95 % interval of each severity by itself. All severities have the same "
        "images, so what is lost is judged image by image, and may be clear where bands overlap; "
        "that five severities were looked at is allowed for.",
        help=glossary()["mcnemar"].help,
    )
    _pairs(found, row.name)
    _images(project, run, found, row.name)


def turning_told(found: Turning) -> str:
    """At which severities the loss is more than chance, as a sentence."""
    worse = "it is clearly worse than on the images as they are"
    harshest = SEVERITIES[-1]
    if found.since is not None and found.since < harshest:
        return f"From severity {found.since} on {worse}."
    if found.at:
        which = "severity" if len(found.at) == 1 else "severities"
        return f"At {which} {listing([str(each) for each in found.at], 5)} {worse}."
    none = "is it clearly worse than on the images as they are"
    if found.together:
        return f"At no single severity {none}, but over all five together it is."
    return f"At no severity {none}."


def _pairs(found: Stress, name: str) -> None:
    pairs = stress.taken_for(found, name)[:_PAIRS]
    if pairs:
        told = [
            f"{plain(was)} becomes {plain(became)} ({count(times, 'time')})"
            for was, became, times in pairs
        ]
        st.markdown(f"Answers that were right and turned: {listing(told)}.")


def _images(project: Project, run: Run, found: Stress, name: str) -> None:
    """Images with what was said of them, those first whose answers turn soonest."""
    key = f"stress-images-page-{project.id}"
    with st.container(horizontal=True, vertical_alignment="center", key="stress-turned"):
        st.header("What it says of your images", anchor=False)
        st.button("Other images", icon=":material/photo_library:", on_click=_turn, args=(key,))
    order = _order(found, name)
    pages = max(1, -(-len(order) // _ROWS))
    page = _page(key) % pages
    rungs = [
        _rung(found, name, place) for place in order[page * _ROWS : (page + 1) * _ROWS].tolist()
    ]
    title = f"{CORRUPTIONS[name].title} on your images, and the answers"
    ladder(project, run, rungs, title, f"ladder-{run.id}-{found.side}")
    st.caption("A cross marks an answer that is not the label. Those that turn soonest come first.")


def _order(found: Stress, name: str) -> np.ndarray:
    """Places of the images: right at first and soonest wrong, then the others; classes in turn."""
    held = found.of(name).sum(axis=1) + np.where(found.clean, 0, 100)
    first = np.argsort(held, kind="stable")
    turn = np.zeros(len(first), int)
    seen: dict[int, int] = {}
    for place in first.tolist():
        label = int(found.truth[place])
        turn[place] = seen[label] = seen.get(label, -1) + 1
    return np.lexsort((held, np.where(found.clean, 0, 1), turn))


def _rung(found: Stress, name: str, place: int) -> Rung:
    image, corruption = found.images.iloc[place], found.names.index(name)
    said = [int(found.clean_said[place]), *found.said[place, corruption].tolist()]
    sure = [None, *found.sure[place, corruption].tolist()]
    truth = int(found.truth[place])
    notes = [
        Note(_said(found.classes[each], much), each != truth)
        for each, much in zip(said, sure, strict=True)
    ]
    return Rung(name, str(image["sha256"]), f"Labelled {image['label']}", notes)


def _said(label: str, sure: float | None) -> str:
    return label if sure is None else f"{label} {percent(sure, 0)}"


def _percent(row: Hurt) -> str:
    return percent(row.accuracy.value)


def _turn(key: str) -> None:
    state.keep(key, str(_page(key) + 1))


def _page(key: str) -> int:
    kept = state.recall(key) or ""
    return int(kept) if kept.isdecimal() else 0
