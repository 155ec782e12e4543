"""One difference between two accuracies: the value, its interval, and where nothing differs."""

from __future__ import annotations

import plotly.graph_objects as go

from core.charts.style import FAINT, QUIET, RIGHT, blank

_THICK, _LINE, _WORDS = 0.22, 0.5, 0.8  # heights from the middle


def interval_bar(
    points: tuple[float, float, float],
    told: str,
    ends: tuple[str, str, str],
    title: str,
    colour: str = RIGHT,
) -> go.Figure:
    """A mark on a bar along an axis of points, in the middle of which nothing differs.

    Args:
        points: value, lower and upper end of its 95 % interval, in points.
        told: what the mark says of itself.
        ends: what lies to the left, in the middle and to the right.
        title: of the axis.
        colour: of the mark.
    """
    value, low, high = points
    reach = 1.15 * max(abs(low), abs(high), 0.5)
    axis = {"range": [-reach, reach], "nticks": 7, "title": {"text": title}}
    figure = blank(140, xaxis=axis, yaxis={"range": [-_LINE, 1.05], "visible": False})
    figure.add_shape(
        type="rect",
        x0=low,
        x1=high,
        y0=-_THICK,
        y1=_THICK,
        fillcolor=FAINT,
        line={"width": 0},
        layer="below",
    )
    line = {"color": QUIET, "width": 2, "dash": "dash"}
    figure.add_shape(type="line", x0=0, x1=0, y0=-_LINE, y1=_LINE, line=line)
    figure.add_scatter(
        x=[value],
        y=[0],
        mode="markers",
        marker={"symbol": "diamond", "size": 13, "color": colour},
        hovertext=[told],
        hoverinfo="text",
    )
    places = ((-reach, "left"), (0, "center"), (reach, "right"))
    for (x, anchor), text in zip(places, ends, strict=True):
        figure.add_annotation(
            x=x, y=_WORDS, xanchor=anchor, yanchor="middle", text=text, showarrow=False
        )
    return figure
