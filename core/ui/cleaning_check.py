"""One check on the clean page: what it teaches, where its line is drawn, what it asks about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd
import streamlit as st

from core import charts
from core.audit import Asked, Check, Scope, Standing, classes_in
from core.lessons import glossary, lesson
from core.project import Project
from core.ui import actions, cleaning, state, tables
from core.ui.gallery import gallery
from core.ui.plots import plot
from core.words import count, listing, plain

_A_PAGE: Final = 24
_PREVIEW: Final = 8  # images of a class that a check of classes shows
_DONE: Final = {"drop": "dropped", "relabel": "relabelled", "keep": "kept"}
_NOUNS: Final = {
    Scope.IMAGE: ("image", "images"),
    Scope.CLASS: ("class", "classes"),
    Scope.FILE: ("file", "files"),
}
_BADGES: Final = {
    "kept": ("ok", "Kept"),
    "relabelled": ("ok", "Relabelled"),
    "dropped": ("wrong", "Dropped"),
}


def show(project: Project, found: Standing, check: Check, at_work: bool) -> None:
    """The check: its lesson, its threshold, and what lies below it."""
    asked = found.asked[check.name]
    heading = st.container()
    if not asked.ran:
        heading.header(check.title, anchor=False)
        _teach(check)
        if at_work:
            st.info(
                "This check has not run yet. Its results appear here.",
                icon=":material/hourglass_top:",
            )
        else:
            st.info("This check has not run. “Check again” above runs all of them.")
        return
    limit = check.threshold
    _teach(check)
    if remark := found.remarks.get(check.name):
        st.info(plain(remark), icon=":material/groups:")
    if check.scope is not Scope.FILE:
        limit = _line(project, asked)
    heading.header(_title(asked, limit), anchor=False)
    so_far = _so_far(found.decided.get(check.name, {}))
    if so_far:
        heading.caption(so_far)
    if check.scope is Scope.IMAGE:
        _images(project, asked, limit)
    elif check.scope is Scope.CLASS:
        _classes(project, asked, limit)
    else:
        _files(project, asked)


def _teach(check: Check) -> None:
    """What the check finds, and, for those who ask, why that matters and what to do."""
    what, _, more = lesson(f"checks/{check.name}").partition("\n\n")
    st.markdown(what)
    if more:
        st.expander("Why it matters, and what to do").markdown(more)


def _line(project: Project, asked: Asked) -> float:
    """The histogram of all scores and the threshold, which can be moved."""
    check = asked.check
    place = st.container()
    limit = st.slider(
        "Ask about scores below",
        0.0,
        1.0,
        cleaning.threshold(project, check),
        0.01,
        key=f"threshold-{project.id}-{check.name}",
        help=glossary()["threshold"].help,
    )
    cleaning.keep_threshold(project, check, limit)
    if limit != check.threshold:
        st.caption(f"Usually {check.threshold:.2f}.")
    scores = asked.scores
    with place:
        plot(
            charts.score_histogram(scores, limit),
            alt=charts.describe_score_histogram(scores, limit),
            key="scores",
        )
    return limit


def _title(asked: Asked, limit: float) -> str:
    number = asked.count(limit)
    if number == 0:
        return f"{asked.check.title}: nothing to decide"
    if asked.check.name == "overlap":
        return f"{asked.check.title}: {count(number, 'pair')}"
    return f"{asked.check.title}: {count(number, *_NOUNS[asked.check.scope])}"


def _so_far(decided: Mapping[str, int]) -> str:
    parts = [f"{word} {decided[act]:,}" for act, word in _DONE.items() if decided.get(act)]
    return f"Decided so far: {listing(parts)}." if parts else ""


def _images(project: Project, asked: Asked, limit: float) -> None:
    """The images below the line, the worst first, and what can be done with them."""
    check, number = asked.check, asked.count_answered(limit)
    key = f"{project.id}-{check.name}"
    answered = bool(number) and st.toggle(
        f"Show the {count(number, 'image')} answered already", key=f"answered-{key}"
    )
    rows = asked.answered_rows(limit) if answered else asked.rows(limit)
    if rows.empty:
        st.markdown(f":green[:material/check:] {_nothing_left(asked, limit)}")
        actions.offer_undo(project)
        return
    shown = _tiles(project, rows, answered)
    if answered:
        gallery(shown, project.thumbs, f"answers-{key}", _A_PAGE)
        st.caption("Any of this can be taken back under “Decisions”.")
        return
    if asked.groups and "group" in shown:
        sets = shown["group"].nunique()
        st.caption(f"{count(sets, 'set')} of pictures that are the same or nearly so.")
    chosen = gallery(shown, project.thumbs, f"images-{key}", _A_PAGE, select=True)
    suggested = dict(zip(rows["subject"], rows["suggested"], strict=True))
    actions.offer(project, chosen.selected, key, check.name, suggested)


def _nothing_left(asked: Asked, limit: float) -> str:
    if asked.count_answered(limit):
        return "All of them are answered."
    if limit < asked.check.threshold:
        return "Nothing lies below this line. Move it to the right to see more."
    return "Nothing was found. Move the line to the right to see the images that come closest."


def _tiles(project: Project, rows: pd.DataFrame, answered: bool) -> pd.DataFrame:
    """Rows for the gallery: pictures, captions, badges, and which ones belong together."""
    known = tables.every_image(project).reindex(rows["subject"])
    group = rows["group"].fillna("")
    labels = known["label"].astype("object").tolist()
    notes = known["source"] if (group != "").any() else rows["note"].fillna("")
    told = zip(labels, notes, rows["suggested"].fillna(""), rows["score"], strict=True)
    captions = [_caption(*each) for each in told]
    tiles = pd.DataFrame(
        {
            "image_id": rows["subject"],
            "sha256": known["sha256"].to_numpy(),
            "caption": captions,
            "tone": "",
            "badge": "",
        }
    )
    if answered:
        found = [_BADGES.get(answer, ("", "")) for answer in rows["answer"]]
        tiles["tone"], tiles["badge"] = zip(*found, strict=True)
    if (group != "").any():
        tiles["group"] = group
        differ = pd.Series(labels).groupby(group.to_numpy()).transform("nunique").to_numpy() > 1
        conflict = differ & (group != "").to_numpy() & (not answered)
        tiles.loc[conflict, ["tone", "badge"]] = ["warn", "Labels differ"]
    return tiles


def _caption(label: object, note: str, suggested: str, score: float) -> str:
    if suggested:
        return f"{label} → {suggested}?\n{note}"
    return f"{label}\n{note}" if note else f"{label}\nscore {score:.2f}"


def _classes(project: Project, asked: Asked, limit: float) -> None:
    """Each class, or pair of classes, below the line: in words, with some of its images."""
    rows = asked.rows(limit)
    if rows.empty:
        st.markdown(f":green[:material/check:] {_nothing_left(asked, limit)}")
    images = tables.images(project)
    labels = set(images["label"].unique())
    for place, told in enumerate(zip(rows["subject"], rows["note"], strict=True)):
        with st.container(border=True, key=f"class-{asked.check.name}-{place}"):
            _one_class(project, asked.check, *told, images, labels)
    actions.offer_undo(project)


def _one_class(
    project: Project,
    check: Check,
    subject: str,
    note: str,
    images: pd.DataFrame,
    labels: set[str],
) -> None:
    names = classes_in(subject, labels)
    st.markdown(f"**{plain(' and '.join(names) or subject)}**  \n{plain(note)}.")
    rows = _mixed_up(project, names, images) if len(names) > 1 else pd.DataFrame()
    if rows.empty:
        each = max(1, _PREVIEW // max(1, len(names)))
        parts = [images[images["label"] == name].head(each) for name in names]
        rows = pd.concat([images.head(0), *parts]).assign(caption=lambda table: table["label"])
    if names:
        gallery(rows, project.thumbs, f"look-{check.name}-{subject}", _PREVIEW)
    with st.container(horizontal=True):
        fine = st.button(
            "That is fine, never ask again",
            icon=":material/verified:",
            key=f"fine-{check.name}-{subject}",
        )
        st.button(
            "Rename or merge classes",
            icon=":material/merge:",
            type="tertiary",
            key=f"to-classes-{check.name}-{subject}",
            on_click=state.choose_widget,
            args=("clean-view", "classes"),
        )
    if fine:
        details = {"images": [], "subjects": [subject], "check": check.name}
        actions.carry_out(project, "keep", reason=check.title, **details)


def _mixed_up(project: Project, names: list[str], images: pd.DataFrame) -> pd.DataFrame:
    """The images of a pair of classes that are taken for the other one, the surest first."""
    asked = tables.standing(project).asked.get("wrong_labels")
    if asked is None or not asked.ran:
        return pd.DataFrame()
    doubts = asked.rows(threshold=1.0).rename(columns={"subject": "image_id"})
    doubts = doubts[doubts["suggested"].isin(names)][["image_id", "suggested"]]
    rows = doubts.merge(images[images["label"].isin(names)], on="image_id")
    rows = rows[rows["label"] != rows["suggested"]].head(_PREVIEW)
    return rows.assign(caption=rows["label"] + " → " + rows["suggested"] + "?")


def _files(project: Project, asked: Asked) -> None:
    """Files, with the reason of each, and a way to be done with them."""
    rows = asked.rows()
    if rows.empty:
        st.markdown(f":green[:material/check:] {_nothing_left(asked, 1.0)}")
    else:
        st.dataframe(
            pd.DataFrame({"File": rows["subject"], "Why": rows["note"]}),
            hide_index=True,
            key="unreadable-files",
            alt="Every file that was not taken, and why",
        )
        if st.button(
            f"I have seen {'it' if len(rows) == 1 else 'these'}, never ask again",
            icon=":material/verified:",
        ):
            details = {"images": [], "subjects": rows["subject"].tolist()}
            title, name = asked.check.title, asked.check.name
            actions.carry_out(project, "keep", reason=title, check=name, **details)
    actions.offer_undo(project)
