"""What stands between the axes of an SVG: bars, lines, marks, whiskers, cells of a table."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import plotly.graph_objects as go

from core.charts.svg_text import SIZE, text, width_of

_DASHES: Final = {"dash": "6 4", "dot": "2 3"}
_INK, _PAPER = "#16202a", "#ffffff"
_BRIGHT: Final = 0.36  # of white: letters on what is brighter are dark
_FILL: Final = {
    "/": '<path d="M0 6L6 0M-1 1L1 -1M5 7L7 5" stroke="{}" stroke-width="1.2"/>',
    "x": '<path d="M0 0L6 6M6 0L0 6" stroke="{}" stroke-width="1"/>',
    ".": '<circle cx="3" cy="3" r="1.1" fill="{}"/>',
}


@dataclass(frozen=True)
class Place:
    """Where the values of both axes stand, in pixels; the ends of ``ys`` are bottom and top."""

    xs: tuple[float, float]
    ys: tuple[float, float]
    left: float
    right: float
    top: float
    bottom: float

    def x(self, value: float) -> float:
        """From the left edge of the figure."""
        low, high = self.xs
        return self.left + (float(value) - low) / (high - low) * (self.right - self.left)

    def y(self, value: float) -> float:
        """From the upper edge of the figure."""
        low, high = self.ys
        return self.bottom - (float(value) - low) / (high - low) * (self.bottom - self.top)


def draw(figure: go.Figure, place: Place, name: str) -> list[str]:
    """Every trace of ``figure``, in order; ids within begin with ``name``.

    Raises:
        ValueError: a bar stands, or a mark is of a kind that is not known here.
    """
    parts: list[str] = []
    ends: dict[float, float] = {}  # where the next part of a stacked bar begins
    for number, trace in enumerate(figure.data):
        if trace.type == "bar":
            stacked = ends if figure.layout.barmode == "stack" else {}
            parts += _bars(trace, place, f"{name}-{number}", stacked, figure.layout.bargap or 0.2)
        elif trace.type == "scatter":
            parts += _scatter(trace, place)
        else:
            parts += _cells(trace, place)
    return parts


def swatch(trace: Any, x: float, y: float, name: str) -> str:
    """A small sign for ``trace`` in a legend, 18 wide, its middle at the height ``y``."""
    if trace.type == "bar":
        looks = _pattern(_one(trace.marker.pattern.shape), f"{name}-{trace.name}-swatch", trace)
        fill = _one(trace.marker.color)
        box = f'<rect x="{x}" y="{y - 6}" width="18" height="12"'
        return f'{box} fill="{fill}"/>' + (f'{looks[0]}{box} fill="{looks[1]}"/>' if looks else "")
    parts = []
    if trace.fill:
        parts.append(f'<rect x="{x}" y="{y - 6}" width="18" height="12" fill="{trace.fillcolor}"/>')
    elif "lines" in trace.mode:
        parts.append(f'<path d="M{x} {y}h18" {_stroke(trace.line)}/>')
    if "markers" in trace.mode:
        parts.append(_mark(_one(trace.marker.symbol), x + 9, y, 8, _one(trace.marker.color)))
    return "".join(parts)


def _bars(
    trace: Any, place: Place, name: str, ends: dict[float, float], gap: float
) -> Iterable[str]:
    if trace.orientation != "h":
        raise ValueError("Only bars that lie are known here")
    count = len(trace.y)
    lengths, colours = _each(trace.x, count), _each(trace.marker.color, count)
    bases, shapes = _each(trace.base, count), _each(trace.marker.pattern.shape, count)
    thick = abs(place.y(1) - place.y(0)) * (_one(trace.width) or 1 - gap)
    edge = _one(trace.marker.line.color)
    lines, thicknesses = _each(edge, count), _each(trace.marker.line.width, count)
    for row, at in enumerate(trace.y):
        if lengths[row] is None:
            continue
        begin = float(bases[row] or 0) + ends.get(at, 0.0)
        end = begin + float(lengths[row])
        ends[at] = end
        x0, x1, y = place.x(begin), place.x(end), place.y(at)
        box = (
            f'<rect x="{min(x0, x1):.1f}" y="{y - thick / 2:.1f}" '
            f'width="{abs(x1 - x0):.1f}" height="{thick:.1f}"'
        )
        stroke = f'stroke="{lines[row]}" stroke-width="{thicknesses[row]}"' if lines[row] else ""
        yield f'{box} fill="{colours[row]}" {stroke}/>'
        looks = _pattern(shapes[row], f"{name}-{row}", trace)
        if looks:
            yield f'{looks[0]}{box} fill="{looks[1]}"/>'
    yield from _whiskers(trace, place)


def _pattern(shape: str | None, name: str, trace: Any) -> tuple[str, str] | None:
    """What defines a pattern, and how it is referred to; None for a plain surface."""
    if not shape:
        return None
    ink = trace.marker.pattern.fgcolor or _INK
    drawn = _FILL[shape].format(html.escape(str(ink)))
    key = "".join(letter if letter.isalnum() else "-" for letter in name)
    made = (
        f'<pattern id="{key}" width="6" height="6" patternUnits="userSpaceOnUse">{drawn}</pattern>'
    )
    return f"<defs>{made}</defs>", f"url(#{key})"


def _scatter(trace: Any, place: Place) -> Iterable[str]:
    count = len(trace.x)
    points = [
        (place.x(x), place.y(y)) if x is not None and y is not None else None
        for x, y in zip(trace.x, trace.y, strict=True)
    ]
    if trace.opacity == 0:
        return
    if "lines" in trace.mode:
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in filter(None, points))
        fill = trace.fillcolor if trace.fill == "toself" else "none"
        if any(points):
            yield f'<path d="{path}" fill="{fill}" {_stroke(trace.line)}/>'
    yield from _whiskers(trace, place)
    symbols, sizes = _each(trace.marker.symbol, count), _each(trace.marker.size, count)
    colours, words = _each(trace.marker.color, count), _each(trace.text, count)
    for row, point in enumerate(points):
        if point is None:
            continue
        if "markers" in trace.mode:
            yield _mark(
                symbols[row], *point, float(sizes[row] or 6), colours[row] or trace.line.color
            )
        if "text" in trace.mode and words[row]:
            told = html.unescape(str(words[row])).strip()
            x = min(point[0] + 6, place.right + 6)
            yield text(told, x, point[1] + SIZE * 0.36)


def _whiskers(trace: Any, place: Place) -> Iterable[str]:
    """Intervals along either axis."""
    for letter in "xy":
        error = trace[f"error_{letter}"]
        if error.array is None:
            continue
        more, less = list(error.array), list(error.arrayminus)
        for row, (x, y) in enumerate(zip(trace.x, trace.y, strict=True)):
            if x is None or y is None:
                continue
            if letter == "x":
                x0, x1, at = place.x(x - less[row]), place.x(x + more[row]), place.y(y)
                path = (
                    f"M{x0:.1f} {at:.1f}H{x1:.1f}M{x0:.1f} {at - 4:.1f}v8M{x1:.1f} {at - 4:.1f}v8"
                )
            else:
                y0, y1, at = place.y(y - less[row]), place.y(y + more[row]), place.x(x)
                path = (
                    f"M{at:.1f} {y0:.1f}V{y1:.1f}M{at - 4:.1f} {y0:.1f}h8M{at - 4:.1f} {y1:.1f}h8"
                )
            yield f'<path d="{path}" stroke="{error.color}" stroke-width="1.8" fill="none"/>'


def _mark(symbol: str | None, x: float, y: float, size: float, colour: Any) -> str:
    shape, opened, _ = str(symbol or "circle").partition("-open")
    look = f'fill="{_PAPER if opened else colour}" stroke="{colour}" stroke-width="1.6"'
    half = size / 2
    if shape == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{half:.1f}" {look}/>'
    if shape == "diamond":
        far = half * 1.3
        return f'<path d="M{x:.1f} {y - far:.1f}l{far} {far}l-{far} {far}l-{far} -{far}z" {look}/>'
    raise ValueError(f"A mark of the kind {symbol} is not known here")


def _cells(trace: Any, place: Place) -> Iterable[str]:
    """A table of colours, each cell with its text as far as that fits."""
    wide, high = abs(place.x(1) - place.x(0)), abs(place.y(1) - place.y(0))
    low, reach = float(trace.zmin), float(trace.zmax) - float(trace.zmin)
    for row, values in enumerate(trace.z):
        for column, value in enumerate(values):
            if value is None:
                continue
            x, y = place.x(trace.x[column]), place.y(trace.y[row])
            fill = _blend(trace.colorscale, (float(value) - low) / (reach or 1))
            size = f'width="{max(1, wide - 2):.1f}" height="{max(1, high - 2):.1f}"'
            yield (
                f'<rect x="{x - wide / 2 + 1:.1f}" y="{y - high / 2 + 1:.1f}" {size} '
                f'fill="rgb{fill}"/>'
            )
            told = str(trace.text[row][column]) if trace.text is not None else ""
            if told and width_of(told) < wide + 2:
                ink = f'fill="{_INK if _light(fill) > _BRIGHT else _PAPER}"'
                yield text(told, x, y + SIZE * 0.36, "middle", ink)


def _blend(scale: Sequence[Sequence[Any]], share: float) -> tuple[int, int, int]:
    """The colour at ``share`` of the way along a scale of hexadecimal colours."""
    share = min(1.0, max(0.0, share))
    for (start, one), (end, other) in pairwise(scale):
        if share <= end:
            part = (share - start) / (end - start) if end > start else 0.0
            a, b = _rgb(one), _rgb(other)
            return (_mix(a[0], b[0], part), _mix(a[1], b[1], part), _mix(a[2], b[2], part))
    return _rgb(scale[-1][1])


def _mix(a: int, b: int, part: float) -> int:
    return round(a + (b - a) * part)


def _rgb(colour: str) -> tuple[int, int, int]:
    return (int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16))


def _light(colour: tuple[int, int, int]) -> float:
    """How bright a colour is, from 0 to 1: the relative luminance of WCAG 2, about."""
    red, green, blue = ((part / 255) ** 2.2 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _stroke(line: Any) -> str:
    dash = f' stroke-dasharray="{_DASHES[line.dash]}"' if line.dash in _DASHES else ""
    width = 2 if line.width is None else line.width
    return f'stroke="{line.color or "none"}" stroke-width="{width}"{dash} fill-rule="nonzero"'


def _each(value: Any, count: int) -> list[Any]:
    """``value`` for each of ``count``, whether there is one for all, one for each, or none."""
    if value is None or isinstance(value, (str, int, float)):
        return [value] * count
    return list(value)


def _one(value: Any) -> Any:
    """``value``, or the first of several."""
    if value is None or isinstance(value, (str, int, float)):
        return value
    return value[0] if len(value) else None
