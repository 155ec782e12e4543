"""Where a model looks: how much of the heat of each class lies around the edges."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from core.charts.style import FAINT, QUIET, RIGHT, bars, percent, safe, share_ticks, write_at_ends
from core.gaze import BORDER_AREA, OUTSIDE_AREA, ClassGaze, Share

PLACES = {"border": ("on the border", BORDER_AREA), "outside": ("outside the middle", OUTSIDE_AREA)}
"""by name: in words, and what share of the picture the place is"""


def heat_bars(classes: Sequence[ClassGaze], place: str) -> go.Figure:
    """The share of each class's heat in one of `PLACES`, with its 95 % interval.

    An upright mark tells how much it would be if the heat were everywhere alike.
    """
    _, area = PLACES[place]
    shares = [_share(one, place) for one in classes]
    figure = bars([one.label for one in classes])
    figure.add_bar(
        x=[share.mean for share in shares],
        y=list(range(len(classes))),
        orientation="h",
        marker={"color": FAINT, "line": {"color": RIGHT, "width": 1}},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [share.high - share.mean for share in shares],
            "arrayminus": [share.mean - share.low for share in shares],
            "color": RIGHT,
            "thickness": 2.5,
            "width": 5,
        },
        hovertext=[safe(_told(one, place)) for one in classes],
        hoverinfo="text",
    )
    for row in range(len(classes)):
        edge = {"x0": area, "x1": area, "y0": row - 0.45, "y1": row + 0.45}
        figure.add_shape(type="line", line={"width": 3, "color": QUIET, "dash": "dot"}, **edge)
    write_at_ends(figure, [1.0] * len(classes), [percent(share.mean) for share in shares])
    figure.update_xaxes(range=[0, 1], **share_ticks(0, 0.5, 1))
    figure.update_layout(height=figure.layout.height + 20)
    return figure


def describe_heat_bars(classes: Sequence[ClassGaze], place: str) -> str:
    """`heat_bars` as a sentence."""
    words, area = PLACES[place]
    told = "; ".join(_told(one, place) for one in classes)
    return (
        f"Bar chart of the heat {words}, which is {percent(area)} of the picture. "
        f"{told or 'No class was named'}."
    )


def _share(one: ClassGaze, place: str) -> Share:
    return one.border if place == "border" else one.outside


def _told(one: ClassGaze, place: str) -> str:
    share = _share(one, place)
    return f"{one.label}: {percent(share.mean)} ({percent(share.low)} to {percent(share.high)})"
