"""Before training: what gives the class away, what there is to beat, what more would bring."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.charts.style import (
    FAINT,
    LEGEND,
    QUIET,
    RIGHT,
    THIRD,
    WARN,
    WRONG,
    bars,
    blank,
    percent,
    safe,
    share_ticks,
    some,
    steps,
    write_at_ends,
)
from core.preflight import Baseline, Curve, Leakage, Level, Shortcut

_LOOKS = {
    Level.STRONG: (WRONG, "x", "strong"),
    Level.NOTICEABLE: (WARN, "/", "noticeable"),
    Level.NONE: (QUIET, "", "none"),
}


def shortcut_bars(shortcuts: Sequence[Shortcut]) -> go.Figure:
    """How many images are guessed right by each cue alone, and how many by luck (a thin mark)."""
    figure = bars([one.title for one in shortcuts], longest=28)
    looks = [_LOOKS[one.level] for one in shortcuts]
    figure.add_bar(
        x=[one.accuracy for one in shortcuts],
        y=list(range(len(shortcuts))),
        orientation="h",
        marker={
            "color": [colour for colour, _, _ in looks],
            "pattern": {"shape": [shape for _, shape, _ in looks], "solidity": 0.3, "size": 6},
        },
        hovertext=[safe(_shortcut(one)) for one in shortcuts],
        hoverinfo="text",
    )
    for place, one in enumerate(shortcuts):
        edge = {"x0": one.chance, "x1": one.chance, "y0": place - 0.45, "y1": place + 0.45}
        figure.add_shape(type="line", line={"width": 3, "color": RIGHT}, **edge)
    write_at_ends(figure, [1.0] * len(shortcuts), [words for _, _, words in looks])
    _shares(figure)
    return figure


def describe_shortcut_bars(shortcuts: Sequence[Shortcut]) -> str:
    """`shortcut_bars` as a sentence."""
    if not shortcuts:
        return "Bar chart of cues that may tell the class: there are none to try."
    telling = "; ".join(_shortcut(one) for one in shortcuts if one.level is not Level.NONE)
    cues = some(len(shortcuts), "cue", "cues")
    return f"Bar chart of {cues} that may tell the class. Telling: {telling or 'none'}."


def baseline_bars(baselines: Sequence[Baseline]) -> go.Figure:
    """How often each simple way is right, with its 95 % interval."""
    figure = bars([one.title for one in baselines], longest=36)
    figure.add_bar(
        x=[one.accuracy for one in baselines],
        y=list(range(len(baselines))),
        orientation="h",
        marker={"color": FAINT, "line": {"color": RIGHT, "width": 1}},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [one.high - one.accuracy for one in baselines],
            "arrayminus": [one.accuracy - one.low for one in baselines],
            "color": RIGHT,
            "thickness": 2.5,
            "width": 5,
        },
        hovertext=[safe(_baseline(one)) for one in baselines],
        hoverinfo="text",
    )
    write_at_ends(figure, [1.0] * len(baselines), [percent(one.accuracy) for one in baselines])
    _shares(figure)
    return figure


def describe_baseline_bars(baselines: Sequence[Baseline]) -> str:
    """`baseline_bars` as a sentence."""
    return f"Bar chart of simple ways to answer. {'; '.join(map(_baseline, baselines))}."


def leakage_bars(found: Leakage) -> go.Figure:
    """The probe's accuracy with a random and with a grouped split."""
    names, shares = _splits(found)
    figure = bars(names, longest=36)
    figure.add_bar(
        x=shares,
        y=[0, 1],
        orientation="h",
        marker={"color": [WARN, RIGHT], "pattern": {"shape": ["/", ""], "solidity": 0.3}},
        hoverinfo="skip",
    )
    write_at_ends(figure, [1.0, 1.0], [percent(share) for share in shares])
    _shares(figure)
    return figure


def describe_leakage_bars(found: Leakage) -> str:
    """`leakage_bars` as a sentence."""
    (first, second), (random, grouped) = _splits(found)
    return f"Bar chart of accuracy. {first}: {percent(random)}. {second}: {percent(grouped)}."


def learning_curve(curve: Curve, total: int) -> go.Figure:
    """Accuracy by the number of images: what was measured, and the range that is likely.

    Args:
        curve: of all classes or of one.
        total: the images that there are, marked by a line.
    """
    figure = blank(300)
    if curve.band:
        sizes = [n for n, _, _ in curve.band]
        low, high = [1 - h for _, _, h in curve.band], [1 - lo for _, lo, _ in curve.band]
        figure.add_scatter(
            x=sizes + sizes[::-1],
            y=high + low[::-1],
            mode="lines",
            line={"width": 1, "color": THIRD, "dash": "dot"},
            fill="toself",
            fillcolor="rgba(0,158,115,0.18)",
            name="likely range",
            hoverinfo="skip",
        )
    figure.add_scatter(
        x=[point.n for point in curve.points],
        y=[1 - point.error for point in curve.points],
        mode="lines+markers",
        line={"color": RIGHT, "width": 2},
        marker={"size": 8},
        name="measured",
        hovertext=[f"{point.n:,} images: {percent(1 - point.error)}" for point in curve.points],
        hoverinfo="text",
    )
    shown = [value for trace in figure.data for value in trace.y]
    figure.add_scatter(
        x=[total, total],
        y=[min(shown), max(shown)],
        mode="lines",
        line={"dash": "dash", "width": 2, "color": QUIET},
        name="your images",
        hoverinfo="skip",
    )
    figure.update_layout(showlegend=True, legend=LEGEND, margin={"t": 36})
    ends = [point.n for point in curve.points] + [total] + [round(n) for n, _, _ in curve.band]
    figure.update_xaxes(
        type="log",
        title="Images to learn from",
        range=[float(np.log10(min(ends) * 0.9)), float(np.log10(max(ends) * 1.1))],
        tickvals=_ticks(min(ends), max(ends)),
        tickformat=",d",
    )
    figure.update_yaxes(title="Accuracy", **share_ticks(*steps(min(shown), max(shown))))
    return figure


def describe_learning_curve(curve: Curve, total: int) -> str:
    """`learning_curve` as a sentence."""
    first, last = curve.points[0], curve.points[-1]
    text = (
        f"Learning curve: accuracy {percent(1 - first.error)} with {first.n:,} images, "
        f"{percent(1 - last.error)} with {last.n:,}; there are {total:,}."
    )
    if curve.band:
        n, low, high = curve.band[-1]
        text += f" With {n:,.0f}, likely {percent(1 - high)} to {percent(1 - low)}."
    return text


def _ticks(low: float, high: float) -> list[int]:
    steps = [step * 10**power for power in range(8) for step in (1, 2, 5)]
    return [step for step in steps if 0.9 * low <= step <= 1.1 * high]


def _shares(figure: go.Figure) -> None:
    figure.update_xaxes(range=[0, 1], **share_ticks(0, 0.5, 1))
    figure.update_layout(height=figure.layout.height + 20)


def _shortcut(one: Shortcut) -> str:
    return f"{one.title}: {percent(one.accuracy)} guessed right, {percent(one.chance)} by luck"


def _baseline(one: Baseline) -> str:
    low, high = percent(one.low), percent(one.high)
    return f"{one.title}: {percent(one.accuracy)} ({low} to {high})"


def _splits(found: Leakage) -> tuple[list[str], list[float]]:
    return ["Random split", "Kept together"], [found.random, found.grouped]
