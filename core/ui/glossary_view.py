"""The glossary page: every term, in the order of the alphabet, to be read and searched."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core.charts.drawings import DRAWINGS, alt, drawn
from core.lessons import Entry, glossary
from core.ui import projector, state
from core.words import count

_SEARCH: Final = "glossary-search"
_ABOUT: Final = (
    "Every term that a page uses. In the texts of First Light, an underlined word leads here; rest "
    "on it with the mouse to read its first sentence."
)


def show() -> None:
    """A search, and the entries that it finds; all of them where nothing is searched."""
    st.markdown(_ABOUT)
    asked = glossary().get(state.term() or "")
    if asked is not None:
        with st.container(border=True, key="glossary-asked"):
            _entry(asked, anchor=False)
    wanted = st.text_input(
        "Search",
        key=_SEARCH,
        placeholder="For example: leak, or why is my score too good",
        icon=":material/search:",
        width=480,
    )
    found = searched(wanted or "")
    everything = len(glossary())
    if not found:
        st.markdown(f"No entry holds all of these words. There are {everything:,} entries.")
        st.button(
            "Show all terms",
            type="primary",
            icon=":material/menu_book:",
            on_click=state.choose_widget,
            args=(_SEARCH, ""),
        )
        return
    st.caption(count(everything, "term") if len(found) == everything else f"{len(found):,} found")
    for entry in found:
        _entry(entry)


def searched(wanted: str) -> list[Entry]:
    """The entries in which all words of ``wanted`` occur: those called so first, then by name."""
    words = wanted.lower().split()
    entries = sorted(glossary().values(), key=lambda entry: entry.term.lower())
    holds = [entry for entry in entries if all(word in _all_of(entry) for word in words)]
    return sorted(holds, key=lambda entry: not any(word in _names(entry) for word in words))


def _names(entry: Entry) -> str:
    return " ".join((entry.term, *entry.words)).lower()


def _all_of(entry: Entry) -> str:
    return f"{_names(entry)} {entry.sentence} {entry.more}".lower()


def _entry(entry: Entry, anchor: bool = True) -> None:
    st.header(entry.term, anchor=entry.key if anchor else False)
    st.markdown(f"{entry.sentence}\n\n{entry.more}")
    if entry.key in DRAWINGS:
        ink = "#E7ECEC" if st.context.theme.type == "dark" else "#1E2B31"
        st.image(drawn(entry.key, ink), width=projector.pixels(300), alt=alt(entry.key))
