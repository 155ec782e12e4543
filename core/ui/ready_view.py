"""Is this computer ready for a lesson? A button, and a line for each thing that is needed."""

from __future__ import annotations

from typing import Final

import streamlit as st
from streamlit import config

from core import ready
from core.jobs import readying
from core.ready import Line, Verdict
from core.ui import progress, state
from core.ui.engine import Status, desk

_JOB: Final = "ready-job"
_SIGNS: Final = {
    Verdict.READY: ":green[:material/check_circle:] **Ready**",
    Verdict.NOT_READY: ":red[:material/error:] **Not ready**",
    Verdict.NOT_NEEDED: ":gray[:material/remove_circle_outline:] **Not needed**",
}
_HELP: Final = (
    "Looks at this computer, and trains on a few images. It needs no network, and half a minute; "
    "the first time some minutes, because the pretrained network is prepared then."
)


def show() -> None:
    """The button; once it was pressed, what was found."""
    job_id = state.recall(_JOB)
    job = readying.trying(state.workspace(), job_id) if job_id else None
    if st.button(
        "Check again" if job else "Is everything ready?",
        type="secondary" if job else "primary",
        icon=":material/fact_check:",
        help=_HELP,
    ):
        job = readying.start_trying(state.workspace(), desk())
        state.keep(_JOB, job.id)
        st.rerun()
    if job is None:
        return
    lines = [*ready.look(_port(), _address()), _engine()]
    now = progress.look(job)
    if now.state.is_active:
        _draw(lines)
        with st.container(border=True, key="readying"):
            progress.live(now, progress.bar)
        return
    lines += readying.tried_by(job)
    if ready.is_ready(lines):
        st.success("Everything is ready for a lesson.", icon=":material/check_circle:")
    _draw(lines)


def _draw(lines: list[Line]) -> None:
    for line in lines:
        seconds = f" :small[:gray[{line.seconds:.1f} s]]" if line.seconds is not None else ""
        lead = "**What to do:** " if line.verdict is Verdict.NOT_READY else ""
        mend = f"  \n{lead}{line.fix}." if line.fix else ""
        with st.container(border=True, key=f"listed-ready-{line.title}"):
            st.markdown(f"{_SIGNS[line.verdict]} · **{line.title}:** {line.told}{seconds}{mend}")


def _engine() -> Line:
    if desk().status is Status.UNREACHABLE:
        problem = desk().problem
        told = str(problem) if problem else "It is out of reach."
        return Line(readying.ENGINE, Verdict.NOT_READY, told, "Try again, in the sidebar")
    if desk().status is Status.STARTING:
        return Line(readying.ENGINE, Verdict.READY, "It is starting; what follows waits for it.")
    return Line(readying.ENGINE, Verdict.READY, "It runs and answers.")


def _port() -> int:
    return int(config.get_option("server.port"))


def _address() -> str:
    return str(config.get_option("server.address") or "")
