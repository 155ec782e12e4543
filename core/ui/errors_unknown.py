"""How a model says that it does not know: sets of classes, and a gate before the answer."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core import conformal
from core.charts.calibration import (
    describe_distance_histogram,
    describe_set_bars,
    distance_histogram,
    set_bars,
)
from core.conformal import Conformal, Kept, Kind
from core.gate import RATE
from core.lessons import glossary, lesson
from core.ui import asking, errors_images, errors_scope, sealed
from core.ui.choice import one_of
from core.ui.errors_scope import Scope
from core.ui.gallery import gallery
from core.ui.plots import plot
from core.words import count, interval, listing, percent

_START: Final = 5  # per cent of sets that may miss the truth, at first
_HIGHEST: Final = 30
_CHANCE: Final = 0.025  # rarer than that, chance is no explanation for truths that are missed
_FARTHEST: Final = 12
_DISTANCES: Final = "core.jobs.gating:distances"
_KINDS: Final = {Kind.SEVERAL: "Several classes", Kind.NONE: "No class", Kind.SINGLE: "One class"}
_GENEROUS: Final = (
    "It is wrong less often than you allow. So it can afford to name no class at all for images "
    "that look odd to it; at a lower rate it would name one there, too."
)


def sets(scope: Scope) -> None:
    """What is left of the classes at an error rate that the user chooses."""
    st.markdown(lesson("conformal"))
    percent_missed = st.slider(
        "The truth may be missed by at most",
        1,
        _HIGHEST,
        _START,
        format="%d %%",
        key="trust-error-rate",
        help=glossary()["error_rate"].help,
    )
    rate = percent_missed / 100
    if not len(scope.answers):
        return
    noted, found = _found(scope, rate)
    labels = _numbers(scope.answers, scope.classes)
    kept = conformal.judged(found, labels)
    st.markdown(_told(kept), help=glossary()["conformal_set"].help)
    plot(
        set_bars(kept),
        alt=describe_set_bars(kept),
        key="sets",
    )
    st.markdown(promise(kept, noted, rate))
    if kept.none > kept.several:
        st.markdown(_GENEROUS)
    st.caption(_counted_on(scope, noted, rate))
    _images(scope, found, rate)


def _found(scope: Scope, rate: float) -> tuple[Conformal, NDArray[np.bool_]]:
    """What was noted of the validation images, and the set of each image of this side."""
    validation = errors_scope.answers(scope.run, sealed.VALIDATION)
    probabilities = _probabilities(validation, scope.classes)
    labels = _numbers(validation, scope.classes)
    noted = Conformal.of(probabilities, labels)
    if scope.side == sealed.VALIDATION:
        return noted, conformal.crosswise(probabilities, labels, rate)
    return noted, noted.sets(_probabilities(scope.answers, scope.classes), rate)


def _told(kept: Kept) -> str:
    several = "" if not kept.several else f", {kept.several:,} may be any of several"
    none = "" if not kept.none else f", {kept.none:,} look like none"
    right = f", {percent(kept.right / kept.single)} of them right" if kept.single else ""
    return (
        f"Of {count(kept.n, 'image')}, **{kept.single:,} get one answer**{right}{several}{none}. "
        f"On average a set names {kept.size:.2f} classes."
    )


def promise(kept: Kept, noted: Conformal, rate: float) -> str:
    """Whether the sets hold the truth as often as they must, in words."""
    between = interval(kept.low, kept.high)
    held = f"The set holds the truth in **{percent(kept.coverage)}** of them ({between})"
    promised = f"promised are {percent(1 - rate, 0)}"
    if kept.coverage >= 1 - rate:
        return f":material/check_circle: {held}; {promised}."
    if noted.chance(kept.held, kept.n, rate) >= _CHANCE:
        return f":material/check_circle: {held}; {promised}; so small a gap may be chance."
    return (
        f":material/warning: {held}; {promised}. That is less than chance explains: these images "
        "may be of another kind than the validation images."
    )


def _counted_on(scope: Scope, noted: Conformal, rate: float) -> str:
    number = count(len(noted.scores), "validation image")
    text, lowest = f"Counted on {number}.", noted.lowest_rate
    if scope.side == sealed.VALIDATION:
        text = f"Counted on {number}, each tenth of them judged by the other nine."
        lowest = conformal.lowest_crosswise(len(noted.scores))
    if rate < lowest:
        least = percent(lowest)
        text += f" So few can promise no less than {least}: below it, every class is named."
    return text


def _images(scope: Scope, found: NDArray[np.bool_], rate: float) -> None:
    """The images whose set says what the user chose to see."""
    said = conformal.kinds(found)
    there = [kind for kind in _KINDS if (said == kind).any()]
    with st.container(key="set-choice"):
        kind = one_of(
            "Look at those with",
            {each: _KINDS[each] for each in there},
            scope.key(f"set-kind-{rate}"),
            is_labelled=True,
        )
    chosen = np.flatnonzero(said == kind)
    probabilities = _probabilities(scope.answers, scope.classes)[chosen]
    rows = scope.answers.iloc[chosen]
    captions = [
        f"{_left(own, scores, scope.classes)}\nlabelled {label}"
        for own, scores, label in zip(found[chosen], probabilities, rows["label"], strict=True)
    ]
    rows = rows.assign(caption=captions).sort_values("confidence")
    errors_images.show(scope, rows, f"sets-{kind}-{rate}")


def _left(own: NDArray[np.bool_], scores: NDArray[np.float64], classes: list[str]) -> str:
    """The classes of a set, the likeliest first."""
    names = [classes[place] for place in np.argsort(-scores, kind="stable") if own[place]]
    return listing(names, 3) if names else "none of the classes"


def gate(scope: Scope) -> None:
    """How far images lie from what was seen, and which would be turned away."""
    st.markdown(lesson("gate"))
    asked = asking.question(_DISTANCES, str(scope.run.folder), scope.side)
    found = asking.answered(asked)
    if found is None:
        st.caption(":material/hourglass_top: The network looks at the images of this side.")
        asking.look_again(asked)
        return
    limit, distances = float(found["limit"]), np.asarray(found["distances"], np.float64)
    if not np.isfinite(limit):
        st.markdown("There are no validation images, so nobody can say how far is too far.")
        return
    out = int((distances > limit).sum())
    st.markdown(
        f"**{out:,} of {count(len(distances), 'image')}** of this side would be turned away "
        f"({percent(out / max(1, len(distances)))}; meant are about {percent(RATE, 0)}).",
        help=glossary()["gate"].help,
    )
    plot(
        distance_histogram(distances.tolist(), limit),
        alt=describe_distance_histogram(distances.tolist(), limit),
        key="distances",
    )
    if scope.side == sealed.VALIDATION:
        st.caption("The gate was set by these very images. Test images judge it fairly.")
    st.header("The farthest from anything seen", anchor=False)
    rows = pd.DataFrame(found["images"]).assign(distance=distances)
    rows = rows.sort_values("distance", ascending=False).head(_FARTHEST)
    captions = [
        f"{label}\ndistance {far:.3f}"
        for label, far in zip(rows["label"], rows["distance"], strict=True)
    ]
    tones = np.where(rows["distance"] > limit, "warn", "")
    rows = rows.assign(caption=captions, tone=tones, badge="Turned away")
    gallery(rows, scope.project.thumbs, scope.key("farthest"), _FARTHEST)


def _probabilities(answers: pd.DataFrame, classes: list[str]) -> NDArray[np.float64]:
    return answers[[f"p_{number}" for number in range(len(classes))]].to_numpy(np.float64)


def _numbers(answers: pd.DataFrame, classes: list[str]) -> NDArray[np.int64]:
    found = pd.Index(classes).get_indexer(pd.Index(answers["label"]))
    return np.asarray(found, np.int64)
