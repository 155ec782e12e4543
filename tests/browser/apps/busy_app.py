"""A page with a part that is drawn anew often, on a server that is too busy to send at once."""

import time
from itertools import count
from typing import Any

import streamlit as st
from streamlit.runtime.app_session import AppSession

from core.ui import garbage
from core.ui.redrawing import redraw

HELD_UP = 0.3  # seconds in which everything waits that would be sent, or done about it


@st.cache_resource
def be_busy() -> None:
    """Hold the server's event loop up before it sends, as other visitors' work does."""
    flush = AppSession.flush_browser_queue

    def late(session: AppSession) -> Any:
        time.sleep(HELD_UP)
        return flush(session)

    AppSession.flush_browser_queue = late  # type: ignore[method-assign]
    garbage.keep_out_of_the_way("this one")  # runs end at once, as they do there


@st.cache_resource
def turns() -> Any:
    """How many times the part was drawn."""
    return count(1)


be_busy()
pages = st.session_state["pages"] = st.session_state.get("pages", 0) + 1
st.button("Again")
redraw(lambda: st.markdown(f"Turn {next(turns())}"), every=0.1)
with st.container():
    st.markdown("What stands after it")
    st.markdown(f"Page {pages}")
st.caption("The end")
