"""Accuracy of parts of the images with their intervals, the weakest first."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from core.charts.style import QUIET, RIGHT, WRONG, bars, percent, safe, share_ticks, write_at_ends
from core.slices import KINDS, Slice

_END = 1.02  # of the axis: a mark at 100 % is seen whole, and no count lies on it


def slice_bars(found: Sequence[Slice], overall: float) -> go.Figure:
    """A mark and an interval for each of ``found``, beside the accuracy on all images.

    Args:
        found: as `core.slices.slices` gives them.
        overall: accuracy on all images.
    """
    figure = bars([one.name for one in found], longest=34)
    for is_weak, colour, symbol in ((True, WRONG, "diamond"), (False, RIGHT, "circle")):
        rows = [(y, one) for y, one in enumerate(found) if one.is_weak == is_weak]
        figure.add_scatter(
            x=[one.accuracy for _, one in rows],
            y=[y for y, _ in rows],
            mode="markers",
            marker={"symbol": symbol, "size": 11, "color": colour},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [one.high - one.accuracy for _, one in rows],
                "arrayminus": [one.accuracy - one.low for _, one in rows],
                "color": colour,
                "thickness": 2,
            },
            hovertext=[safe(_told(one)) for _, one in rows],
            hoverinfo="text",
            cliponaxis=False,
        )
    line = {"color": QUIET, "width": 2, "dash": "dash"}
    figure.add_vline(x=overall, line=line)
    write_at_ends(figure, [_END] * len(found), [f"{one.correct} of {one.n}" for one in found])
    figure.update_xaxes(
        range=[0, _END], title={"text": "Accuracy"}, **share_ticks(0, 0.2, 0.4, 0.6, 0.8, 1)
    )
    figure.update_layout(height=figure.layout.height + 44)  # the axis and its title
    return figure


def describe_slice_bars(found: Sequence[Slice], overall: float) -> str:
    """`slice_bars` in words."""
    told = "; ".join(_told(one) for one in found[:6])
    return (
        f"Accuracy of {len(found)} parts of the images, the weakest first; on all images it is "
        f"{percent(overall)}. {told}."
    )


def _told(one: Slice) -> str:
    weak = ", weak" if one.is_weak else ""
    return (
        f"{KINDS[one.kind]}, {one.name}: {percent(one.accuracy)} "
        f"({percent(one.low)} to {percent(one.high)}){weak}"
    )
