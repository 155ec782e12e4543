"""What corruptions do: the weakest first, a course over severities, classes, two runs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.charts.style import (
    FAINT,
    QUIET,
    RIGHT,
    WRONG,
    bars,
    blank,
    cut,
    percent,
    safe,
    share_ticks,
    write_at_ends,
)
from core.corruptions import CORRUPTIONS
from core.stress import ClassHurt, Compared, Difference, Hurt, Share

# Light enough throughout that one dark ink can be read on every cell, at least 4.5 to 1.
_COLOURS = [[0.0, "#E8853A"], [0.5, "#F7E3D0"], [0.75, "#D3E6EF"], [1.0, "#6DB3D3"]]
_INK = "#11181B"
_MOST_CLASSES = 12
_NOTHING = 1e-9  # what rounding leaves of no difference


def hurt_bars(rows: Sequence[Hurt], clean: Share) -> go.Figure:
    """Mean accuracy under each corruption with its interval; a line where it is without any."""
    figure = bars([_title(row.name) for row in rows])
    figure.add_bar(
        x=[row.accuracy.value for row in rows],
        y=list(range(len(rows))),
        orientation="h",
        marker={"color": FAINT, "line": {"color": RIGHT, "width": 1}},
        error_x=_whiskers([row.accuracy for row in rows]),
        hovertext=[safe(_hurt(row)) for row in rows],
        hoverinfo="text",
    )
    write_at_ends(figure, [1.0] * len(rows), [percent(row.accuracy.value) for row in rows])
    _mark(figure, clean.value, len(rows))
    figure.update_xaxes(range=[0, 1], **share_ticks(0, 0.25, 0.5, 0.75, 1))
    figure.update_layout(height=figure.layout.height + 44, margin={"t": 24})
    return figure


def describe_hurt_bars(rows: Sequence[Hurt], clean: Share) -> str:
    """`hurt_bars` as a sentence."""
    if not rows:
        return "Bar chart of the accuracy under each corruption: none was measured."
    return (
        f"Bar chart of the mean accuracy under {len(rows)} corruptions with 95 % intervals; "
        f"without any it is {percent(clean.value)}. Hurts most: {_hurt(rows[0])}. "
        f"Hurts least: {_hurt(rows[-1])}."
    )


def severity_course(clean: Share, row: Hurt) -> go.Figure:
    """Accuracy from the images as they are to the harshest severity, with intervals."""
    shares, figure = [clean, *row.by_severity], blank(260)
    x = list(range(len(shares)))
    figure.add_scatter(
        x=[*x, *reversed(x)],
        y=[*(share.high for share in shares), *(share.low for share in reversed(shares))],
        mode="lines",
        fill="toself",
        fillcolor=FAINT,
        line={"width": 0},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=x,
        y=[share.value for share in shares],
        mode="lines+markers",
        line={"color": RIGHT, "width": 2.5},
        marker={"size": 9},
        hovertext=[safe(f"{_step(i)}: {_span(share)}") for i, share in enumerate(shares)],
        hoverinfo="text",
    )
    figure.update_xaxes(
        tickvals=x, ticktext=["as it is", *(str(i) for i in x[1:])], title={"text": "Severity"}
    )
    figure.update_yaxes(range=[0, 1.03], **share_ticks(0, 0.2, 0.4, 0.6, 0.8, 1))
    return figure


def describe_severity_course(clean: Share, row: Hurt) -> str:
    """`severity_course` as a sentence."""
    told = ", ".join(
        f"{_step(i)} {percent(share.value)}" for i, share in enumerate([clean, *row.by_severity])
    )
    return f"Accuracy by severity of {_title(row.name)}: {told}."


def class_map(rows: Sequence[ClassHurt], names: Sequence[str]) -> go.Figure:
    """Mean recall of each class (columns) under each corruption (rows), as numbers on colour."""
    shown = rows[:_MOST_CLASSES]
    values = np.array([row.by_corruption for row in shown]).T.reshape(len(names), len(shown))
    order = np.argsort(values.mean(axis=1), kind="stable")[::-1] if shown else np.arange(0)
    figure = blank(90 + 26 * len(names))
    figure.add_heatmap(
        z=values[order],
        x=list(range(len(shown))),
        y=list(range(len(names))),
        zmin=0,
        zmax=1,
        colorscale=_COLOURS,
        showscale=False,
        xgap=2,
        ygap=2,
        text=[[f"{100 * value:.0f}" for value in line] for line in values[order]],
        texttemplate="%{text}",
        textfont={"color": _INK},
        hovertext=[
            [
                safe(f"{row.label}, {_title(names[place])}: {percent(float(values[place, i]))}")
                for i, row in enumerate(shown)
            ]
            for place in order
        ],
        hoverinfo="text",
    )
    figure.update_xaxes(
        tickvals=list(range(len(shown))),
        ticktext=[safe(cut(row.label, 14)) for row in shown],
        side="top",
        showgrid=False,
    )
    figure.update_yaxes(
        tickvals=list(range(len(names))),
        ticktext=[f"{_title(names[place])} " for place in order],
        showgrid=False,
    )
    return figure


def describe_class_map(rows: Sequence[ClassHurt], names: Sequence[str]) -> str:
    """`class_map` as a sentence."""
    told = "; ".join(
        f"{row.label} {percent(row.stressed.value)} on average, lowest under {_title(row.weakest)}"
        for row in rows[:_MOST_CLASSES]
        if row.weakest
    )
    return f"Table of the recall of each class under {len(names)} corruptions. {told}."


def difference_dots(found: Compared) -> go.Figure:
    """B minus A under each corruption, in points, with its interval; filled where it is shown."""
    rows = found.each
    figure = bars([_title(row.name) for row in rows])
    reach = 100 * max([0.02, *(max(abs(row.by.low), abs(row.by.high)) for row in rows)])
    figure.add_scatter(
        x=[100 * row.by.value for row in rows],
        y=list(range(len(rows))),
        mode="markers",
        marker={
            "color": [RIGHT if row.by.value > -_NOTHING else WRONG for row in rows],
            "symbol": ["diamond" if row.is_shown else "diamond-open" for row in rows],
            "size": 11,
        },
        error_x=_whiskers([row.by for row in rows], 100),
        hovertext=[safe(_gap(row)) for row in rows],
        hoverinfo="text",
    )
    figure.add_shape(
        type="line",
        x0=0,
        x1=0,
        y0=-0.5,
        y1=len(rows) - 0.5,
        line={"color": QUIET, "width": 2, "dash": "dash"},
    )
    figure.update_xaxes(
        range=[-1.1 * reach, 1.1 * reach],
        title={"text": "◂ A keeps more · points · B keeps more ▸"},
    )
    figure.update_layout(height=figure.layout.height + 40)
    return figure


def describe_difference_dots(found: Compared) -> str:
    """`difference_dots` as a sentence."""
    shown = [_gap(row) for row in found.each if row.is_shown]
    told = "; ".join(shown) if shown else "none of the differences is shown"
    return f"B minus A under {len(found.each)} corruptions, in points: {told}."


def _mark(figure: go.Figure, value: float, rows: int) -> None:
    """A dashed line down the bars, with its name above it."""
    line = {"color": QUIET, "width": 2, "dash": "dash"}
    figure.add_shape(type="line", x0=value, x1=value, y0=-0.5, y1=rows - 0.5, line=line)
    figure.add_annotation(
        x=value, y=-0.5, yanchor="bottom", xanchor="right", text="as they are", showarrow=False
    )


def _whiskers(shares: Sequence[Share], scale: float = 1) -> dict[str, object]:
    return {
        "type": "data",
        "symmetric": False,
        "array": [scale * max(0.0, share.high - share.value) for share in shares],
        "arrayminus": [scale * max(0.0, share.value - share.low) for share in shares],
        "color": RIGHT,
        "thickness": 2,
        "width": 4,
    }


def _title(name: str | None) -> str:
    return CORRUPTIONS[name].title if name is not None and name in CORRUPTIONS else str(name)


def _step(severity: int) -> str:
    return f"severity {severity}" if severity else "as they are"


def _span(share: Share) -> str:
    return f"{percent(share.value)} ({percent(share.low)} to {percent(share.high)})"


def _hurt(row: Hurt) -> str:
    return f"{_title(row.name)}: {_span(row.accuracy)}"


def _gap(row: Difference) -> str:
    low, value, high = (100 * each for each in (row.by.low, row.by.value, row.by.high))
    told = "shown" if row.is_shown else "not shown"
    return f"{_title(row.name)}: {value:+.1f} points ({low:+.1f} to {high:+.1f}), {told}"
