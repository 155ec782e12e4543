"""What came of a run: its score in words, and its history."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

import streamlit as st

from core import jobs
from core.errors import ProjectProblem
from core.jobs import Run, seal
from core.lessons import glossary
from core.project import Project
from core.ui import (
    diagnosis_view,
    forms,
    frame,
    problems,
    runs_notes,
    sealed,
    state,
    tables,
    training_live,
    training_result,
)
from core.words import ago, between, count, duration, interval, percent, plain

_NBSP: Final = "\u00a0"
Metrics = dict[str, Any]


def headline(found: Metrics, images: str) -> str:
    """A score in words that need no lesson.

    Args:
        found: the figures of one side, as a run's report keeps them.
        images: what those images are called, like 'test images'.
    """
    return (
        f"Of {found['n']:,} {images}, {found['correct']:,} were answered right: "
        f"**{percent(found['accuracy'])}**. On many more images of the same kind, that would come "
        f"out {between(found['accuracy_low'], found['accuracy_high'])} (95{_NBSP}% interval). "
        f"Always answering *{plain(found['majority_class'])}* would be right "
        f"{percent(found['majority_baseline'])} of the time."
    )


def title(run: Run) -> None:
    """Which run this is, and how it was trained."""
    st.header(plain(run.name), anchor=False)
    st.caption(f"{how_trained(run)} · {ago(run.created)}")
    runs_notes.about(run)


def result(project: Project, run: Run, report: dict[str, Any]) -> None:
    """The result of a finished run, and the way to its mistakes."""
    with st.container(border=True, key="result"):
        _score(project, run, report)
        found: Metrics = report[sealed.VALIDATION]
        wrong = found["n"] - found["correct"]
        label = f"See the {count(wrong, 'mistake')}" if wrong else "See the result in detail"
        label = "See the mistakes" if seal.is_open(run) else label  # of either side
        with st.container(horizontal=True):
            if st.button(label, type="primary", icon=":material/rule:"):
                frame.go("errors", project, run.id)
            sealed.opener(project, run)
            training_result.train_on(run, report)
    snapshot = run.snapshot()
    if snapshot.epochs:
        story = (_history(report, snapshot.seconds), training_result.kept(run, report))
        st.markdown(" ".join(filter(None, story)))
        last = int(snapshot.epochs[-1]["epoch"])
        training_live.curves(run, last, snapshot.epochs)
        diagnosis_view.show(project, run, report, snapshot.epochs)
    training_result.more(run, report)
    frame.link("inside", "How it sees, and what that would have cost in 2012", project, run.id)


def _score(project: Project, run: Run, report: dict[str, Any]) -> None:
    """The score: by validation images, and by test images with the looks once they are open."""
    side, terms = sealed.shown_side(run), glossary()
    found: Metrics = report[side]
    with st.container(key="figures-result", horizontal=True, gap="large"):
        if side == sealed.TEST:
            _accuracy(found, sealed.TEST)
            times = len(sealed.looks(project, run))
            st.metric("Looks so far", f"{times:,}", help=terms["looks"].help, width="content")
        _accuracy(report[sealed.VALIDATION], sealed.VALIDATION)
        st.metric(
            "Majority baseline",
            percent(found["majority_baseline"]),
            help=terms["majority_baseline"].help,
            width="content",
        )
    st.markdown(headline(found, sealed.images_called(side)))
    st.caption(sealed.story(project, run, found) if side == sealed.TEST else sealed.TOO_KIND)


def _accuracy(found: Metrics, side: str) -> None:
    st.metric(
        f"Accuracy on {sealed.SIDES[side].lower()}",
        percent(found["accuracy"]),
        delta=interval(found["accuracy_low"], found["accuracy_high"]),
        delta_color="off",
        delta_arrow="off",
        help=f"{glossary()['accuracy'].help}\n\n{glossary()[side].help}",
        width="content",
    )


def how_trained(run: Run) -> str:
    """The settings that tell runs apart at a glance."""
    chosen = run.settings
    if not chosen.method.is_pretrained:
        return forms.choice_name(chosen.method)
    return f"{forms.choice_name(chosen.method)}, {forms.choice_name(chosen.backbone)}"


def scored(runs: list[Run]) -> list[Run]:
    """Those of ``runs`` that have a result that can be read."""
    found = []
    for run in runs:
        with suppress(ProjectProblem):
            found += [run] if tables.report(run.folder) else []
    return found


def choose(project: Project, runs: list[Run]) -> Run | None:
    """The run that the address names, else the newest; None where there is no run.

    Where it names one that is not there, says so and ends the page.
    """
    wanted = state.run_id()
    if not wanted:
        return runs[0] if runs else None
    found = next((run for run in runs if run.id == wanted), None)
    if found is not None:
        return found
    try:
        return jobs.open_run(project, wanted)
    except ProjectProblem as problem:
        problems.show(problem)
        label = "Go to the newest run" if runs else "Start afresh"
        st.button(label, icon=":material/undo:", on_click=state.choose_run, args=(None,))
        st.stop()


def _history(report: dict[str, Any], seconds: float | None) -> str:
    took = f" in {duration(seconds)}" if seconds is not None else ""
    return (
        f"Trained{took}: {count(int(report['epochs_run']), 'epoch')}, "
        f"of which epoch {report['best_epoch']} was the best and was kept."
    )
