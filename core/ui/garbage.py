"""Python's garbage collector, which must not stand between a click and its answer.

Streamlit would collect everything after each run of each visitor, before the browser has what was
drawn (`runner.postScriptGC`, off in .streamlit/config.toml). Left to itself, Python would let pages
pile up for long. So one thread collects, some seconds after a page was drawn.
"""

from __future__ import annotations

import gc
import threading
import time
from typing import Final

import streamlit as st

_EVERY: Final = 5.0  # seconds between two collections, at least


def drawn(page: str) -> None:
    """A page is being drawn: what it leaves behind is collected soon.

    Args:
        page: its title. With the first of each, what is loaded by now is taken out of the
            collector's sight: to go through the libraries takes a tenth of a second each time, and
            finds nothing.
    """
    _freeze(page)
    _collector().set()


@st.cache_resource(show_spinner=False)
def _freeze(page: str) -> None:
    gc.collect()
    gc.freeze()


@st.cache_resource(show_spinner=False)
def _collector() -> threading.Event:
    """Set to have garbage collected."""
    asked = threading.Event()
    threading.Thread(target=_collect, args=(asked,), name="garbage", daemon=True).start()
    return asked


def _collect(asked: threading.Event) -> None:
    while asked.wait():
        time.sleep(_EVERY)
        asked.clear()
        gc.collect()
