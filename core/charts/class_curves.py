"""One class against all others at every threshold: precision-recall and ROC curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go

from core.charts.style import LEGEND, QUIET, RIGHT, WRONG, finish, percent, safe
from core.curves import ClassCurves, Curve

_MOST: Final = 400  # points that are drawn of a curve
_HEIGHT: Final = 340
_OTHERS: Final = 40  # curves of other classes, at most, behind the chosen one


@dataclass(frozen=True)
class Now:
    """What the classifier does as it stands, where the likeliest class is its answer.

    Attributes:
        recall: share of the images of the class that it finds.
        precision: share of its answers that are right; None where it never answers so.
        false_alarms: share of all other images that it calls so.
    """

    recall: float
    precision: float | None
    false_alarms: float


def precision_recall_curve(curves: Sequence[ClassCurves], label: str, now: Now) -> go.Figure:
    """Precision against recall for the class ``label``, those of the other classes behind it.

    Args:
        curves: one for each class, see `core.curves.by_class`.
        label: the class that is looked at; it has images.
        now: where its answers stand today.
    """
    chosen = _of(curves, label).precision_recall
    lines = [(each.label, each.precision_recall) for each in curves]
    figure = _lines(lines, label, ("recall", "precision"))
    chance = chosen.positives / (chosen.positives + chosen.negatives)
    _chance(figure, [0, 1], [chance, chance], f"chance: {percent(chance)}")
    if now.precision is not None:
        told = f"recall {percent(now.recall)}, precision {percent(now.precision)}"
        _now(figure, now.recall, now.precision, told)
    return _finished(figure, "Recall: share of them found", "Precision: share of finds right")


def roc_curve(curves: Sequence[ClassCurves], label: str, now: Now) -> go.Figure:
    """True positive rate against false positive rate; arguments as `precision_recall_curve`."""
    lines = [(each.label, each.roc) for each in curves]
    figure = _lines(lines, label, ("false alarms", "recall"))
    _chance(figure, [0, 1], [0, 1], "chance")
    told = f"false alarms {percent(now.false_alarms)}, recall {percent(now.recall)}"
    _now(figure, now.false_alarms, now.recall, told)
    return _finished(figure, "False alarms: share of all others", "Recall: share of them found")


def describe_precision_recall_curve(curves: Sequence[ClassCurves], label: str, now: Now) -> str:
    """`precision_recall_curve` as a sentence."""
    stands = "" if now.precision is None else f" and a precision of {percent(now.precision)}"
    return (
        f"Precision-recall curve of {label}: {_area('average precision', curves, label, True)}. "
        f"Its answers now have a recall of {percent(now.recall)}{stands}."
    )


def describe_roc_curve(curves: Sequence[ClassCurves], label: str, now: Now) -> str:
    """`roc_curve` as a sentence."""
    return (
        f"ROC curve of {label}: {_area('area under it', curves, label, False)}. Its answers now "
        f"find {percent(now.recall)} at {percent(now.false_alarms)} false alarms."
    )


def _area(name: str, curves: Sequence[ClassCurves], label: str, is_precision: bool) -> str:
    both = _of(curves, label)
    curve = both.precision_recall if is_precision else both.roc
    return f"{name} {curve.area:.3f}, with a 95 % interval from {curve.low:.3f} to {curve.high:.3f}"


def _of(curves: Sequence[ClassCurves], label: str) -> ClassCurves:
    return next(each for each in curves if each.label == label)


def _lines(curves: Sequence[tuple[str, Curve]], label: str, axes: tuple[str, str]) -> go.Figure:
    """The curve of ``label`` in front of the others, which are thin and gray."""
    figure = go.Figure()
    others = [(name, curve) for name, curve in curves if name != label and curve.positives]
    for place, (name, curve) in enumerate(others[:_OTHERS]):
        _line(figure, name, curve, {"color": QUIET, "width": 1, "opacity": 0.45}, axes)
        figure.data[-1].update(
            name="other classes", legendgroup="others", showlegend=place == 0, hoverinfo="skip"
        )
    chosen = next(curve for name, curve in curves if name == label)
    _line(figure, label, chosen, {"color": RIGHT, "width": 3, "opacity": 1.0}, axes)
    return figure


def _line(
    figure: go.Figure, name: str, curve: Curve, look: dict[str, Any], axes: tuple[str, str]
) -> None:
    last = len(curve.x) - 1
    shown = np.unique(np.linspace(0, last, min(last + 1, _MOST)).round().astype(int))
    figure.add_scatter(
        x=curve.x[shown],
        y=curve.y[shown],
        name=safe(name),
        mode="lines",
        line={"color": look["color"], "width": look["width"]},
        opacity=look["opacity"],
        hovertext=[
            f"from a probability of {percent(min(1.0, float(curve.thresholds[at])))} on: "
            f"{axes[0]} {percent(float(curve.x[at]))}, {axes[1]} {percent(float(curve.y[at]))}"
            for at in shown
        ],
        hoverinfo="text",
    )


def _chance(figure: go.Figure, x: list[float], y: list[float], name: str) -> None:
    line = {"color": QUIET, "width": 1.5, "dash": "dash"}
    figure.add_scatter(x=x, y=y, name=name, mode="lines", line=line, hoverinfo="name")


def _now(figure: go.Figure, x: float, y: float, told: str) -> None:
    figure.add_scatter(
        x=[x],
        y=[y],
        name="its answers now",
        mode="markers",
        marker={"symbol": "diamond", "size": 11, "color": WRONG},
        hovertext=[f"its answers now: {told}"],
        hoverinfo="text",
        cliponaxis=False,
    )


def _finished(figure: go.Figure, across: str, up: str) -> go.Figure:
    finish(figure, _HEIGHT)
    axis = {"range": [0, 1.01], "tickvals": [0, 0.25, 0.5, 0.75, 1], "tickformat": ".0%"}
    figure.update_xaxes(title={"text": across}, **axis)
    figure.update_yaxes(title={"text": up}, **axis)
    figure.update_layout(showlegend=True, legend=LEGEND, margin={"t": 40})
    return figure
