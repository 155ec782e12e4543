"""A job of a project on a page: its progress while it works, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from core import jobs
from core.jobs import JobFolder, State
from core.project import Project
from core.ui import problems, progress, state
from core.ui.engine import desk
from core.ui.progress import Look


@dataclass(frozen=True)
class Words:
    """What a kind of job is called on a page.

    Attributes:
        stop: on the button that stops it.
        stopped: a title, where the user did.
        kept: what is left of the work where it ended early, a sentence.
        again: on the button that goes on with it.
    """

    stop: str
    stopped: str
    kept: str
    again: str = "Go on"


def tend(project: Project, kind: str, words: Words, run: str = "") -> bool:
    """Show the latest job of ``kind``: its progress, or why it ended early, with a way on.

    Args:
        project: whose job it is.
        kind: of the job.
        words: what it is called.
        run: the id of the run that the page is about, where such a job is about a run: of a job
            about another one, only that it is at work is worth a word.

    Returns:
        Whether it is at work.
    """
    job = jobs.latest(project, kind)
    if job is None:
        return False
    own = not run or job.request.get("run") == run
    now = progress.look(job)
    standing = now.state
    if standing.is_active:
        with st.container(border=True, key=f"tended-{kind}"):
            if not own:
                st.caption("This is about another run.")
            progress.live(now, lambda later: _at_work(later, words))
    elif own and standing is not State.FINISHED and not is_dismissed(job):
        ended_early(job, standing, words)
    return standing.is_active


def begin(project: Project, kind: str, request: dict[str, Any] | None = None) -> None:
    """Start a job of ``kind``, and run the page again."""
    with problems.shown():
        jobs.start(project, kind, desk(), request or {})
        st.rerun()


def ended_early(job: JobFolder, standing: State, words: Words) -> None:
    """Why ``job`` did not finish, with buttons to go on or to dismiss it."""
    problem = job.snapshot().problem
    if standing is State.FAILED and problem:
        problems.show(problem)
    elif standing is State.STOPPED:
        st.info(words.kept, title=words.stopped, icon=":material/stop_circle:")
    else:
        st.warning(
            f"The engine ended before this was done. {words.kept}",
            title="This was interrupted",
            icon=":material/pause_circle:",
        )
    label = "Try again" if standing is State.FAILED else words.again
    with st.container(horizontal=True):
        again = st.button(label, icon=":material/play_arrow:", key=f"resume-{job.id}")
        st.button(
            "Dismiss",
            type="tertiary",
            key=f"dismiss-{job.id}",
            on_click=state.keep,
            args=(_dismissed(job.kind), job.id),
        )
    if again:
        with problems.shown():
            jobs.resume(job, desk())
            st.rerun()


def is_dismissed(job: JobFolder) -> bool:
    """Whether the user does not want to hear of the end of ``job`` any more."""
    return state.recall(_dismissed(job.kind)) == job.id


def _at_work(now: Look, words: Words) -> None:
    progress.bar(now)
    progress.stop_button(now, words.stop)


def _dismissed(kind: str) -> str:
    return f"dismissed-{kind}"
