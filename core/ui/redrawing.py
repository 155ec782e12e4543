"""A part of a page that is drawn anew by itself, every so often, without the rest of the page."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.ui import mended, problems

_ALL, _SAID = "redraw-all", "redraw-said"


def part(view: Callable[[], None]) -> None:
    """Draw ``view``; a click within it draws it alone anew, not the page around it.

    Whoever changes there what the page shows elsewhere asks for `all_of_it`.
    """

    def draw() -> None:
        if st.session_state.get(_ALL):
            st.rerun()
        with problems.shown():  # what is raised here does not reach the page
            view()

    st.session_state[_ALL] = False
    redraw(draw, None)


def all_of_it() -> None:
    """Have the whole page drawn anew after a click in a `part` of it; for callbacks."""
    st.session_state[_ALL] = True


def say(text: str, icon: str) -> None:
    """Have a toast shown by the next run of the whole page.

    One that is shown just before a page runs again may be thrown away before it is sent.
    """
    st.session_state.setdefault(_SAID, []).append((text, icon))


def say_now() -> None:
    """Show what was to be said; once a run of the page, before anything that may end it."""
    for text, icon in st.session_state.pop(_SAID, []):
        st.toast(text, icon=icon)


def redraw(view: Callable[[], None], every: float | None) -> None:
    """Draw ``view`` now, and again every ``every`` seconds; None draws it with the page alone.

    It stands alone in a container. Where a server is too busy to send at once what a page drew,
    Streamlit throws away what it has not sent of a fragment whose next turn begins. What stood
    after the fragment would then be put in its place, or the page would go blank; and two
    fragments of one function, side by side, would be taken for one.
    """
    mended.mend()
    with st.container():
        st.fragment(view, run_every=every)()
