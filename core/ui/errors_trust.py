"""May its word be taken? How sure and how right, a minimum of certainty, and "I don't know"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from core import calibration
from core.charts.calibration import (
    coverage_chart,
    describe_coverage_chart,
    describe_reliability_diagram,
    reliability_diagram,
)
from core.lessons import glossary, lesson
from core.trust.known import FAIRLY
from core.ui import errors_unknown, path_view, sealed, tables
from core.ui.choice import one_of
from core.ui.errors_scope import Scope
from core.ui.plots import plot
from core.words import count, interval, percent

_START: Final = 80  # per cent of certainty that is asked for at first


def show(scope: Scope) -> None:
    """The part of it that the user chose."""
    view = one_of("What to ask of its certainty", list(_VIEWS), "trust-view", first=_FIRST)
    _VIEWS[view](scope)
    if view in (None, _FIRST):
        path_view.done(scope.project, "calibration")


@dataclass(frozen=True)
class _Sureness:
    """How sure the answers of one side are, and how right.

    Attributes:
        after: see `calibration.reliability`.
        before: the same of the answers as trained; None where no temperature was fitted.
        ece: of the answers.
        ece_before: of the answers as trained.
        by_chance: what an honest model would show, at most, in 19 of 20 cases.
        sure: the mean confidence.
        sure_before: of the answers as trained.
        curve: see `calibration.coverage_curve`.
    """

    after: pd.DataFrame
    before: pd.DataFrame | None
    ece: float
    ece_before: float
    by_chance: float
    sure: float
    sure_before: float
    curve: pd.DataFrame


def _sureness(scope: Scope) -> None:
    """Reliability, before and after the temperature."""
    st.markdown(lesson("calibration"))
    found, temperature = _measured(scope), _temperature(scope)
    if not len(scope.answers):
        return
    st.markdown(_verdict(found, scope.found["accuracy"]), help=glossary()["ece"].help)
    terms = glossary()
    with st.container(key="figures-sureness", horizontal=True, gap="large"):
        if temperature is not None:
            _figure("Error as trained", _points(found.ece_before), terms["ece"].help)
        _figure("Calibration error", _points(found.ece), terms["ece"].help)
        _figure("By chance, up to", _points(found.by_chance), _BY_CHANCE)
        if temperature is not None:
            _figure("Temperature", f"{temperature:.2f}", terms["temperature"].help)
    plot(
        reliability_diagram(found.after, found.before),
        alt=describe_reliability_diagram(found.after, found.before),
        key="reliability",
    )
    if temperature is None:
        st.caption("This run was trained before First Light fitted temperatures. Train it again.")
        return
    text = _did(temperature)
    if scope.side == sealed.VALIDATION:
        text += " It was fitted to these very images, so here it looks a little too good."
    st.caption(text)


def _threshold(scope: Scope) -> None:
    """What a minimum of certainty costs in answers and buys in right ones."""
    st.markdown(lesson("coverage"))
    found, terms = _measured(scope), glossary()
    least = st.slider(
        "Answer only if at least so sure",
        0,
        99,
        _START,
        format="%d %%",
        key="trust-threshold",
        help=terms["min_confidence"].help,
    )
    row = found.curve.iloc[least].to_dict()
    total, answered, right = len(scope.answers), int(row["answered"]), int(row["right"])
    with st.container(key="figures-threshold", horizontal=True, gap="large"):
        share = f"{answered:,} of {total:,}"
        _figure("Answered", percent(row["coverage"]), terms["coverage"].help, share)
        accuracy = percent(row["accuracy"]) if answered else "unknown"
        between = interval(row["accuracy_low"], row["accuracy_high"]) if answered else ""
        _figure("Right among these", accuracy, terms["accuracy"].help, between)
        _figure("Left to a person", f"{total - answered:,}", "Images that get no answer.")
    plot(
        coverage_chart(found.curve, row),
        alt=describe_coverage_chart(found.curve, row),
        key="coverage",
    )
    wrong = len(scope.answers) - int(scope.answers["correct"].sum())
    kept = answered - right
    st.caption(
        f"Of {count(wrong, 'mistake')}, {wrong - kept:,} would not have been made. "
        "Choose the threshold by the validation images; the test images then say what it is worth.",
        help=terms["interval"].help,
    )


_FIRST: Final = "Calibration"
_VIEWS: Final[Mapping[str, Callable[[Scope], None]]] = {
    _FIRST: _sureness,
    "Answer only when sure": _threshold,
    "I don't know": errors_unknown.sets,
    "Unlike anything": errors_unknown.gate,
}
_BY_CHANCE: Final = (
    "**By chance.** A model that is exactly as sure as it is right would show an error of up to "
    "this on so few images, in 19 of 20 cases."
)


def _measured(scope: Scope) -> _Sureness:
    stamp = tables.stamp(scope.run.predictions_file, scope.run.report_file)
    return _sureness_of(f"{scope.run.folder} {scope.side} {stamp}", scope)


@st.cache_resource(max_entries=8, show_spinner=False)
def _sureness_of(content: str, _scope: Scope) -> _Sureness:
    answers, temperature = _scope.answers, _temperature(_scope)
    correct = answers["correct"].to_numpy(bool)
    sure = answers["confidence"].to_numpy(np.float64)
    as_trained = _as_trained(answers, len(_scope.classes), temperature or 1.0)
    return _Sureness(
        calibration.reliability(sure, correct),
        None if temperature is None else calibration.reliability(as_trained, correct),
        calibration.ece(sure, correct),
        calibration.ece(as_trained, correct),
        calibration.ece_by_chance(sure)[1],
        float(sure.mean()) if len(sure) else 0.0,
        float(as_trained.mean()) if len(sure) else 0.0,
        calibration.coverage_curve(sure, correct),
    )


def _as_trained(answers: pd.DataFrame, classes: int, temperature: float) -> NDArray[np.float64]:
    """How sure the answers were before the temperature, which is in those that are kept."""
    columns = [f"p_{number}" for number in range(classes)]
    before = calibration.warmed(answers[columns].to_numpy(np.float64), 1 / temperature)
    return np.asarray(before.max(axis=1, initial=0.0))


def _temperature(scope: Scope) -> float | None:
    """Of the run; None where it has none, because it is older than temperatures are."""
    kept = tables.report(scope.run.folder).get("calibration")
    return float(kept["temperature"]) if kept else None


def _verdict(found: _Sureness, accuracy: float) -> str:
    claims = f"on average it says {percent(found.sure)} and is right in {percent(accuracy)}"
    if found.ece <= found.by_chance:
        error = f"The error of {_points(found.ece)} is no more than chance makes"
        if found.by_chance > FAIRLY:
            return (
                f":material/help: **Nothing speaks against its word:** {claims}. {error} of so few "
                f"images, which is up to {_points(found.by_chance)}; they could hide a larger one."
            )
        return f":material/check_circle: **Its word can be taken:** {claims}. {error}."
    if found.sure > accuracy:
        return f":material/warning: **It is surer than it is right:** {claims}."
    return f":material/warning: **It is more often right than it is sure:** {claims}."


def _did(temperature: float) -> str:
    if temperature == 1.0:
        return (
            "No temperature was needed, or none could be told: its answers are as the training "
            "made them."
        )
    before, after = ("too sure", "less sure") if temperature > 1 else ("too modest", "surer")
    return (
        f"As trained it was {before}. Its scores are divided by a temperature of "
        f"{temperature:.2f}, which makes it {after} and changes no answer; the saved model has it."
    )


def _points(error: float) -> str:
    return f"{100 * error:.1f} points"


def _figure(label: str, value: str, help: str, below: str = "") -> None:
    st.metric(
        label,
        value,
        below or None,
        delta_color="off",
        delta_arrow="off",
        help=help,
        width="content",
    )
