"""The seal on the test images, on the pages: which figures are shown, and how it is broken."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Final

import streamlit as st

from core.comparison import luck_of_the_best
from core.jobs import Run, seal
from core.jobs.seal import Look
from core.lessons import glossary
from core.project import Project
from core.ui import problems, tables
from core.ui.choice import one_of
from core.ui.remembered import remembered
from core.words import ago, count, listing, plain

VALIDATION, TEST = "validation", "test"
SIDES: Final = {VALIDATION: "Validation images", TEST: "Test images"}
TOO_KIND: Final = (
    "The best epoch was chosen by these images, so this score is a little too kind. "
    "The test images had no say in anything."
)
_OPEN: Final = "Open the test set"
_WARNING: Final = (
    "The test images had no say in anything so far. That makes their score an honest one, and "
    "it stays honest as long as nothing is chosen by it. So look at them **once you have decided "
    "for this classifier**. Every look is counted, and stands beside the score from then on."
)


def shown_side(run: Run) -> str:
    """The side whose score stands for ``run``: test images once they are open."""
    return TEST if seal.is_open(run) else VALIDATION


def images_called(side: str) -> str:
    """What the images of ``side`` are called within a sentence."""
    return "test images that it had never seen" if side == TEST else "validation images"


def choose_side(run: Run) -> str:
    """Which images of ``run`` to look at: 'validation', or 'test' once those are open.

    To choose the test images is a look at its mistakes, and is counted.
    """
    sides = list(SIDES) if seal.is_open(run) else [VALIDATION]
    with st.container(horizontal=True, vertical_alignment="bottom", key="side-of-images"):
        chosen = one_of(
            "Images",
            {each: SIDES[each] for each in sides},
            f"side-{len(sides)}-{run.id}",
            first=TEST if st.session_state.get(_opened_here(run)) else VALIDATION,
            help=f"{glossary()['validation'].help}\n\n{glossary()['test'].help}",
        )
        opener(run.project, run, SIDES[TEST], seal.MISTAKES)
    if chosen == TEST:
        seal.open_test(run, seal.MISTAKES)
    return chosen


def opener(project: Project, run: Run, label: str = _OPEN, why: str = seal.SCORE) -> None:
    """A button that says what it means to open the test images, and opens them.

    Draws nothing where they are open.

    Args:
        project: of ``run``.
        run: a finished run.
        label: on the button; unique on the page.
        why: what will be looked at, for people.
    """
    if seal.is_open(run):
        return
    with st.popover(label, icon=":material/lock:", key=f"opener-{run.id}"), problems.shown():
        st.markdown(_WARNING, help=glossary()["sealed"].help)
        before = looks(project, run)
        if before:
            others = listing([plain(name) for name in dict.fromkeys(look.name for look in before)])
            times = "once" if len(before) == 1 else f"{len(before):,} times"
            st.caption(f"These very images were looked at {times} before, for {others}.")
        if st.button(
            "Open it, and count this look",
            type="primary",
            icon=":material/lock_open:",
            key=f"break-seal-{run.id}",
        ):
            seal.open_test(run, why)
            st.session_state[_opened_here(run)] = why == seal.MISTAKES
            st.rerun()


def _opened_here(run: Run) -> str:
    """The key of whether this visitor opened the test images to see the mistakes in them."""
    return f"opened-for-mistakes-{run.id}"


def looks(project: Project, run: Run) -> list[Look]:
    """All looks at the test images of ``run``, by whichever run. Shared: leave them as they are."""
    opened = sorted(project.runs.glob(f"*/{seal.FILE}"))
    named = [path.with_name("notes.json") for path in opened]
    stamped = tables.stamp(run.folder / "split.parquet", project.looks_file, *opened, *named)
    return _looks(str(run.folder), f"{stamped} {run.name}")


@remembered
def _looks(folder: str, stamp: str) -> list[Look]:
    return seal.looks_alike(Run(Path(folder)))


def story(project: Project, run: Run, test: dict[str, Any]) -> str:
    """Who looked at the test images of ``run`` so far, and what that does to the score.

    Args:
        project: of ``run``.
        run: whose test images are open.
        test: the figures of the test images, see `core.results.metrics`.
    """
    told = _looks_told(project, run, test)
    number = _decided_in_view(project, run)
    if not number:
        return told
    were = "was" if number == 1 else "were"
    return (
        f"{told} Before this run was trained, {count(number, 'test image')} {were} relabelled or "
        "left out by somebody who could see the answers, so its score may be a little too kind."
    )


def _decided_in_view(project: Project, run: Run) -> int:
    """`core.jobs.seal.decided_in_view`; not asked where nobody had looked before ``run``."""
    before = [look.at for look in looks(project, run) if look.at < run.created]
    if not before:
        return 0
    stamped = tables.stamp(run.folder / "split.parquet", project.decisions_file)
    return _counted(str(run.folder), f"{stamped} {' '.join(before)}")


@remembered
def _counted(folder: str, stamp: str) -> int:
    return seal.decided_in_view(Run(Path(folder)))


def _looks_told(project: Project, run: Run, test: dict[str, Any]) -> str:
    found = looks(project, run)
    first = f"Opened {ago(seal.looks(run)[0].at)}."
    told = Counter(look.run for look in found)
    names = {look.run: look.name for look in found}
    if len(found) == 1:
        return f"{first} This is the first look at these images, so take the score at its word."
    parts = [f"{number:,} for {plain(names[which])}" for which, number in told.items()]
    said = f"{first} {count(len(found), 'look')} at these images so far: {listing(parts)}."
    luck = luck_of_the_best(len(told), float(test["accuracy"]), int(test["n"]))
    if not luck:
        return said
    return (
        f"{said} The best of {count(len(told), 'run')} looks better than it is, by luck alone by "
        f"up to {100 * luck:.1f} points."
    )
