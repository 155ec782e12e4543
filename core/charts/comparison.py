"""Two runs in one picture: the difference between them, and how each learnt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

from core.charts.interval import interval_bar
from core.charts.style import (
    PLACES,
    RIGHT,
    WRONG,
    Rows,
    number,
    percent,
    safe,
    short,
)
from core.charts.training import loss_and_accuracy

_MARKERS_UP_TO = 40  # epochs; with more the markers would hide the line
# Either run has a colour and a sign; its training is the thin line below its validation.
_LOOKS = ({"color": RIGHT, "symbol": "circle"}, {"color": WRONG, "symbol": "diamond"})
_SIDES = (("val_", "validation", 2.5, "solid"), ("", "training", 1.2, "dot"))


def difference_bar(value: float, low: float, high: float) -> go.Figure:
    """How much better B is than A: the value, its 95 % interval, and where "no difference" is.

    Args:
        value: B minus A, as a share of one.
        low: lower end of the interval.
        high: upper end.
    """
    points = (100 * value, 100 * low, 100 * high)
    told = "{} points ({} to {})".format(*map(_one, points))
    ends = ("\u25c2 A is better", "no difference", "B is better \u25b8")
    return interval_bar(points, told, ends, "B minus A, in points")


def describe_difference_bar(value: float, low: float, high: float) -> str:
    """`difference_bar` as a sentence."""
    return (
        f"B minus A is {_one(100 * value)} points, with a 95 % interval from {_one(100 * low)} "
        f"to {_one(100 * high)}; no difference is 0."
    )


def two_curves(a: Rows, b: Rows) -> go.Figure:
    """Loss and accuracy of two runs over their epochs.

    Args:
        a: one mapping an epoch, as for `core.charts.curves`; may be empty.
        b: those of the other run.
    """
    last = max([1, *(int(row["epoch"]) for row in (*a, *b))])
    figure = loss_and_accuracy(last, 320, 84)
    for name, epochs, look in zip("AB", (a, b), _LOOKS, strict=True):
        for side in _SIDES:
            for column, measure in enumerate(("loss", "accuracy")):
                _add(figure, epochs, (name, measure, column), side, look)
    return figure


def describe_two_curves(a: Rows, b: Rows) -> str:
    """`two_curves` as a sentence."""
    told = [_told(name, epochs) for name, epochs in zip("AB", (a, b), strict=True)]
    return f"Curves of loss and accuracy of both runs. {' '.join(told)}"


def _told(name: str, epochs: Rows) -> str:
    if not epochs:
        return f"{name} has no curves."
    last = epochs[-1]
    return (
        f"{name} ends after {len(epochs)} epochs with a validation accuracy of "
        f"{percent(number(last.get('val_accuracy')))} and a validation loss of "
        f"{short(number(last.get('val_loss')))}."
    )


def _add(
    figure: go.Figure,
    epochs: Rows,
    what: tuple[str, str, int],
    side: tuple[str, str, float, str],
    look: Mapping[str, Any],
) -> None:
    (name, measure, column), (prefix, words, width, dash) = what, side
    if not epochs:
        return
    at = [int(row["epoch"]) for row in epochs]
    values = [number(row.get(prefix + measure)) for row in epochs]
    texts = [percent(value) if measure == "accuracy" else short(value) for value in values]
    is_main = prefix == "val_"
    figure.add_scatter(
        x=at,
        y=values,
        name=f"{name}, {words}",
        legendgroup=f"{name}-{words}",
        showlegend=column == 0,
        mode="lines+markers" if is_main and len(at) <= _MARKERS_UP_TO else "lines",
        line={"color": look["color"], "width": width, "dash": dash},
        marker={"symbol": look["symbol"], "size": 6},
        hovertext=[
            safe(f"{name}, epoch {epoch}: {words} {measure} {text}")
            for epoch, text in zip(at, texts, strict=True)
        ],
        hoverinfo="text",
        **PLACES[column],
    )


def _one(points: float) -> str:
    text = f"{points:.1f}"
    return "0.0" if text == "-0.0" else text
