"""What a recipe does: how often answers flip, step by step, and what the whole of it buys."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from core.alarm import Level, Verdict, words
from core.charts.style import (
    FAINT,
    QUIET,
    RIGHT,
    WARN,
    WRONG,
    bars,
    blank,
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
    figure = blank(140)
    value, low, high = (100 * each for each in (compared.difference, compared.low, compared.high))
    reach = 1.15 * max(abs(low), abs(high), 0.5)
    figure.add_shape(
        type="rect", x0=low, x1=high, y0=-0.22, y1=0.22, fillcolor=FAINT, line={"width": 0}
    )
    line = {"color": QUIET, "width": 2, "dash": "dash"}
    figure.add_shape(type="line", x0=0, x1=0, y0=-0.5, y1=0.5, line=line)
    figure.add_scatter(
        x=[value],
        y=[0],
        mode="markers",
        marker={"symbol": "diamond", "size": 13, "color": RIGHT},
        hovertext=[f"{value:+.1f} points ({low:+.1f} to {high:+.1f})"],
        hoverinfo="text",
    )
    for x, anchor, text in (
        (-reach, "left", "◂ worse"),
        (0, "center", "no difference"),
        (reach, "right", "better ▸"),
    ):
        figure.add_annotation(
            x=x, y=0.8, xanchor=anchor, yanchor="middle", text=text, showarrow=False
        )
    figure.update_xaxes(
        range=[-reach, reach],
        tickformat="+",
        nticks=7,
        title={"text": "with minus without, in points"},
    )
    figure.update_yaxes(range=[-0.5, 1.05], visible=False)
    return figure


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
