"""A run at work: how it goes, what changes sides, and the ways to end it."""

from __future__ import annotations

from typing import Final

import streamlit as st

from core import charts
from core.errors import ProjectProblem
from core.jobs import Run
from core.jobs.discarding import discard
from core.lessons import glossary
from core.results import wilson
from core.ui import problems, progress, state, tables, watched_view
from core.ui.plots import plot
from core.ui.progress import Look
from core.words import interval, percent

_NOTHING_YET: Final = "There is something to keep once the first epoch is done."
_JUDGING: Final = "The training is over: the best epoch is being judged."
_KEEP: Final = "The training ends now. The best epoch so far is kept, judged and saved."
_STOP: Final = "The training stops, and nothing is lost: you can resume it whenever you like."
_LEARNING: Final = ("", "head", "train")


def at_work(run: Run, now: Look) -> None:
    """Draw a run that waits or works; cheap enough to be done twice a second."""
    progress.bar(now)
    if now.snapshot.epochs:
        _figures(run, now)
    _ends(run, now)
    if now.snapshot.epochs:
        curves(run, now.done[1] or run.settings.epochs, now.snapshot.epochs)
        watched_view.newest(run)


def curves(run: Run, of: int, epochs: list[dict[str, object]], key: str = "") -> None:
    """Loss and accuracy epoch by epoch, and the learning rate where it moves."""
    plot(
        charts.curves(epochs, of),
        alt=charts.describe_curves(epochs, of),
        key=f"curves-{run.id}{key}",
    )
    if charts.rate_moves(epochs):
        plot(
            charts.rate_curve(epochs, of),
            alt=charts.describe_rate_curve(epochs),
            key=f"rate-{run.id}{key}",
        )


def _figures(run: Run, now: Look) -> None:
    terms, found = glossary(), now.snapshot
    best = charts.best_epoch(found.epochs)
    with st.container(key="figures-live", horizontal=True, gap="medium"):
        if best:
            number, score = best
            _figure(
                "Best so far",
                percent(score),
                f"epoch {number}: {_between(run, score)}",
                f"{terms['best_epoch'].help}\n\n{terms['accuracy'].help}",
            )
        if found.images_per_second:
            speed = f"{found.images_per_second:,.0f}"
            _figure("Images a second", speed, "", terms["images_per_second"].help)
        if found.memory_mb:
            memory = f"{found.memory_mb / 1000:.1f}\u00a0GB"
            _figure("Memory", memory, "", terms["memory"].help)


def _figure(label: str, value: str, below: str, help: str) -> None:
    st.metric(
        label,
        value,
        below or None,
        delta_color="off",
        delta_arrow="off",
        help=help,
        width="content",
    )


def _between(run: Run, score: float) -> str:
    try:
        n = sum(tables.class_sizes(run.folder)["validation"].values())
    except (ProjectProblem, KeyError):
        return ""
    return interval(*wilson(round(score * n), n))


def _ends(run: Run, now: Look) -> None:
    """The three ways to end a run: keep what it has, stop for now, throw it away."""
    stopping, finishing = run.stop_requested(), run.finish_requested()
    learning = now.snapshot.stage in _LEARNING
    reason = _NOTHING_YET if not now.snapshot.epochs else "" if learning else _JUDGING
    with st.container(horizontal=True, key="ends"):
        st.button(
            "Ending" if finishing else "Stop and keep",
            key=f"keep-{run.id}",
            icon=":material/check_circle:",
            disabled=stopping or finishing or bool(reason),
            help=reason or _KEEP,
            on_click=run.request_finish,
        )
        progress.stop_button(now, "Stop for now", _STOP)
        with st.popover("Discard", icon=":material/delete:", disabled=stopping):
            st.markdown("The run stops, and nothing of it is kept. This cannot be undone.")
            if st.button("Stop and discard", type="primary", key=f"discard-{run.id}"):
                with problems.shown():
                    discard(run)
                    state.choose_run(None)
                    st.rerun()
    if finishing and not stopping and learning:
        st.caption("Ending: the best so far is judged and saved.")
