"""Two parts drawn anew by timers; each run of the whole page leaves out what one of them shows."""

import time
from typing import Any

import streamlit as st
from streamlit.runtime.app_session import AppSession

from core.ui import garbage
from core.ui.redrawing import redraw

LARGE = "A large element. " * 1000  # more than Streamlit has a browser keep
HELD_UP = 1.5  # seconds until a browser hears of a run, in which it asks for more of them
A_MOMENT = 0.5  # seconds in which it hears that the run before has ended


@st.cache_resource
def be_busy() -> None:
    """Begin each run of the whole page late, as a server with many visitors does."""
    handle: Any = AppSession.handle_backmsg

    def late(session: AppSession, message: Any) -> Any:
        asked = message.rerun_script if message.HasField("rerun_script") else None
        if asked is not None and not asked.fragment_id:
            time.sleep(HELD_UP)
        return handle(session, message)

    AppSession.handle_backmsg = late  # type: ignore[method-assign]
    garbage.keep_out_of_the_way("this one")


def large(is_whole_page: bool) -> None:
    """What the page begins without, and the timer brings back."""
    if not is_whole_page:
        time.sleep(A_MOMENT)
    st.session_state["turns"] = 0
    st.text("Without" if is_whole_page else LARGE)


def small() -> None:
    """Another part, which tells how often it was drawn since."""
    st.session_state["turns"] = st.session_state.get("turns", 0) + 1
    st.text(f"Turn {st.session_state['turns']}")


be_busy()
pages = st.session_state["pages"] = st.session_state.get("pages", 0) + 1
whole_page = iter([True])
redraw(lambda: large(next(whole_page, False)), every=1)
redraw(small, every=0.1)
st.button("Again")
st.text(f"Page {pages}")
