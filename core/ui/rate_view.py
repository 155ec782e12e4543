"""The learning rate finder on the train page: begin it, watch it, take over what it proposes."""

from __future__ import annotations

from typing import Any, Final

import streamlit as st

from core import files, jobs
from core import split as splits
from core.charts.rate import describe_rate_trial, rate_trial
from core.jobs import JobFolder, State
from core.lessons import glossary
from core.project import Project
from core.settings import TrainSettings
from core.ui import problems, tending, training_draft
from core.ui.engine import desk
from core.ui.plots import plot

KIND: Final = "rate"
_WORDS: Final = tending.Words(
    "Stop trying",
    "You stopped looking for a rate",
    "What the network saw of your images is kept.",
    "Try again",
)
# What decides the curve; the other settings come into play later in a training.
_DECIDES: Final = (
    *("method", "backbone", "image_size", "fit", "batch_size"),
    *("weight_decay", "dropout", "label_smoothing", "balance"),
)


def offer(project: Project, settings: TrainSettings) -> None:
    """What the latest trial found for these ``settings``, or a way to begin one."""
    if tending.tend(project, KIND, _WORDS):
        return
    found = _found(jobs.latest(project, KIND))
    if found is not None and _same(found["settings"], settings):
        with st.container(border=True, key="rate-found"):
            _show(project, settings, found)
        return
    pressed = st.button(
        "Find a good rate",
        icon=":material/query_stats:",
        help=glossary()["rate_finder"].help,
    )
    if found is not None:
        st.caption("The last trial was made for other settings.")
    if pressed:
        request = {"train": settings.to_dict(), "split": splits.in_force(project).to_dict()}
        with problems.shown():
            jobs.start(project, KIND, desk(), request)
            st.rerun()


def _show(project: Project, settings: TrainSettings, found: dict[str, Any]) -> None:
    plot(
        rate_trial(found),
        alt=describe_rate_trial(found),
        key="rate-trial",
    )
    st.markdown(found["reason"], help=glossary()["rate_finder"].help)
    rate = found["rate"]
    if rate is None:
        return
    if settings.learning_rate == rate:
        st.caption(f":material/check: {rate:g} is your learning rate now.")
        return
    st.button(
        f"Take {rate:g}",
        icon=":material/check:",
        on_click=training_draft.note,
        args=(project,),
        kwargs={"learning_rate": rate},
    )


def _found(job: JobFolder | None) -> dict[str, Any] | None:
    """What ``job`` found; None where it did not, or the file cannot be read."""
    if job is None or job.state() is not State.FINISHED:
        return None
    try:
        content = files.read_json(job.folder / "rate.json")
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) and "reason" in content else None


def _same(then: dict[str, Any], settings: TrainSettings) -> bool:
    now = settings.to_dict()
    return all(then.get(name) == now[name] for name in _DECIDES)
