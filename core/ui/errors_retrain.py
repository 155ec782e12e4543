"""The way back from mistakes: train again with what was mended, and see before and after."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import streamlit as st

from core import jobs
from core.catalogue import content_id, in_force
from core.comparison import Comparison, Verdict
from core.errors import Problem
from core.in_common import Common, Pool
from core.jobs import Mended, Run, State, seal
from core.jobs.retraining import difference
from core.lessons import glossary
from core.project import Project
from core.settings import Method
from core.ui import (
    actions,
    errors_standing,
    frame,
    problems,
    progress,
    run_choice,
    runs_common,
    runs_table,
    runs_view,
    sealed,
    tables,
    tending,
)
from core.ui.engine import desk
from core.ui.errors_scope import Scope
from core.ui.redrawing import redraw
from core.ui.remembered import remembered
from core.words import count, listing, percent, plain

_EVERY: Final = 0.25  # seconds between two looks: the whole training takes a few
_WORDS: Final = tending.Words(
    "Stop", "You stopped the retraining", "What was done is kept.", "Go on with it"
)
_HELP: Final = (
    "The same settings, and every image stays on its side of the split: so before and after can "
    "be compared image by image, and what differs comes from your fixes."
)
_NOTHING: Final = (
    ":material/build: Relabel or drop images, and train again here: before and after are then "
    "compared image by image."
)
_MEANS: Final = {
    Verdict.SHOWN: "Chance is a poor explanation for that.",
    Verdict.CLOSE: "More images would settle it: chance cannot be ruled out.",
    Verdict.NOT_SHOWN: "A difference like this often comes about by chance.",
}


def bar(scope: Scope) -> None:
    """What was mended since the run was trained, the retraining, and what it brought."""
    runs = runs_table.all_runs(scope.project)
    again = next((run for run in runs if run.like == scope.run.id), None)
    before = next((run for run in runs if run.id == scope.run.like), None)
    change = _mended(scope.run)
    if again is None and before is None and not change.anything:
        st.caption(_NOTHING)
        return
    with st.container(border=True, key="retrain"), problems.shown():
        busy = again is not None and _tend(scope.project, again)
        if not busy and change.anything:
            _offer(scope, change, again)
        if before is not None and not busy:
            _before_and_after(scope, before)


def _tend(project: Project, again: Run) -> bool:
    """Show how the retraining goes, or why it ended early; whether it is at work.

    Once it has finished, the page goes on with the new run.
    """
    standing = progress.look(again).state
    if not standing.is_active:
        if standing is not State.FINISHED and not tending.is_dismissed(again):
            tending.ended_early(again, standing, _WORDS)
        return False

    def look() -> None:
        now = progress.look(again)
        if not now.state.is_active:
            if now.state is State.FINISHED:
                run_choice.look_at(project, again)
            st.rerun()
        progress.bar(now)
        progress.stop_button(now, _WORDS.stop)

    st.markdown(f"**{plain(again.name)}** learns from your fixes.")
    redraw(look, _EVERY)
    return True


def _offer(scope: Scope, change: Mended, again: Run | None) -> None:
    """What was mended, and the button that trains again; or the run that has it already."""
    run = scope.run
    st.markdown(f"{told(change, plain(run.name))} {learnt(change)}".strip())
    if again and tables.report(again.folder) and not _mended(again).anything:
        st.button(
            f"See {plain(again.name)}, which has these fixes",
            icon=":material/arrow_forward:",
            type="primary",
            on_click=run_choice.look_at,
            args=(scope.project, again),
        )
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Retrain with these fixes",
            icon=":material/model_training:",
            type="primary",
            help=_HELP,
            key=f"retrain-{run.id}",
            on_click=_begin,
            args=(run,),
        )
        if run.settings.method is Method.HEAD and not change.added:
            st.caption("It takes seconds: what the network saw of your images is kept.")


def _begin(run: Run) -> None:
    try:
        jobs.retrain(run, desk())
        actions.forget(run.project)  # it is part of the run now: the log can still undo it
    except Problem as problem:
        st.toast(f"**{plain(problem.title)}** {plain(problem.detail)}", icon=":material/error:")


def told(change: Mended, name: str) -> str:
    """What was mended since the run called ``name`` was trained, as Markdown."""
    parts = [
        (change.relabelled, "relabelled"),
        (change.dropped, "dropped"),
        (change.added, "added"),
    ]
    said = [f"{count(number, 'image')} {what}" for number, what in parts if number]
    if change.merged:
        said.append(f"{count(change.merged, 'class', 'classes')} merged with another")
    return f"**Since {name} was trained:** {listing(said)}."


def learnt(change: Mended) -> str:
    """How much of it a training will learn from; '' where that needs no word."""
    touched = change.relabelled + change.dropped
    if not touched or change.learnt == touched:
        return ""
    if change.learnt:
        are = "is a training image" if change.learnt == 1 else "are training images"
        return f"{change.learnt:,} of them {are}; the others only judge."
    if change.added:
        return "Those that were relabelled or dropped only judge: nothing is learnt from them."
    return (
        "None of them is a training image, so a new classifier learns the same as before: only its "
        "score changes. Mend training images too; *What to fix* proposes some."
    )


def _before_and_after(scope: Scope, before: Run) -> None:
    """The run beside the one that it repeats, on the images that both judged by the same label."""
    run = scope.run
    if not tables.report(before.folder):
        return
    pool = Pool.VALIDATION
    if scope.side == sealed.TEST and seal.is_open(before):
        pool = Pool.TEST
        seal.open_test(run, seal.COMPARISON, about=before.id)
    fair = runs_common.fair_images(scope.project, before, run, pool)
    if not fair.n:
        st.caption("Before and after have no image in common by which they could be compared.")
        return
    found = runs_common.compared(fair)
    sentence = found.sentence(plain(before.name), plain(run.name))
    st.markdown(
        f"**Before and after:** {sentence}. {_MEANS[found.verdict]}", help=glossary()["paired"].help
    )
    with st.container(
        key="figures-retrained", horizontal=True, gap="large", vertical_alignment="bottom"
    ):
        _figure(f"Before: {plain(before.name)}", percent(found.accuracy.a))
        _figure(f"After: {plain(run.name)}", percent(found.accuracy.b))
        if st.button("Compare them in detail", icon=":material/compare_arrows:", type="tertiary"):
            runs_view.compare(scope.project, before, run)
            frame.go("train", scope.project, run.id)
    st.caption(basis(found, fair, pool))


def basis(found: Comparison, fair: Common, pool: Pool) -> str:
    """By which images the two were compared."""
    text = (
        f"By {count(found.n, f'{pool} image')} that both judged by the same label: only after is "
        f"right on {len(found.only_b):,}, only before on {len(found.only_a):,}."
    )
    if fair.relabelled:
        text += (
            f" {count(fair.relabelled, 'image')} whose label you changed "
            f"{'is' if fair.relabelled == 1 else 'are'} left out: mending what judges is no merit "
            "of the classifier."
        )
    return f"{text} {runs_common.merged_told(fair)}".strip()


def _figure(label: str, value: str) -> None:
    st.metric(label, value, width="content")


def is_current(project: Project, catalogue_id: str) -> bool:
    """Whether images and labels are still those that ``catalogue_id`` names."""
    when = tables.stamp(project.catalogue_file, project.decisions_file)
    return _content(str(project.folder), when) == catalogue_id


@remembered
def _content(folder: str, stamp: str) -> str:
    return content_id(in_force(Project(Path(folder))))


def _mended(run: Run) -> Mended:
    project = run.project
    when = tables.stamp(
        run.folder / "split.parquet", project.catalogue_file, project.decisions_file
    )
    return _change(str(run.folder), when)


@remembered
def _change(folder: str, stamp: str) -> Mended:
    run = Run(Path(folder))
    now = errors_standing.images_now(run.project)  # read once for the whole page
    there = now.loc[now["stays"].astype(bool), "label"]
    return difference(tables.run_images(run.folder), there, tables.names_now(run))
