"""Small drawings for the glossary, as SVG; what is grey in them can take the colour of the text."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

_BLUE, _ORANGE, _GREEN = "#0072B2", "#D55E00", "#009E73"
_WIDTH, _HEIGHT = 300, 150
_TOLD: Final = re.compile(r'aria-label="([^"]+)"')
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 288, 12, 122  # of the axes


def drawn(key: str, ink: str) -> str:
    """The drawing of the term ``key`` with words and lines in the colour ``ink``.

    Raises:
        KeyError: that term has none.
    """
    return DRAWINGS[key]().replace("currentColor", ink)


def alt(key: str) -> str:
    """What the drawing of the term ``key`` shows, in words."""
    found = _TOLD.search(DRAWINGS[key]())
    return found[1] if found else ""


def _svg(told: str, *marks: str) -> str:
    size = f'viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{told}" '
        f'fill="currentColor" font-family="sans-serif" font-size="12"><title>{told}</title>'
        f"{''.join(marks)}</svg>"
    )


def _text(x: float, y: float, words: str, anchor: str = "middle") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{words}</text>'


def _line(x1: float, y1: float, x2: float, y2: float, style: str = "") -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="currentColor" '
        f"{style}/>"
    )


def _curve(points: list[tuple[float, float]], colour: str, style: str = "") -> str:
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.5" {style}/>'


def _box(x: float, y: float, width: float, height: float, colour: str, style: str = "") -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f'fill="{colour}" {style}/>'
    )


def _axes(below: str, beside: str) -> str:
    middle = (_TOP + _BOTTOM) / 2
    turned = (
        f'<text x="14" y="{middle:.0f}" text-anchor="middle" '
        f'transform="rotate(-90 14 {middle:.0f})">{beside}</text>'
    )
    axes = _line(_LEFT, _BOTTOM, _RIGHT, _BOTTOM) + _line(_LEFT, _TOP, _LEFT, _BOTTOM)
    return axes + _text((_LEFT + _RIGHT) / 2, 142, below) + turned


def _spread(place: float, low: float = _LEFT, high: float = _RIGHT) -> float:
    return low + place * (high - low)


def overfitting() -> str:
    """Two loss curves that part."""
    places = [step / 40 for step in range(41)]
    train = [(_spread(x), 20 + 92 * (1 - math.exp(-3.2 * x))) for x in places]
    held = [
        (x, y - 4 - 75 * max(0.0, at - 0.35) ** 1.4)
        for at, (x, y) in zip(places, train, strict=True)
    ]
    best = _spread(0.42)
    return _svg(
        "The loss of the training images falls on, that of the validation images rises again",
        _axes("epochs", "loss"),
        _line(best, _TOP, best, _BOTTOM, 'stroke-dasharray="3 4"'),
        _curve(train, _BLUE),
        _curve(held, _ORANGE, 'stroke-dasharray="7 4"'),
        _text(_RIGHT, 104, "training", "end"),
        _text(_RIGHT, 54, "validation", "end"),
        _text(best, 10, "best epoch"),
    )


def calibration() -> str:
    """Accuracy against confidence: on the line, and below it."""
    ends = (_LEFT, _BOTTOM, _RIGHT, _TOP)
    boast = [(_spread(x / 10), _BOTTOM - 110 * (x / 10) ** 2 * 0.8) for x in range(11)]
    return _svg(
        "Where sure and right agree lies a straight line; a model that boasts lies below it",
        _axes("how sure", "how often right"),
        _line(*ends, 'stroke-dasharray="6 4"'),
        _curve(boast, _ORANGE),
        _text(120, 54, "as sure as right"),
        _text(246, 112, "boasts"),
    )


def split() -> str:
    """A bar in three parts."""
    parts = (("training", 0.7, _BLUE), ("validation", 0.15, _ORANGE), ("test", 0.15, _GREEN))
    marks, at = [], 0.0
    for number, (name, share, colour) in enumerate(parts):
        x, width = _spread(at, 6, 294), share * 288
        marks += [_box(x, 50, width - 3, 36, colour)]
        marks += [_text(x + width / 2, 40 if number != 1 else 104, name)]
        at += share
    told = "Most images are learnt from, some steer the training, some judge the result"
    return _svg(told, *marks)


def leakage() -> str:
    """Twins on two sides."""
    marks = [_line(150, 14, 150, 112, 'stroke-dasharray="4 4"')]
    marks += [_text(75, 136, "training"), _text(225, 136, "test")]
    for x, y, colour in ((60, 30, _BLUE), (40, 78, _GREEN), (220, 30, _BLUE), (240, 78, _ORANGE)):
        marks += [_box(x, y, 26, 26, colour, 'rx="4"')]
    marks += [_line(90, 43, 216, 43, 'stroke-width="2"'), _text(150, 12, "twins")]
    return _svg("The same picture stands in training and in the test", *marks)


def interval() -> str:
    """Two scores whose intervals overlap."""
    marks = [_axes("accuracy", "run")]
    for y, low, mean, high, colour in (
        (45, 0.35, 0.58, 0.76, _BLUE),
        (90, 0.42, 0.66, 0.82, _ORANGE),
    ):
        x1, x, x2 = _spread(low), _spread(mean), _spread(high)
        marks += [_line(x1, y, x2, y, 'stroke-width="2"')]
        marks += [_line(end, y - 6, end, y + 6, 'stroke-width="2"') for end in (x1, x2)]
        marks += [f'<circle cx="{x:.0f}" cy="{y}" r="6" fill="{colour}"/>']
    told = "Two scores with their intervals, which overlap: no difference is shown"
    return _svg(told, *marks)


def confusion() -> str:
    """A matrix of two classes."""
    marks = [_text(190, 14, "was called"), _text(150, 34, "rust"), _text(230, 34, "healthy")]
    for row, (name, cells) in enumerate((("is rust", (18, 2)), ("is healthy", (5, 15)))):
        marks += [_text(100, 69 + 50 * row, name, "end")]
        for column, number in enumerate(cells):
            right = row == column
            shade = f'fill-opacity="{0.25 + number / 40:.2f}"'
            x, y = 110 + 80 * column, 42 + 50 * row
            marks += [_box(x, y, 76, 46, _GREEN if right else _ORANGE, shade)]
            marks += [_text(x + 38, y + 27, str(number))]
    told = "Of 20 rusty leaves 18 were called rust, of 20 healthy ones 15 healthy"
    return _svg(told, *marks)


def pixel() -> str:
    """A few pixels with their numbers."""
    rows = ((250, 236, 120, 40), (244, 180, 60, 34), (190, 96, 40, 30))
    marks = []
    for row, numbers in enumerate(rows):
        for column, number in enumerate(numbers):
            x, y, ink = 50 + 50 * column, 6 + 46 * row, "#000" if number > 110 else "#fff"
            marks += [_box(x, y, 48, 44, f"rgb({number},{number},{number})")]
            marks += [
                f'<text x="{x + 24}" y="{y + 27}" text-anchor="middle" fill="{ink}">{number}</text>'
            ]
    return _svg("Twelve pixels from light to dark, each with its number", *marks)


def learning_curve() -> str:
    """A curve that rises ever more slowly."""
    points = [
        (_spread(x / 30), _BOTTOM - 95 * (1 - math.exp(-4 * x / 30)) - 4) for x in range(1, 31)
    ]
    return _svg(
        "The accuracy rises fast with the first images and slowly with later ones",
        _axes("images learnt from", "accuracy"),
        _curve(points, _BLUE),
    )


def learning_rate() -> str:
    """Steps into a valley: too small, right, too large."""
    places = [step / 20 - 1 for step in range(41)]
    marks, ground = [], 92
    for number, (name, at) in enumerate(
        (
            ("too low", (-0.95, -0.88, -0.81, -0.74)),
            ("good", (-0.95, -0.4, -0.12, 0.0)),
            ("too high", (-0.5, 0.65, -0.8, 0.97)),
        )
    ):
        middle = 52 + 98 * number
        valley = [(middle + 42 * x, ground - 76 * x * x + 12) for x in places]
        marks += [_curve(valley, "currentColor", 'stroke-opacity="0.4"')]
        steps = [(middle + 42 * x, ground - 76 * x * x + 12) for x in at]
        marks += [_curve(steps, _ORANGE)]
        marks += [f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4" fill="{_ORANGE}"/>' for x, y in steps]
        marks += [_text(middle, 138, name)]
    told = "Small steps crawl down a slope, fitting ones arrive, large ones jump across"
    return _svg(told, *marks)


def conformal_set() -> str:
    """Three answers: one class, two classes, none."""
    marks = []
    answers = {
        "an answer": (0.95, 0.2, 0.1),
        "a choice": (0.7, 0.62, 0.1),
        "none": (0.3, 0.25, 0.2),
    }
    for number, (told, bars) in enumerate(answers.items()):
        x = 16 + 98 * number
        for place, share in enumerate(bars):
            shade = "" if share > 0.5 else 'fill-opacity="0.3"'
            marks += [_box(x + 24 * place, 116 - 100 * share, 20, 100 * share, _BLUE, shade)]
        marks += [_text(x + 34, 138, told)]
    marks += [_line(8, 66, 292, 66, 'stroke-dasharray="5 4"')]
    return _svg("Classes above the line cannot be ruled out: one, two, or none of them", *marks)


DRAWINGS: Final[Mapping[str, Callable[[], str]]] = MappingProxyType(
    {
        draw.__name__: draw
        for draw in (
            *(overfitting, calibration, split, leakage, interval, confusion, pixel),
            *(learning_curve, learning_rate, conformal_set),
        )
    }
)
"""By the key of a term, what draws it."""
