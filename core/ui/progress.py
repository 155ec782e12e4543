"""Work in progress: where a job stands, drawn again and again while it is active."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import streamlit as st

from core.jobs import JobFolder, Snapshot, State
from core.ui.engine import Status, desk
from core.ui.redrawing import redraw
from core.words import count, duration

_EVERY: Final = 0.5  # seconds between two looks at what is worked on
_WAITING: Final = 2.0  # at what waits in line: little changes, and many may be waiting
_LEARNING: Final = ("head", "train")  # the stages that count epochs
_BETWEEN: Final = " · "


@dataclass(frozen=True)
class Look:
    """Where a job stands at one moment."""

    job: JobFolder
    state: State
    snapshot: Snapshot
    ahead: int | None

    @property
    def share(self) -> float:
        """How much of the whole job is done, 0..1: stages count the same unless they say more."""
        stages = max(1, self.snapshot.stage_of)
        before = max(0, self.snapshot.stage_index - 1)
        done, total = self.done
        of_stage = done / total if total else 0.0
        begin, end = self.snapshot.part or (before / stages, (before + 1) / stages)
        return min(1.0, begin + (end - begin) * of_stage)

    @property
    def done(self) -> tuple[int, int]:
        """How many images, or epochs, of the present stage are done, and of how many."""
        found = self.snapshot
        if found.epochs and found.stage == found.counting and not found.total:
            last = found.epochs[-1]
            return int(last.get("epoch") or 0), int(last.get("of") or 0)
        return found.done, found.total


def look(job: JobFolder) -> Look:
    """Where ``job`` stands now."""
    state = job.state()
    if state is State.QUEUED:  # only what nobody has begun yet depends on the engine
        state = job.state(desk().knows(job))
    ahead = desk().position(job) if state is State.QUEUED else None
    return Look(job, state, job.snapshot(), ahead)


def live(first: Look, draw: Callable[[Look], None]) -> None:
    """Draw an active job, and draw it anew twice a second while it is worked on, seldom in line.

    Once it has ended, the whole page runs again.

    Args:
        first: what the page saw when it decided to draw this. It is not looked at again for the
            first drawing: a job that ended in between would stand there as if it were at work.
        draw: draws what it is given.
    """
    is_far = first.state is State.QUEUED and (first.ahead or 0) > 1
    drawn: list[Look] = []

    def view() -> None:
        # At first it is drawn with the page: to run that again then would swallow a click
        now = look(first.job) if drawn else first
        drawn[:] = [now]
        if not now.state.is_active or (is_far and now.state is not first.state):
            st.rerun()
        draw(now)

    redraw(view, _WAITING if is_far else _EVERY)


def bar(now: Look) -> None:
    """The progress bar of an active job, and in words what it is doing."""
    if now.state is State.QUEUED:
        st.progress(0.0, text=_waiting(now))
        return
    st.progress(now.share, text=f"**{_doing(now)}**")
    st.caption(_BETWEEN.join(_details(now)) or "Just begun")


def stop_button(now: Look, label: str, help: str | None = None) -> None:
    """A button that asks the job to stop; once asked, says so. What waits leaves the queue."""
    asked, waits = now.job.stop_requested(), now.state is State.QUEUED
    text = "Take out of the queue" if waits else "Stopping" if asked else label
    st.button(
        text,
        key=f"stop-{now.job.id}",
        icon=":material/playlist_remove:" if waits else ":material/stop_circle:",
        disabled=asked,
        help=None if waits else help,
        on_click=desk().withdraw if waits else now.job.request_stop,
        args=(now.job,) if waits else (),
    )


def _waiting(now: Look) -> str:
    if desk().status is Status.STARTING:
        return "Waiting for the engine to start. This takes a few seconds."
    if desk().status is Status.UNREACHABLE:
        return "Waiting: the engine is out of reach. This begins as soon as it is back."
    if now.ahead and now.ahead > 1:
        return f"Waiting in line: {count(now.ahead, 'job')} before this one."
    return "Next in line."


def _doing(now: Look) -> str:
    found = now.snapshot
    label = found.stage_label or "Getting ready"
    if found.stage_of > 1 and found.stage_index:
        return f"Step {found.stage_index} of {found.stage_of}: {label}"
    return label


def _details(now: Look) -> list[str]:
    found = now.snapshot
    done, total = now.done
    parts = []
    if total:
        what = "Epoch " if _learns(now) else ""
        parts.append(f"{what}{done:,} of {total:,}")
    if found.images_per_second and not _learns(now):
        parts.append(f"{count(round(found.images_per_second), 'image')} a second")
    if found.seconds_left is not None:
        parts.append(f"{duration(found.seconds_left)} left")
    return parts


def _learns(now: Look) -> bool:
    """Whether what is counted are epochs."""
    return now.snapshot.stage in _LEARNING
