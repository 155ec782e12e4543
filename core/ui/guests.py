"""Visitors of a hosted server: known again, told what is kept of them, and gone at their word."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path
from typing import Final

import streamlit as st
from streamlit import config

from core import hosting
from core.hosting import HostLimits, Visitor, host_limits
from core.jobs import guests as guest_jobs
from core.jobs.memory import give_back_memory
from core.ui import component, garbage, mended, remembered, state
from core.ui.engine import desk
from core.words import count, size

logger = logging.getLogger(__name__)
_guest = component.register("guest", "cookies")
_KEY: Final = "guest"
_EVERY: Final = 600.0  # seconds between two sweeps
_TIDY: Final = 60.0  # seconds between two times that memory is given back
_ALONE: Final = 120.0  # seconds without a visitor, after which nothing is kept at hand for one
_UPLOAD: Final = "server.maxUploadSize"


def receive() -> Visitor | None:
    """Know the visitor of this page; None where it is no hosted server.

    Raises:
        SettingsProblem: the server's own settings make no sense.
    """
    who = state.guest()
    if who is None:
        return None
    _keeper(host_limits()).seen = time.monotonic()
    who.note_visit()
    return who


def keep_secret() -> None:
    """Have the browser keep the visitor's secret; shows nothing."""
    with st.container(key="guest-secret", height=1, border=False):
        _guest(
            key=_KEY,
            data={
                "name": state.COOKIE,
                "value": state.token(),
                "replaces": state.recall("replaced") or "",
                "seconds": host_limits().keep_hours * 3600,
            },
            on_kept_change=_nothing,
        )


def notice(who: Visitor) -> None:
    """What is kept, for how long and for whom; and a way to delete it."""
    limits = host_limits()
    with st.popover("Your data here", icon=":material/lock:", type="tertiary"):
        st.markdown(
            "What you bring here is yours alone: nobody else sees your images, trainings or "
            f"files. Everything is deleted **{_while(limits)}** after your last visit."
        )
        st.markdown(
            f"There is room for {limits.visitor_mb} MB, {count(limits.images, 'image')} and "
            f"{count(limits.classes, 'class', 'classes')} a project. To keep your work, save "
            "the project as a file (Share, *The project*)."
        )
        if component.reported(_KEY, "kept").get("done") is False:
            st.warning(
                "Your browser keeps no cookie, so your work ends when you close or reload "
                "this page.",
                icon=":material/cookie_off:",
            )
        _offer_deleting(who)


def _offer_deleting(who: Visitor) -> None:
    if not who.folder.is_dir():  # told at once, whatever was looked up some seconds ago
        st.caption("Nothing of you is kept yet.")
        return
    st.caption(f"Your data takes {size(_taken(str(who.folder)))}.")
    sure = st.checkbox("Projects, images and trainings: all of it", key="delete-sure")
    if st.button(
        "Delete my data", icon=":material/delete_forever:", disabled=not sure, key="delete-all"
    ):
        delete_all(who)
        st.switch_page("streamlit_app.py")


@st.cache_data(ttl=15, max_entries=256, show_spinner=False)
def _taken(folder: str) -> int:
    """Bytes, looked up now and then: to walk a large project takes a while."""
    return Visitor(Path(folder)).bytes()


def delete_all(who: Visitor) -> None:
    """Stop what works for the visitor, remove all that is kept, and forget who it was."""
    for job in guest_jobs.jobs_of_visitor(who):
        if guest_jobs.is_active(job, desk()):
            desk().withdraw(job)  # also asks it to stop
    hosting.remove(who)
    _taken.clear(str(who.folder))
    state.keep("replaced", state.token())
    state.forget_token()
    state.close_project()


def _while(limits: HostLimits) -> str:
    hours = limits.keep_hours
    return count(hours // 24, "day") if hours % 24 == 0 and hours > 24 else count(hours, "hour")


@st.cache_resource(show_spinner=False)
def _keeper(limits: HostLimits) -> Keeper:
    """What a hosted server does once: take smaller uploads, and tidy now and then."""
    config.set_option(_UPLOAD, min(int(config.get_option(_UPLOAD)), limits.upload_mb))
    keeper = Keeper(limits)
    threading.Thread(target=keeper.work, name="sweeper", daemon=True).start()
    return keeper


class Keeper:
    """Sweeps what has expired from the disk, and tidies the memory of visitors who have gone.

    Attributes:
        seen: when a visitor last asked for a page, by the monotonic clock.
    """

    def __init__(self, limits: HostLimits) -> None:
        self.seen = time.monotonic()
        self._limits = limits
        self._swept = self._forgot = float("-inf")

    def work(self) -> None:
        """Tidy for ever."""
        never = threading.Event()
        while True:
            try:
                self.tidy(time.monotonic())
            except Exception:
                logger.warning("Tidying failed; it is tried again", exc_info=True)
            never.wait(_TIDY)

    def tidy(self, now: float) -> None:
        """Do what is due ``now``, by the monotonic clock."""
        if now - self._swept >= _EVERY:
            self._swept = now
            hosting.sweep(self._limits, _waits)
        if now - self.seen >= _ALONE and self._forgot < self.seen:
            self._forgot = now
            remembered.forget()
            st.cache_data.clear()
            garbage.back_in_sight()
        mended.end_expired_sessions()
        give_back_memory()


def _waits(who: Visitor) -> bool:
    return any(guest_jobs.is_active(job, desk()) for job in guest_jobs.jobs_of_visitor(who))


def _nothing() -> None:
    """Streamlit keeps a component's state only where it has a callback."""
