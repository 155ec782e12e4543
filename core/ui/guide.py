"""The guided first run: a sample goes the whole path by itself, and stops where one must choose.

What is shown follows from what the project holds, so a reload or a day later changes nothing; the
jobs are the same that the other pages start.
"""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import jobs, split
from core.audit import Scope, Standing
from core.ingest.samples import samples
from core.jobs import JobFolder, Run, State
from core.lessons import linked
from core.project import Project
from core.settings import Method, TrainSettings
from core.ui import (
    actions,
    errors_images,
    frame,
    outcome,
    problems,
    progress,
    sealed,
    state,
    tables,
    tending,
)
from core.ui.engine import desk
from core.ui.gallery import gallery
from core.words import between, count, listing, percent, plain

SAMPLE: Final = "prints"
_STEPS: Final = ("Images", "Checks", "Split", "Training", "Mistakes")
_DONE, _NOW = ":green[:material/check_circle:]", ":material/play_circle:"
_COMING: Final = ":gray[:material/radio_button_unchecked:]"
_WORDS: Final = tending.Words("Stop", "You stopped this", "What was done is kept.")
_ASK_FIRST: Final = ("wrong_labels", "outliers", "blurry", "dark")
_WAYS: Final = {
    Method.HEAD: (
        "Head, with a pretrained network",
        ":material/bolt:",
        "A network that has seen a million photos looks; one new layer learns. Some seconds.",
    ),
    Method.SCRATCH: (
        "From scratch",
        ":material/eco:",
        "A small network that knows nothing yet. A minute or more, and usually worse.",
    ),
}


def offer() -> None:
    """On the first page: one click starts a project with a sample, and the tour of it."""
    with st.container(border=True, key="guide-offer"):
        st.markdown(
            "**New here?** Watch a sample go from pictures to a classifier and its mistakes, with "
            "the reasons. It stops twice, where you must choose."
        )
        if st.button("Show me in two minutes", type="primary", icon=frame.GUIDE.icon):
            with problems.shown():
                sample = next(one for one in samples() if one.name == SAMPLE)
                project = state.workspace().create(sample.title)
                jobs.start_ingest(project, sample.path, desk())
                frame.go(frame.GUIDE.key, project)


def show(project: Project) -> None:
    """What was done, what is at work, and the next choice."""
    place = st.empty()  # above all: how far it is, told anew as that is known
    _where(place, 0)
    if not _images(project):
        return
    _where(place, 1)
    if not _checks(project):
        return
    _where(place, 3)
    _divided(project)
    run = _training(project)
    if run is not None:
        _where(place, len(_STEPS))
        _mistakes(project, run)


def _where(place: DeltaGenerator, at: int) -> None:
    """The steps in a row: those before step ``at`` are done."""
    with place.container(horizontal=True, gap="small"):
        for step, name in enumerate(_STEPS):
            icon = _DONE if step < at else _NOW if step == at else _COMING
            st.markdown(f"{icon} {name}", width="content")


def _images(project: Project) -> bool:
    st.header("1. Images", anchor=False)
    _told(
        "A classifier learns from examples: pictures that a person has sorted into classes. The "
        "label is all that it is ever told."
    )
    if tending.tend(project, "ingest", _WORDS):
        return False
    if project.is_empty:
        if st.button("Choose images", type="primary", icon=frame.stage("data").icon):
            frame.go("data", project)
        return False
    counts = tables.counts(project)
    names = sorted(counts["label"])
    images = tables.images(project)
    turns = images[images.groupby("label").cumcount() < 2]
    st.markdown(
        f"{count(int(counts['images'].sum()), 'image')} are in use, of "
        f"{count(len(counts), 'class', 'classes')}: {listing([plain(n) for n in names])}."
    )
    with st.expander("See two images of each class", key="guide-images", on_change="rerun") as box:
        if box.open:
            gallery(turns.assign(caption=turns["label"]), project.thumbs, "guide-classes", 24)
    return True


def _checks(project: Project) -> bool:
    """The checks at work; then one image that they ask about, until somebody decides."""
    st.header("2. Checks", anchor=False)
    _told(
        "Before anything is learnt, every image is looked at: twins, dark and blurred pictures, "
        "labels in doubt. A check only asks. You decide."
    )
    found = tables.standing(project)
    if not found.made or jobs.latest(project, "audit") is not None:
        job = jobs.latest(project, "audit") or jobs.start_first(project, "audit", desk())
        if _watched(job):
            return False
        found = tables.standing(project)
    decided = tables.history(project)
    acts = [entry for entry in decided if entry["act"] in ("drop", "keep", "relabel")]
    asked = sum(one.count() for one in found.asked.values())
    if acts:
        words = {"drop": "left out", "keep": "kept", "relabel": "given another label"}
        st.markdown(
            f"You decided about an image: it is {words[acts[-1]['act']]}. The checks ask about "
            f"{asked:,} more; they wait on the page *Clean*."
        )
        return True
    doubt = _doubt(project, found)
    if doubt is None:
        st.markdown("The checks ask about no image: nothing looks odd.")
        return True
    _ask(project, doubt, asked)
    return False


def _watched(job: JobFolder) -> bool:
    """Draw a job, with a way on where it ended early; returns whether it is still needed."""
    now = progress.look(job)
    standing = now.state
    if standing.is_active:
        with st.container(border=True, key="guide-work"):
            progress.live(now, progress.bar)
        return True
    if standing is not State.FINISHED and not tending.is_dismissed(job):
        tending.ended_early(job, standing, _WORDS)
        return True
    return False


def _doubt(project: Project, found: Standing) -> tuple[str, pd.Series] | None:
    """The image that is most worth asking about, and the check that asks; None where none is."""
    order = [*_ASK_FIRST, *(name for name in found.asked if name not in _ASK_FIRST)]
    images = tables.images(project).set_index("image_id", drop=False)
    for name in order:
        one = found.asked.get(name)
        if one is None or one.check.scope is not Scope.IMAGE or one.groups or not one.count():
            continue
        row = one.rows().iloc[0]
        if row["subject"] in images.index:
            image = images.loc[row["subject"]]
            return name, pd.concat([image, row[["note", "suggested"]]])
    return None


def _ask(project: Project, doubt: tuple[str, pd.Series], asked: int) -> None:
    name, image = doubt
    check = tables.standing(project).asked[name].check
    note = f" It says: {plain(str(image['note']))}." if image["note"] else ""
    with st.container(border=True, key="guide-choice"):
        st.markdown(
            f"**Your choice.** The checks ask about {count(asked, 'image')}. Here is one, from the "
            f"check *{check.title}*.{note} The label is **{plain(str(image['label']))}**."
        )
        rows = pd.DataFrame([image]).assign(caption=str(image["label"]))
        gallery(rows, project.thumbs, "guide-doubt", 1)
        suggested = str(image["suggested"] or "")
        with st.container(horizontal=True, key="guide-acts"):
            choices = {"drop": ("Leave it out", ":material/delete:")}
            if suggested and suggested != image["label"]:
                choices["relabel"] = (f"Call it {plain(suggested)}", ":material/label:")
            choices["keep"] = ("Keep it as it is", ":material/verified:")
            for act, (label, icon) in choices.items():
                st.button(
                    label,
                    icon=icon,
                    key=f"guide-{act}",
                    on_click=_decide,
                    args=(project, act, name, str(image["image_id"]), suggested),
                )
        st.caption("The original stays where it is, and what you decide can be undone.")


def _decide(project: Project, act: str, check: str, image: str, suggested: str) -> None:
    more = {"label": suggested} if act == "relabel" else {}
    actions.decide(project, act, reason=check, images=[image], check=check, **more)


def _divided(project: Project) -> None:
    st.header("3. Split", anchor=False)
    sides = tables.sides(project, split.in_force(project))
    each = sides.groupby("split")["images"].sum()
    train, validation, test = (int(each.get(side, 0)) for side in ("train", "validation", "test"))
    _told(
        f"{count(train, 'image')} are learnt from, {validation:,} steer the training, and {test:,} "
        "are put aside until the end. Images that belong together stay on one side: otherwise the "
        "test would leak, and ask about what was seen before."
    )


def _training(project: Project) -> Run | None:
    """The choice of a method, then the run at work; returns it once it has a result."""
    st.header("4. Training", anchor=False)
    runs = jobs.runs_of(project)
    finished = outcome.scored(runs)
    if finished:
        run = finished[-1]  # the first one that was trained
        found = tables.report(run.folder)[sealed.VALIDATION]
        _told(
            f"**{percent(found['accuracy'])}** of {found['n']:,} validation images were answered "
            "right. On many more images of the same kind it would be "
            f"{between(found['accuracy_low'], found['accuracy_high'])}: that is the 95 % interval. "
            f"Always answering *{plain(found['majority_class'])}* would be right "
            f"{percent(found['majority_baseline'])} of the time."
        )
        return run
    if runs and _watched(runs[0]):
        return None
    with st.container(border=True, key="guide-method"):
        st.markdown("**Your choice.** How shall it learn? You can do the other one afterwards.")
        with st.container(key="stacking-ways"):
            places = st.columns(len(_WAYS), gap="medium")
        for place, (method, (label, icon, told)) in zip(places, _WAYS.items(), strict=True):
            with place:
                pressed = st.button(
                    label,
                    icon=icon,
                    type="primary" if method is Method.HEAD else "secondary",
                    key=f"guide-{method}",
                    width="stretch",
                )
                st.caption(told)
            if pressed:
                with problems.shown():
                    settings = TrainSettings(method=method)
                    jobs.start_training(project, settings, split.in_force(project), desk())
                    st.rerun()
    return None


def _mistakes(project: Project, run: Run) -> None:
    st.header("5. Mistakes", anchor=False)
    answers = tables.predictions(run.folder)
    answers = answers[answers["split"] == sealed.VALIDATION]
    wrong = answers[~answers["correct"]].sort_values("confidence", ascending=False)
    if wrong.empty:
        _told("It made no mistake on the validation images. With so few, that is partly luck.")
    else:
        _told(
            "A score says how often it is wrong, its mistakes say why. Worst are those of which it "
            "was sure. Is it the label, the picture, or a fair mistake?"
        )
        shown = wrong.head(4)
        told = zip(shown["predicted"], shown["confidence"], shown["label"], strict=True)
        rows = shown.assign(caption=[errors_images.said(*one) for one in told])
        gallery(rows, project.thumbs, "guide-mistakes", 4)
    with st.container(horizontal=True):
        if st.button("Look at the mistakes", type="primary", icon=frame.stage("errors").icon):
            frame.go("errors", project, run.id)
        if st.button("Take the nine lessons", icon=frame.LEARN.icon):
            frame.go(frame.LEARN.key, project)
        if st.button("Start with my own images", icon=frame.HOME.icon):
            st.switch_page(frame.HOME.file)


def _told(text: str) -> None:
    st.markdown(linked(text))
