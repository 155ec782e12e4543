"""What a recipe does: how often answers flip, step by step, and what the whole of it buys."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from core.alarm import Level, Verdict, words
from core.charts.interval import interval_bar
from core.charts.style import (
    RIGHT,
    WARN,
    WRONG,
    bars,
    percent,
    safe,
    share_ticks,
    write_at_ends,
)
from core.worth import Compared

_LOOKS = {
    Level.CHANGED: (WRONG, "x", "changes the class?"),
    Level.HARD: (WARN, "/", "hard"),
    Level.FINE: (RIGHT, "", "fine"),
}


def flip_bars(verdicts: Sequence[Verdict]) -> go.Figure:
    """The share of altered images that are told otherwise than before, by step."""
    figure = bars([words.title(each.looked.name) for each in verdicts], longest=28)
    looks = [_LOOKS[each.level] for each in verdicts]
    figure.add_bar(
        x=[each.looked.flipped for each in verdicts],
        y=list(range(len(verdicts))),
        orientation="h",
        marker={
            "color": [colour for colour, _, _ in looks],
            "pattern": {"shape": [shape for _, shape, _ in looks], "solidity": 0.3, "size": 6},
        },
        hovertext=[safe(_flips(each)) for each in verdicts],
        hoverinfo="text",
    )
    write_at_ends(figure, [1.0] * len(verdicts), [text for _, _, text in looks])
    figure.update_xaxes(range=[0, 1], **share_ticks(0, 0.5, 1))
    # Plotly leaves no room for the scale by itself where the chart is as low as one bar.
    figure.update_layout(height=figure.layout.height + 20, margin={"b": 28})
    return figure


def describe_flip_bars(verdicts: Sequence[Verdict]) -> str:
    """`flip_bars` as a sentence."""
    told = "; ".join(_flips(each) for each in verdicts)
    return f"Bar chart of altered images that are told otherwise than before. {told}."


def worth_interval(compared: Compared) -> go.Figure:
    """What the recipe adds to the accuracy, its 95 % interval, and where nothing is."""
    points = (100 * compared.difference, 100 * compared.low, 100 * compared.high)
    told = "{:+.1f} points ({:+.1f} to {:+.1f})".format(*points)
    ends = ("◂ worse", "no difference", "better ▸")
    return interval_bar(points, told, ends, "with minus without, in points")


def describe_worth_interval(compared: Compared) -> str:
    """`worth_interval` as a sentence."""
    return (
        f"Without the recipe {percent(compared.without)} right, with it "
        f"{percent(compared.with_views)}: {100 * compared.difference:+.1f} points, 95 % interval "
        f"{100 * compared.low:+.1f} to {100 * compared.high:+.1f}; no difference is 0."
    )


def _flips(verdict: Verdict) -> str:
    told = _LOOKS[verdict.level][2]
    return f"{words.title(verdict.looked.name)}: {percent(verdict.looked.flipped)}, {told}"
