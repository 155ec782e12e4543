"""Weak spots, on the mistakes page: parts of the images, judged one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
import streamlit as st

from core import slices
from core.audit.measure import read_measurements
from core.charts.slices import describe_slice_bars, slice_bars
from core.lessons import glossary, lesson
from core.slices import CLUSTER, KINDS, Part, Slice
from core.ui import asking, frame, tables
from core.ui.errors_scope import Scope
from core.ui.gallery import gallery
from core.ui.plots import plot
from core.words import count, interval, listing, percent, plain

_SHOWN: Final = 12
_A_PAGE: Final = 24
_PATIENCE: Final = 0.05  # seconds: the page is drawn first, and again with the answer
_ASKED: Final = "core.jobs.clustering:clusters"


def show(scope: Scope) -> None:
    """The weakest parts, how sure that is, and the images of the chosen one."""
    asked = asking.question(_ASKED, str(scope.run.folder))
    numbers = asking.answered(asked, silent=True, patience=_PATIENCE)
    found = _found(scope, numbers)
    st.header("Weak spots", anchor=False, help=glossary()["weak_spot"].help)
    if found:
        st.markdown(said(found, float(scope.found["accuracy"])))
        _chart(scope, found)
    else:
        st.markdown(lesson("slices"))
    _missing(scope, found, numbers)
    if found:
        _images(scope, found, scope.key("slice-of-some" if numbers is None else "slice"))
        with st.expander("What this is about"):
            st.markdown(lesson("slices"))
    if numbers is None:
        asking.look_again(asked)


def said(found: list[Slice], overall: float) -> str:
    """What was found, in words."""
    weak = [one for one in found if one.is_weak]
    looked = f"{count(len(found), 'part')} of the images {'was' if len(found) == 1 else 'were'}"
    if not weak:
        return (
            f"**No weak spot is certain.** {looked} looked at; so many mistakes as in the weakest "
            "of them come together by chance now and then."
        )
    names = listing([f"*{plain(_title(one))}* ({percent(one.accuracy)})" for one in weak])
    is_or_are = "is a weak spot" if len(weak) == 1 else "are weak spots"
    return (
        f"**{names} {is_or_are}**, against {percent(overall)} on all images. {looked} looked at, "
        "and chance is a poor explanation for that."
    )


def _chart(scope: Scope, found: list[Slice]) -> None:
    shown, overall = found[:_SHOWN], float(scope.found["accuracy"])
    plot(
        slice_bars(shown, overall),
        alt=describe_slice_bars(shown, overall),
        key=scope.key("slice-bars"),
    )
    more = f" The weakest {_SHOWN} of {len(found)} are shown." if len(found) > _SHOWN else ""
    st.caption(
        "The dashed line is the accuracy on all images. A diamond is a weak spot; the intervals "
        f"are corrected for how many parts were looked at.{more}",
        help=glossary()["corrected_interval"].help,
    )


def _missing(scope: Scope, found: list[Slice], numbers: Mapping[str, int] | None) -> None:
    """What else could be looked at, and why it is not."""
    if numbers is None:
        st.caption(":material/hourglass_top: Images that look alike come in a moment.")
    if not _is_measured(scope):
        with st.container(horizontal=True, vertical_alignment="center", key="slices-unmeasured"):
            st.caption("Brightness and sharpness are known once the images were checked.")
            frame.link("clean", "Check the images", scope.project)
    elif not found and numbers is not None:
        st.info(
            f"There are too few of these images: a part needs {slices.FEWEST}, and as many others "
            "beside it. A larger validation share helps, from the next training on."
        )
        frame.link("explore", "Choose another split", scope.project)


def _is_measured(scope: Scope) -> bool:
    """Whether anything was measured of these images."""
    return "brightness" in _kinds(scope)


def _images(scope: Scope, found: list[Slice], key: str) -> None:
    """The images of one part: of the weakest, also where that is known a little later."""
    names = [_title(one) for one in found]
    chosen = st.selectbox(
        "Look at the images of",
        names,
        key=key,
        filter_mode=None,
        help=glossary()["look_alikes"].help,
    )
    one = found[names.index(chosen)] if chosen in names else found[0]
    st.markdown(
        f"{plain(_title(one))}: {one.correct:,} of {count(one.n, 'image')} right, "
        f"{percent(one.accuracy)} (corrected interval {interval(one.low, one.high)}); "
        f"{percent(one.rest)} on all others."
    )
    rows = scope.answers.iloc[one.rows].sort_values(["correct", "loss"], ascending=[True, False])
    told = zip(rows["predicted"], rows["confidence"], rows["label"], strict=True)
    rows = rows.assign(
        caption=[f"said {s}, {percent(float(c), 0)}\nlabelled {t}" for s, c, t in told],
        tone=np.where(rows["correct"], "ok", "wrong"),
    )
    gallery(rows, scope.project.thumbs, f"slice-{scope.run.id}-{scope.side}-{chosen}", _A_PAGE)


def _title(one: Slice) -> str:
    return one.name if one.kind == CLUSTER else f"{KINDS[one.kind]}: {one.name}"


def _found(scope: Scope, numbers: Mapping[str, int] | None) -> list[Slice]:
    return _judged(f"{_content(scope)} {numbers is None}", scope, numbers)


def _content(scope: Scope) -> str:
    project = scope.project
    when = tables.stamp(
        scope.run.predictions_file, project.measurements_file, project.catalogue_file
    )
    return f"{scope.run.folder} {scope.side} {when}"


@st.cache_resource(max_entries=8, show_spinner=False)
def _parts(content: str, _scope: Scope) -> list[Part]:
    answers, project = _scope.answers, _scope.project
    images = answers[["label", "source"]].reset_index(drop=True)
    images = images.join(_sizes(project.read_table(project.catalogue_file), answers))
    measured = read_measurements(project, answers["sha256"].astype(str)).reset_index(drop=True)
    return slices.parts_of(images, measured)


def _kinds(scope: Scope) -> set[str]:
    return {part.kind for part in _parts(_content(scope), scope)}


@st.cache_resource(max_entries=8, show_spinner=False)
def _judged(content: str, _scope: Scope, _numbers: Mapping[str, int] | None) -> list[Slice]:
    answers, parts = _scope.answers, _parts(_content(_scope), _scope)
    if _numbers:
        each = [_numbers.get(sha, -1) for sha in answers["sha256"].astype(str)]
        parts = [*parts, *slices.clusters(np.array(each, np.int64), answers["label"])]
    return slices.slices(answers["correct"].to_numpy(bool), parts)


def _sizes(catalogue: pd.DataFrame, answers: pd.DataFrame) -> Any:
    """Width and height of each image, where the catalogue knows them."""
    columns = [name for name in ("width", "height") if name in catalogue.columns]
    by_id = catalogue.drop_duplicates("image_id").set_index("image_id")[columns]
    return by_id.reindex(answers["image_id"]).reset_index(drop=True)
