"""The field test on the stress page: a second zip tried, the drop, and what is different."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

from core.charts.field import describe_drop_bar, drop_bar
from core.field import Level, words
from core.jobs import Run
from core.jobs.field_tests import KIND, Kept, field_tests, start_field_test
from core.lessons import glossary, lesson
from core.project import Project
from core.ui import field_parts, problems, state, tending, uploads
from core.ui.choice import from_box
from core.ui.engine import desk
from core.ui.plots import plot
from core.ui.remembered import remembered
from core.words import ago, count, sentence

_UPLOADER: Final = "field-zip"
_WORDS: Final = tending.Words(
    "Stop", "You stopped the field test", "Nothing was kept of these images.", "Try them again"
)
_ICONS: Final = {
    Level.WORSE: ":material/trending_down:",
    Level.MIX: ":material/balance:",
    Level.OPEN: ":material/balance:",
    Level.BETTER: ":material/trending_up:",
}


def show(project: Project, run: Run) -> None:
    """The field tests of ``run``, or the lesson; and a way to try it on more images.

    Args:
        project: the open one.
        run: a finished run of it.
    """
    busy = tending.tend(project, KIND, _WORDS)
    found = tests_of(run)
    if not found:
        st.markdown(lesson("field"))
        if not busy:
            _offer(project, run)
        return
    kept = _choose(run, found, busy)
    _verdict(kept)
    field_parts.show(project, run, kept)
    if not busy:
        with st.expander("Try it on other images", icon=":material/add:"):
            _offer(project, run)


def tests_of(run: Run) -> list[Kept]:
    """The field tests of ``run``, the newest first. Shared: leave them as they are."""
    written = sorted((run.folder / "field").glob("*/field.json"))
    return _tests(str(run.folder), f"{[path.parent.name for path in written]}")


@remembered
def _tests(folder: str, stamp: str) -> list[Kept]:
    return field_tests(Run(Path(folder)))


def _offer(project: Project, run: Run) -> None:
    upload = st.file_uploader(
        "A zip of labelled images from elsewhere",
        type="zip",
        key=state.uploader_key(_UPLOADER),
        help="One folder a class, named like your classes; case, spaces and underscores do not "
        "matter. The images never join your project.",
    )
    pressed = st.button(
        "Try it on these images",
        type="primary",
        icon=":material/travel_explore:",
        disabled=upload is None,
        key="field-begin",
    )
    if pressed and upload is not None:
        with problems.shown():
            path = uploads.receive_project(upload, project.folder)
            start_field_test(project, run, path, upload.name, desk())
            state.renew_uploader(_UPLOADER)
            st.rerun()


def _choose(run: Run, found: list[Kept], busy: bool) -> Kept:
    """The test to look at, with a way to remove it."""
    by_id = {kept.id: kept for kept in found}
    with st.container(horizontal=True, vertical_alignment="bottom", key="field-choice"):
        names = {key: f"{kept.found.name}, {ago(kept.found.made)}" for key, kept in by_id.items()}
        key = f"field-of-{run.id}-{len(found)}"
        chosen = from_box("Field test", names, key, filter_mode=None, width=420)
        kept = by_id[chosen]
        with st.popover("Remove", icon=":material/delete:", disabled=busy):
            st.markdown(f"Its figures, and the thumbnails of {_images(kept)}, go for good.")
            if st.button("Remove it", type="primary", key=f"field-remove-{kept.id}"):
                kept.delete()
                st.rerun()
    return kept


def _images(kept: Kept) -> str:
    return count(kept.found.images, "image")


def _verdict(kept: Kept) -> None:
    """The drop in words and as a picture, and what else sums the test up."""
    found = kept.found
    level = found.drops.level
    st.header(words.TITLES[level], anchor=False, help=glossary()["field_test"].help)
    st.markdown(f"{_ICONS[level]} {sentence(words.of_drop(found.drops, found.side))}")
    plot(
        drop_bar(found.drops.accuracy),
        alt=describe_drop_bar(found.drops.accuracy),
        key="field-drop",
    )
    told = [words.of_mix(found.drops), words.of_sureness(found), words.of_unlike(found)]
    st.markdown(sentence(" ".join(part for part in told if part)))
    left_out = [words.of_left_out(found), _kind(found.side)]
    st.caption(sentence(" ".join(part for part in left_out if part)))


def _kind(side: str) -> str:
    if side == "test":
        return ""
    return (
        "Held against the validation images, since the test images are sealed; those are a little "
        "too kind, so the drop may seem larger than it is."
    )
