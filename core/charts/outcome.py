"""What a model can do: class by class, and for one image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from core.charts.style import (
    FAINT,
    QUIET,
    RIGHT,
    WRONG,
    Rows,
    bars,
    number,
    percent,
    safe,
    share_ticks,
    some,
    write_at_ends,
)


def recall_bars(per_class: Rows) -> go.Figure:
    """The recall of each class with its 95 % interval, the weakest class first.

    Args:
        per_class: a mapping a class with ``label``, ``n``, ``correct``, ``recall``,
            ``recall_low`` and ``recall_high``, as a run's report keeps them. A class without
            images (``n`` = 0) gets no bar and comes last.
    """
    rows = _by_recall(per_class)
    figure = bars([str(row["label"]) for row in rows])
    figure.add_bar(
        x=[number(row["recall"]) if row["n"] else None for row in rows],
        y=list(range(len(rows))),
        orientation="h",
        marker={"color": FAINT, "line": {"color": RIGHT, "width": 1}},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [_gap(row["recall"], row["recall_high"]) for row in rows],
            "arrayminus": [_gap(row["recall_low"], row["recall"]) for row in rows],
            "color": RIGHT,
            "thickness": 2.5,
            "width": 5,
        },
        hovertext=[safe(_recall(row)) for row in rows],
        hoverinfo="text",
    )
    ends = [f"{row['correct']:,} of {row['n']:,}" if row["n"] else "no images" for row in rows]
    write_at_ends(figure, [1.0] * len(rows), ends)
    figure.update_xaxes(range=[0, 1], **share_ticks(0, 0.25, 0.5, 0.75, 1))
    figure.update_xaxes(title={"text": "Recall: share of the class that was found"})
    figure.update_layout(height=figure.layout.height + 44)
    return figure


def describe_recall_bars(per_class: Rows) -> str:
    """`recall_bars` as a sentence."""
    rows = [row for row in _by_recall(per_class) if row["n"]]
    if not rows:
        return "Bar chart of the recall of each class: no class has images."
    return (
        f"Bar chart of the recall of {some(len(rows), 'class', 'classes')} with 95 % intervals. "
        f"Weakest: {_recall(rows[0])}. Strongest: {_recall(rows[-1])}."
    )


@dataclass(frozen=True)
class Likely:
    """A class that an image may be of.

    Attributes:
        label: the class.
        share: its probability.
        role: what it is to the image, in words; '' where there is nothing to say.
        colour: of its bar.
    """

    label: str
    share: float
    role: str
    colour: str


def likeliest(
    classes: Sequence[str],
    probabilities: Sequence[float],
    truth: str | None,
    predicted: str,
    top: int = 5,
) -> list[Likely]:
    """The likeliest classes of one image; the true class is always among them.

    Args:
        classes: every class of the model.
        probabilities: one for each class, in that order.
        truth: the true class, or None where it is not known.
        predicted: the class that was chosen.
        top: how many classes to give, at most; the true one takes the last place if it must.
    """
    pairs = list(zip(classes, (float(value) for value in probabilities), strict=True))
    ranked = sorted(pairs, key=lambda pair: -pair[1])
    shown = ranked[:top]
    if truth not in [label for label, _ in shown]:
        shown[-1:] = [pair for pair in ranked if pair[0] == truth] or shown[-1:]
    return [
        Likely(label, share, _role(label, truth, predicted), _colour(label, truth, predicted))
        for label, share in shown
    ]


def _by_recall(per_class: Rows) -> list[Mapping[str, Any]]:
    return sorted(per_class, key=lambda row: (not row["n"], number(row["recall"]) or 0.0))


def _recall(row: Mapping[str, Any]) -> str:
    if not row["n"]:
        return f"{row['label']}: no images"
    low, high = percent(number(row["recall_low"])), percent(number(row["recall_high"]))
    found = f"{row['correct']:,} of {row['n']:,} found"
    return f"{row['label']}: {found}, {percent(number(row['recall']))} ({low} to {high})"


def _gap(low: Any, high: Any) -> float:
    below, above = number(low), number(high)
    return 0.0 if below is None or above is None else max(0.0, above - below)


def _role(label: str, truth: str | None, predicted: str) -> str:
    """What a class is to the image, in words; nothing where the truth is not known."""
    if truth is None:
        return ""
    roles = {"predicted": label == predicted, "true class": label == truth}
    return " and ".join(role for role, holds in roles.items() if holds)


def _colour(label: str, truth: str | None, predicted: str) -> str:
    if label == (predicted if truth is None else truth):
        return RIGHT
    return WRONG if label == predicted else QUIET
