"""Well-known sets: what each is and costs, then how many images of it to take."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core import jobs
from core.ingest.known_sets import KnownSet, known_set, known_sets
from core.jobs import sources
from core.project import Project
from core.ui import problems, state, tending
from core.ui.engine import desk
from core.words import count, listing, plain, size

_CHOSEN: Final = "known-set"
_ACROSS: Final = 3
_EACH: Final = (20, 50, 100, 200, 500, 1000)
_USUAL: Final = 100
_WORDS: Final = tending.Words(
    "Stop",
    "You stopped this",
    "What was downloaded is kept; going on begins where it was left.",
)


def work(project: Project) -> bool:
    """The latest download: its progress, or why it ended early. Returns whether it is at work."""
    return tending.tend(project, "known_set", _WORDS)


def show(project: Project) -> None:
    """The sets as cards; of the chosen one all facts, a sample size, and the download."""
    taking = jobs.latest_ingest(project)
    if taking is not None and taking.state(desk().knows(taking)).is_active:
        st.markdown("A set can be added as soon as this is done.")
        return
    name = state.recall(_CHOSEN)
    with problems.shown():
        if name is not None:
            _one(project, known_set(name))
            return
    st.markdown(
        "Sets that many people have learned with. They are downloaded from where their makers "
        "put them, so this needs the internet; nothing is fetched before you say so."
    )
    found = known_sets()
    for start in range(0, len(found), _ACROSS):
        with st.container(key=f"stacking-known-{start}"):
            places = st.columns(_ACROSS)
        for place, known in zip(places, found[start : start + _ACROSS], strict=False):
            key = f"card-{known.name.replace('/', '-')}"
            with place.container(border=True, key=key, height="stretch"):
                _card(known)


def _card(known: KnownSet) -> None:
    st.markdown(f"**{plain(known.title)}**  \n{plain(known.about)}")
    st.caption(f"{_numbers(known)}  \nLicence: {plain(known.licence)}")
    st.button(
        "Choose",
        key=f"start-{known.name.replace('/', '-')}",
        width="stretch",
        on_click=state.keep,
        args=(_CHOSEN, known.name),
    )


def _one(project: Project, known: KnownSet) -> None:
    with st.container(border=True, key="known-set"):
        st.subheader(plain(known.title), anchor=False)
        st.markdown(plain(known.about))
        named = listing([plain(label) for label in known.classes], 12)
        some = "Some of its classes" if len(known.classes) < known.class_count else "Classes"
        st.markdown(
            f"- {_numbers(known)}\n- {some}: {named}\n- Licence: {plain(known.licence)}. "
            f"[Its page]({known.homepage})\n{_sides(known)}"
        )
        each = st.select_slider(
            "Images of each class",
            _EACH,
            _USUAL,
            key="known-each",
            help="They are drawn at random, the same number from every class where it has "
            "enough. 100 are plenty to begin with.",
        )
        st.markdown(
            f"This takes up to {count(known.sample_size(each), 'image')} into your project. The "
            f"whole set must be downloaded for it: **{size(known.download_bytes)}**, and "
            f"{size(known.disk_bytes)} of free disk for a while."
        )
        with st.container(horizontal=True):
            begin = st.button(
                f"Download {size(known.download_bytes)}",
                type="primary",
                icon=":material/download:",
                key="known-download",
            )
            st.button("Choose another", on_click=state.keep, args=(_CHOSEN, None))
    if begin:
        with problems.shown():
            sources.start_known_set(project, known.name, each, desk())
            state.keep(_CHOSEN, None)
            st.rerun()


def _numbers(known: KnownSet) -> str:
    return (
        f"{count(known.class_count, 'class', 'classes')} · {count(known.images, 'image')} · "
        f"{size(known.download_bytes)} to download"
    )


def _sides(known: KnownSet) -> str:
    if len(known.splits) < 2:
        return ""
    return f"- Its makers divided it: {listing(list(known.splits))}. This is kept."
