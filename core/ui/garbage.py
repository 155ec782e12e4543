"""Python's garbage collector, which should not stand long between a click and its answer."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import streamlit as st
from streamlit.runtime.scriptrunner import script_runner

from core.jobs.memory import give_back_large_blocks

_SHARE = 20  # times as long as it took, a collection is not repeated


class Seldom:
    """Stands in for the module `gc` where Streamlit collects everything after each run.

    With thirty visitors, whose pages look twice a second how a job stands, that was half of all
    that the server did. So what costs a tenth of a second is done every two seconds at most.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._next = 0.0

    def collect(self, generation: int = 2) -> int:
        """As `gc.collect`, or nothing where that was done just now."""
        began = self._clock()
        if began < self._next:
            return 0
        self._next = float("inf")  # whoever comes meanwhile need not wait
        found = gc.collect(generation)
        ended = self._clock()
        self._next = ended + _SHARE * (ended - began)
        return found


@st.cache_resource(show_spinner=False)
def keep_out_of_the_way(page: str) -> None:
    """Take what is loaded by now out of the collector's sight, once for each page.

    To go through the libraries each time would take a tenth of a second, and finds nothing. With
    the first page, the collector and the allocator are set up as a server needs them.
    """
    if not isinstance(vars(script_runner)["gc"], Seldom):
        vars(script_runner)["gc"] = Seldom()
        give_back_large_blocks()
    gc.collect()
    gc.freeze()


def back_in_sight() -> None:
    """Have the collector see everything again, until the next visitor comes to a page.

    What was taken out of its sight holds what pages knew of the visitors of that moment, which
    nobody needs once they have gone.
    """
    gc.unfreeze()
    keep_out_of_the_way.clear()
