"""One class against all others at every threshold: precision-recall and ROC curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.charts.style import LEGEND, QUIET, RIGHT, WRONG, blank, percent, safe, share_ticks
from core.curves import ClassCurves, Curve

_MOST: Final = 400  # points that are drawn of the chosen curve
_FEW: Final = 100  # and of each other
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
    return _titled(figure, "Recall: share of them found", "Precision: share of finds right")


def roc_curve(curves: Sequence[ClassCurves], label: str, now: Now) -> go.Figure:
    """True positive rate against false positive rate; arguments as `precision_recall_curve`."""
    lines = [(each.label, each.roc) for each in curves]
    figure = _lines(lines, label, ("false alarms", "recall"))
    _chance(figure, [0, 1], [0, 1], "chance")
    told = f"false alarms {percent(now.false_alarms)}, recall {percent(now.recall)}"
    _now(figure, now.false_alarms, now.recall, told)
    return _titled(figure, "False alarms: share of all others", "Recall: share of them found")


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
    figure = blank(_HEIGHT)
    others = [curve for name, curve in curves if name != label and curve.positives][:_OTHERS]
    if others:
        _add_others(figure, others)
    chosen = next(curve for name, curve in curves if name == label)
    shown = _thinned(chosen, _MOST)
    told = zip(chosen.thresholds[shown], chosen.x[shown], chosen.y[shown], strict=True)
    figure.add_scatter(
        x=chosen.x[shown],
        y=chosen.y[shown],
        name=safe(label),
        mode="lines",
        line={"color": RIGHT, "width": 3},
        hovertext=[
            f"from a probability of {percent(min(1.0, float(least)))} on: "
            f"{axes[0]} {percent(float(x))}, {axes[1]} {percent(float(y))}"
            for least, x, y in told
        ],
        hoverinfo="text",
    )
    return figure


def _add_others(figure: go.Figure, curves: Sequence[Curve]) -> None:
    """All of them as one line with gaps: a line each would take longer than the whole page."""
    shown = [_thinned(curve, _FEW) for curve in curves]
    x = [np.append(curve.x[at], np.nan) for curve, at in zip(curves, shown, strict=True)]
    y = [np.append(curve.y[at], np.nan) for curve, at in zip(curves, shown, strict=True)]
    figure.add_scatter(
        x=np.concatenate(x),
        y=np.concatenate(y),
        name="other classes",
        mode="lines",
        line={"color": QUIET, "width": 1},
        opacity=0.45,
        hoverinfo="skip",
    )


def _thinned(curve: Curve, most: int) -> NDArray[np.int64]:
    """The places of at most ``most`` points of a curve, both ends among them."""
    last = len(curve.x) - 1
    places = np.linspace(0, last, min(last + 1, most)).round()
    return np.unique(places.astype(np.int64))


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


def _titled(figure: go.Figure, across: str, up: str) -> go.Figure:
    axis = {"range": [0, 1.01], **share_ticks(0, 0.25, 0.5, 0.75, 1)}
    figure.update_xaxes(title={"text": across}, **axis)
    figure.update_yaxes(title={"text": up}, **axis)
    figure.update_layout(showlegend=True, legend=LEGEND, margin={"t": 40})
    return figure
