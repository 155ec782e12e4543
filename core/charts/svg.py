"""A figure as SVG: for documents that show, print and travel without any program in them.

Draws what the charts of this house are made of: bars, lines, marks, whiskers, tables of colours,
lines and words on them. What it does not know it refuses, so that nothing is left out unseen.
"""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import plotly.graph_objects as go

from core.charts.style import steps
from core.charts.svg_marks import Place, draw, swatch
from core.charts.svg_text import LINE, SIZE, cut_to, text, width_of

_KNOWN: Final = ("bar", "scatter", "heatmap")
_HEIGHT: Final = 340  # of a figure that does not say
_GAP: Final = 6  # between an axis and its words
_MOST: Final = 0.42  # of the width, for the names beside the bars
_TITLE: Final = 20
_ANGLE, _LEANING = 35, 88  # of names above a table: degrees, and how long they may be
_GRID: Final = '<path d="{}" stroke="#808890" stroke-opacity=".25" fill="none"/>'


def svg(figure: go.Figure, width: int, name: str) -> str:
    """``figure`` as an ``<svg>`` element that grows and shrinks with its place.

    Args:
        figure: of `core.charts`, two-dimensional.
        width: in pixels, that it is drawn for; letters are 13 pixels high at that width.
        name: begins the ids within; another for every figure of a document.

    Raises:
        ValueError: the figure holds something that is not known here.
    """
    for trace in figure.data:
        if trace.type not in _KNOWN:
            raise ValueError(f"A trace of the kind {trace.type} is not known here")
    place, height = _placed(figure, width)
    body = [
        *_axis_x(figure, place),
        *_axis_y(figure, place),
        *_shapes(figure, place, below=True),
        *draw(figure, place, name),
        *_shapes(figure, place, below=False),
        *_annotations(figure, place),
        *_legend(figure, place, width, name),
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:.0f}" '
        f'font-size="{SIZE}" fill="currentColor" aria-hidden="true">{"".join(body)}</svg>'
    )


@dataclass(frozen=True)
class _Axis:
    """What an axis shows: its range, the places of its ticks, and what stands there."""

    low: float
    high: float
    ticks: Sequence[float]
    words: Sequence[str]
    title: str


def _axis(figure: go.Figure, axis: Any, letter: str) -> _Axis:
    low, high = axis.range or _reach(figure, letter)
    title = axis.title.text or ""
    if axis.visible is False:
        return _Axis(low, high, (), (), "")
    ticks = list(axis.tickvals) if axis.tickvals is not None else steps(low, high)
    if axis.showticklabels is False:
        words = [""] * len(ticks)
    elif axis.ticktext is not None:
        words = [html.unescape(str(word)).strip() for word in axis.ticktext]
    else:
        words = [_written(value, axis.tickformat or "") for value in ticks]
    return _Axis(low, high, ticks, words, title)


def _reach(figure: go.Figure, letter: str) -> tuple[float, float]:
    """From the first value to the last; cells reach half a step beyond."""
    values: list[float] = []
    beyond = 0.0
    for trace in figure.data:
        values += [float(value) for value in trace[letter] if value is not None]
        beyond = 0.5 if trace.type == "heatmap" else beyond
    if not values:
        return 0.0, 1.0
    low, high = min(values) - beyond, max(values) + beyond
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def _written(value: float, form: str) -> str:
    told = f"{value:+g}" if form == "+" else f"{value:g}"
    return told.replace("-", "\u2212")


def _placed(figure: go.Figure, width: int) -> tuple[Place, float]:
    """Where the axes stand, and how high the whole is."""
    layout, margin = figure.layout, figure.layout.margin
    x, y = (_axis(figure, figure.layout[f"{letter}axis"], letter) for letter in "xy")
    names = max((width_of(word) for word in y.words), default=0.0)
    left = float(margin.l or 0) + min(names, _MOST * width) + (_GAP if names else 0)
    left += _TITLE if y.title else 0
    right = float(width - (margin.r or 0))
    if x.words and x.words[-1]:  # the last word stands half beyond the end
        right = min(right, width - width_of(x.words[-1]) / 2)
    rows = len(_legend_rows(figure, width))
    top = float(max(margin.t or 0, rows * LINE + 8))
    below = float(_GAP + LINE) if any(x.words) else 0.0
    if layout.xaxis.side == "top":
        top, below = top + (_rise(x.words, right - left) if below else 0.0), 0.0
    height = (layout.height or _HEIGHT) + max(0, top - (margin.t or 0))
    bottom = height - (margin.b or 0) - below - (_TITLE if x.title else 0)
    place = Place((x.low, x.high), (y.low, y.high), left, right, top, bottom)
    return place, height


def _leans(words: Sequence[str], room: float) -> bool:
    """Whether names above a table do not fit side by side into ``room`` pixels."""
    widest = max((width_of(word) for word in words), default=0.0)
    return widest > 0.96 * room / max(1, len(words))


def _rise(words: Sequence[str], room: float) -> float:
    """How high the names above a table stand, leaning or not."""
    if not _leans(words, room):
        return _GAP + LINE
    longest = min(_LEANING, max(map(width_of, words)))
    return _GAP + LINE + longest * math.sin(math.radians(_ANGLE))


def _axis_x(figure: go.Figure, place: Place) -> list[str]:
    axis = figure.layout.xaxis
    found = _axis(figure, axis, "x")
    on_top = axis.side == "top"
    at = place.top - _GAP if on_top else place.bottom + _GAP + SIZE
    parts = []
    is_wide = _leans(found.words, place.right - place.left)
    for value, word in zip(found.ticks, found.words, strict=True):
        x = place.x(value)
        if axis.showgrid is not False:
            parts.append(_GRID.format(f"M{x:.1f} {place.top:.1f}V{place.bottom:.1f}"))
        if word and is_wide and on_top:
            lean = f'transform="rotate(-{_ANGLE} {x:.1f} {at:.1f})"'
            parts.append(text(cut_to(word, _LEANING), x, at, "start", lean))
        elif word:
            parts.append(text(word, x, at, "middle"))
    if found.title:
        middle = (place.left + place.right) / 2
        parts.append(text(found.title, middle, at + _TITLE, "middle"))
    return parts


def _axis_y(figure: go.Figure, place: Place) -> list[str]:
    axis = figure.layout.yaxis
    found = _axis(figure, axis, "y")
    parts = []
    start = (figure.layout.margin.l or 0) + (_TITLE if found.title else 0)
    for value, word in zip(found.ticks, found.words, strict=True):
        y = place.y(value)
        if axis.showgrid is not False:
            parts.append(_GRID.format(f"M{place.left:.1f} {y:.1f}H{place.right:.1f}"))
        if word:
            told = cut_to(word, place.left - _GAP - start)
            parts.append(text(told, place.left - _GAP, y + SIZE * 0.36, "end"))
    if found.title:
        x, y = SIZE, (place.top + place.bottom) / 2
        turn = f'transform="rotate(-90 {x} {y:.1f})"'
        parts.append(text(found.title, x, y, "middle", turn))
    return parts


def _shapes(figure: go.Figure, place: Place, below: bool) -> list[str]:
    parts = []
    for shape in figure.layout.shapes:
        if (shape.layer == "below") is not below:
            continue
        x0, x1 = place.x(shape.x0), place.x(shape.x1)
        if str(shape.yref).endswith("domain") or shape.yref == "paper":
            y0, y1 = place.top, place.bottom
        else:
            y0, y1 = place.y(shape.y0), place.y(shape.y1)
        line = shape.line
        dash = ' stroke-dasharray="6 4"' if line.dash == "dash" else ""
        stroke = f'stroke="{line.color or "none"}" stroke-width="{_or(line.width, 1)}"{dash}'
        if shape.type == "line":
            parts.append(f'<path d="M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}" {stroke}/>')
        elif shape.type == "rect":
            x, y, w, h = min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0)
            size = f'x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}"'
            parts.append(f'<rect {size} fill="{shape.fillcolor}" {stroke}/>')
        else:
            raise ValueError(f"A shape of the kind {shape.type} is not known here")
    return parts


def _annotations(figure: go.Figure, place: Place) -> list[str]:
    """Words on the figure, moved in where they would stand beyond its edge."""
    anchors = {"left": "start", "right": "end", "center": "middle"}
    parts = []
    for note in figure.layout.annotations:
        words = html.unescape(note.text)
        anchor = anchors.get(note.xanchor or "center", "middle")
        x = place.x(note.x)
        if anchor == "end" and x - width_of(words) < 2:
            x, anchor = 2.0, "start"
        y = place.top if note.yref == "paper" else place.y(note.y)
        y += {"bottom": -4.0, "top": SIZE + 4.0}.get(note.yanchor or "middle", SIZE * 0.36)
        parts.append(text(words, x, y, anchor))
    return parts


def _legend_rows(figure: go.Figure, width: int) -> list[list[tuple[Any, float]]]:
    """The named traces, as many in a row as fit: each with where it begins."""
    if not figure.layout.showlegend:
        return []
    rows: list[list[tuple[Any, float]]] = [[]]
    at = 8.0
    for trace in figure.data:
        if not trace.name or trace.showlegend is False:
            continue
        needed = 40 + width_of(trace.name)
        if rows[-1] and at + needed > width:
            rows.append([])
            at = 8.0
        rows[-1].append((trace, at))
        at += needed
    return rows


def _legend(figure: go.Figure, place: Place, width: int, name: str) -> list[str]:
    rows = _legend_rows(figure, width)
    above = _GAP + LINE if figure.layout.xaxis.side == "top" else 0
    parts = []
    for number, row in enumerate(rows):
        y = place.top - above - 8 - LINE * (len(rows) - 1 - number)
        for trace, x in row:
            parts.append(swatch(trace, x, y - 4, name))
            parts.append(text(html.unescape(trace.name), x + 24, y, "start"))
    return parts


def _or(value: float | None, other: float) -> float:
    return other if value is None else value
