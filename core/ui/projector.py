"""Large type for a room: everything that has a size grows, for as long as somebody wants it.

Streamlit and our own components measure in rem, so one size at the root of the page carries texts,
buttons, tables and galleries; charts are measured in pixels, and `core.ui.plots` has them grow.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import streamlit as st

from core.ui import component, state

_KEPT: Final = "type"
_COOKIE: Final = "firstlight_type"
_CHOICE: Final = "projector-type"
_KEY: Final = "projector"
_USUAL: Final = 16  # px, as .streamlit/config.toml has it
_YEAR: Final = 365 * 24 * 3600
# What Streamlit measures in pixels is too narrow for large type
_STYLE: Final = """
:root { font-size: SIZEpx !important; }
[data-testid="stSidebar"][aria-expanded="true"] {
  width: 14.5rem !important;
  max-width: 14.5rem !important;
}
[data-testid="stPageLink-NavLink"] * { white-space: normal; }
.stMainBlockContainer { padding-inline: 2.5rem; }
[data-testid="stElementContainer"]:has(> :is(.stSelectbox, .stNumberInput)) {
  min-width: min(100%, 9rem);
}
"""
_cookie = component.register("projector", "cookies")


class Type(StrEnum):
    """How large everything is written."""

    NORMAL = "Normal"
    LARGE = "Large"
    LARGEST = "Very large"


_FACTORS: Final = {Type.NORMAL: 1.0, Type.LARGE: 1.375, Type.LARGEST: 1.875}
_FOR: Final = {
    Type.NORMAL: "for one person",
    Type.LARGE: "for a projector of 1280 × 720",
    Type.LARGEST: "for one of 1920 × 1080",
}


def chosen() -> Type:
    """What was chosen in this session, else in this browser before."""
    known = state.recall(_KEPT) or state.cookie(_COOKIE)
    return next((each for each in Type if each.name == known), Type.NORMAL)


def factor() -> float:
    """How many times as large as usual everything is."""
    return _FACTORS[chosen()]


def grow() -> None:
    """Give the page its size."""
    if chosen() is not Type.NORMAL:
        st.html(f"<style>{_STYLE.replace('SIZE', str(round(_USUAL * factor())))}</style>")


def pixels(usual: int) -> int:
    """A width that is ``usual`` pixels where type is normal."""
    return round(usual * factor())


def switch_off() -> None:
    """In the sidebar, while type is large: back to normal. Keeps what was chosen in the browser."""
    if chosen() is not Type.NORMAL:
        st.button(
            "Normal type",
            key="projector-off",
            icon=":material/text_decrease:",
            on_click=state.keep,
            args=(_KEPT, Type.NORMAL.name),
        )
    if chosen().name != (state.cookie(_COOKIE) or Type.NORMAL.name):
        with st.container(key="projector-kept", height=1, border=False):
            data = {"name": _COOKIE, "value": chosen().name, "seconds": _YEAR}
            _cookie(key=_KEY, data=data)


def choose() -> None:
    """Ask how large everything is to be."""
    key = state.key_of(_CHOICE, chosen())
    st.segmented_control(
        "Size of type",
        list(Type),
        default=chosen(),
        required=True,
        key=key,
        on_change=_keep,
        args=(key,),
    )
    st.caption(f"{chosen()}: {_FOR[chosen()]}.")


def _keep(key: str) -> None:
    if not state.is_shown(key):
        return
    wanted = state.widget_value(key)
    state.keep(_KEPT, Type(wanted).name if wanted else Type.NORMAL.name)
