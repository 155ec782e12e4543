"""Python's garbage collector, which should not stand long between a click and its answer.

Streamlit collects everything after each run, before the browser has what was drawn. That is left
on: without it a click beside a part that is drawn anew by itself was lost on a busy server
(tests/browser/test_redrawing.py), for a reason that was not found.
"""

from __future__ import annotations

import gc

import streamlit as st


@st.cache_resource(show_spinner=False)
def keep_out_of_the_way(page: str) -> None:
    """Take what is loaded by now out of the collector's sight, once for each page.

    To go through the libraries each time would take a tenth of a second, and finds nothing.
    """
    gc.collect()
    gc.freeze()
