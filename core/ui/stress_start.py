"""Beginning a stress test: how many images, what will be done to them, and its progress."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core import jobs
from core.corruptions import CORRUPTIONS, FAMILIES, SEVERITIES
from core.jobs import JobFolder, Run, State, seal
from core.lessons import glossary
from core.project import Project
from core.stress import MOST, USUAL, sample
from core.ui import problems, progress, sealed, state, tables, tending
from core.ui.choice import one_of
from core.ui.engine import desk
from core.ui.progress import Look
from core.ui.stress_ladder import Rung, ladder
from core.words import count, plain

KIND: Final = "stress"
_SIZES: Final = (100, USUAL, 500, MOST)
_LOOK: Final = "the stress test"
_WORDS: Final = tending.Words(
    "Stop the stress test",
    "You stopped the stress test",
    "Every corruption that was measured to its end is kept, and is shown below.",
)
NOTHING_YET: Final = (
    "Nothing has been measured to its end yet. The first corruption appears here as soon as it is "
    "done; a test that ended early is resumed above."
)


def tend(project: Project, run: Run) -> bool:
    """Show the stress test at work, or why the last one of ``run`` ended early.

    Returns whether one is at work; there is one at a time in a project.
    """
    job = jobs.latest(project, KIND)
    if job is None:
        return False
    own = job.request.get("run") == run.id
    now = progress.look(job)
    standing = now.state
    if standing.is_active:
        with st.container(border=True, key=f"tended-{KIND}"):
            if not own:
                st.caption(f"This is about another run: {plain(_name(project, job))}.")
            progress.live(now, _at_work)
    elif own and standing is not State.FINISHED and not tending.is_dismissed(job):
        tending.ended_early(job, standing, _WORDS)
    return standing.is_active


def begin(project: Project, run: Run, side: str, label: str, primary: bool = True) -> None:
    """How many images, and a button that starts the stress test on them."""
    available = tables.class_sizes(run.folder).get(side, {})
    number = sum(available.values())
    sizes = [size for size in _SIZES if size < number] + [min(number, MOST)]
    with st.container(horizontal=True, vertical_alignment="bottom", key="stress-begin"):
        most = st.selectbox(
            "Images",
            sizes,
            index=min(sizes.index(USUAL) if USUAL in sizes else len(sizes) - 1, len(sizes) - 1),
            format_func=lambda size: f"All {size:,}" if size == number else f"{size:,}",
            key=f"stress-images-{run.id}-{side}",
            help=glossary()["stress_images"].help,
            filter_mode=None,
            width=140,
        )
        pressed = st.button(
            label, type="primary" if primary else "secondary", icon=":material/thunderstorm:"
        )
    looks = most * (1 + len(CORRUPTIONS) * len(SEVERITIES))
    st.caption(f"That makes {count(looks, 'picture')} to look at.")
    if pressed:
        with problems.shown():
            if side == sealed.TEST:
                seal.open_test(run, _LOOK)
            request = {"run": run.id, "images": most, "side": side}
            jobs.start(project, KIND, desk(), request)
            st.rerun()


def preview(project: Project, run: Run, side: str) -> None:
    """What the corruptions do to one of the images, a family at a time."""
    st.header("What is done to your images", anchor=False, help=glossary()["corruption"].help)
    with st.container(horizontal=True, vertical_alignment="center", key="stress-preview"):
        family = one_of("Family", list(FAMILIES), "stress-family")
        st.button("Another image", icon=":material/photo_library:", on_click=_turn, args=(project,))
    images = tables.run_images(run.folder)
    own = images[images["split"].astype(str) == side].reset_index()
    if own.empty:
        return
    shown = sample(own, len(own)).iloc[_page(project) % len(own)]
    chosen = [each for each in CORRUPTIONS.values() if each.family == family]
    rungs = [
        Rung(each.name, str(shown["sha256"]), f"{each.title}. {each.story}") for each in chosen
    ]
    ladder(project, run, rungs, f"{family} on one of your images", f"ladder-preview-{run.id}")
    st.caption(f"From left to right ever worse. This one is labelled {plain(str(shown['label']))}.")


def _at_work(now: Look) -> None:
    progress.bar(now)
    progress.stop_button(now, _WORDS.stop, help=_WORDS.kept)


def _name(project: Project, job: JobFolder) -> str:
    wanted = str(job.request.get("run"))
    return next((run.name for run in jobs.runs_of(project) if run.id == wanted), wanted)


def _turn(project: Project) -> None:
    state.keep(f"stress-page-{project.id}", str(_page(project) + 1))


def _page(project: Project) -> int:
    kept = state.recall(f"stress-page-{project.id}") or ""
    return int(kept) if kept.isdecimal() else 0
