"""How sure a model is and how right: the reliability diagram, and what a threshold does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.style import (
    FAINT,
    LEGEND,
    QUIET,
    RIGHT,
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
from core.conformal import Kept

_HEIGHT: Final = 340
_SHARES: Final[dict[str, Any]] = share_ticks(0, 0.25, 0.5, 0.75, 1)


def reliability_diagram(after: pd.DataFrame, before: pd.DataFrame | None = None) -> go.Figure:
    """How often answers were right against how sure they were, with 95 % intervals.

    Args:
        after: see `core.calibration.reliability`; at least one bin has answers.
        before: the same without the temperature; None where there was none.
    """
    figure = blank(_HEIGHT)
    line = {"color": QUIET, "width": 1.5, "dash": "dash"}
    figure.add_scatter(
        x=[0, 1], y=[0, 1], name="as sure as right", mode="lines", line=line, hoverinfo="skip"
    )
    if before is not None:
        _add_bins(figure, before, "as trained", WARN, with_interval=False)
    _add_bins(figure, after, "now", RIGHT, with_interval=True)
    figure.update_xaxes(title={"text": "How sure it was"}, range=[-0.01, 1.02], **_SHARES)
    figure.update_yaxes(title={"text": "How often it was right"}, range=[-0.01, 1.02], **_SHARES)
    figure.update_layout(showlegend=True, legend=LEGEND, margin={"t": 40})
    return figure


def describe_reliability_diagram(after: pd.DataFrame, before: pd.DataFrame | None = None) -> str:
    """`reliability_diagram` as a sentence."""
    told = "; ".join(_bin(row) for row in _filled(after))
    more = "" if before is None else " A second line shows the answers as trained."
    return f"Reliability diagram, how sure against how often right. {told}.{more}"


def coverage_chart(curve: pd.DataFrame, chosen: Mapping[Any, Any]) -> go.Figure:
    """The accuracy of the answers that are given against how many are, with its interval.

    Args:
        curve: see `core.calibration.coverage_curve`.
        chosen: the row of it that is marked.
    """
    figure = blank(_HEIGHT)
    known = curve[curve["answered"] > 0].drop_duplicates("answered", keep="last")
    known = known.sort_values("coverage")
    ends = [*known["accuracy_high"], *known["accuracy_low"][::-1]]
    figure.add_scatter(
        x=[*known["coverage"], *known["coverage"][::-1]],
        y=ends,
        fill="toself",
        fillcolor=FAINT,
        line={"width": 0},
        mode="lines",
        name="95 % interval",
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=known["coverage"],
        y=known["accuracy"],
        mode="lines",
        line={"color": RIGHT, "width": 3},
        name="right among the answered",
        hovertext=[_at(row) for row in known.to_dict("records")],
        hoverinfo="text",
    )
    if chosen["answered"]:
        figure.add_scatter(
            x=[chosen["coverage"]],
            y=[chosen["accuracy"]],
            mode="markers",
            marker={"symbol": "diamond", "size": 12, "color": WRONG},
            name="your threshold",
            hovertext=[_at(chosen)],
            hoverinfo="text",
            cliponaxis=False,
        )
    lowest = min([0.9, *known["accuracy_low"]])
    figure.update_xaxes(title={"text": "Answered: share of all images"}, range=[0, 1.01], **_SHARES)
    figure.update_yaxes(
        title={"text": "Right among the answered"},
        range=[lowest - 0.02, 1.01],
        **share_ticks(*steps(lowest, 1.0)),
    )
    figure.update_layout(showlegend=True, legend=LEGEND, margin={"t": 40})
    return figure


def describe_coverage_chart(curve: pd.DataFrame, chosen: Mapping[Any, Any]) -> str:
    """`coverage_chart` as a sentence."""
    every = curve.iloc[0].to_dict()
    return f"Accuracy against the share that is answered. {_at(every)}. Chosen: {_at(chosen)}."


def set_bars(kept: Kept) -> go.Figure:
    """How many sets name one class, several, or none."""
    rows = _sets(kept)
    figure = bars([name for name, _ in rows], longest=40)
    shares = [number / kept.n if kept.n else 0.0 for _, number in rows]
    figure.add_bar(
        x=shares,
        y=list(range(len(rows))),
        orientation="h",
        marker={
            "color": [RIGHT, WARN, WRONG],
            "pattern": {"shape": ["", "/", "x"], "solidity": 0.3, "size": 6},
        },
        hovertext=[_set(name, number, kept.n) for name, number in rows],
        hoverinfo="text",
    )
    write_at_ends(figure, shares, [some(number, "image", "images") for _, number in rows])
    figure.update_xaxes(range=[0, 1], visible=False)
    return figure


def describe_set_bars(kept: Kept) -> str:
    """`set_bars` as a sentence."""
    told = "; ".join(_set(name, number, kept.n) for name, number in _sets(kept))
    return f"Bar chart of what the sets say. {told}."


def distance_histogram(distances: Sequence[float], limit: float) -> go.Figure:
    """How far images lie from the training images, and where the gate stands.

    Args:
        distances: see `core.gate.Gate.distances`.
        limit: beyond which the gate is shut; infinite where it has none.
    """
    figure = blank(260)
    values = np.asarray(distances, float)
    top = float(max([*values, limit if np.isfinite(limit) else 0.0, 1e-9])) * 1.05
    counts, edges = np.histogram(values, bins=40, range=(0, top))
    middles = (edges[:-1] + edges[1:]) / 2
    out = middles > limit
    figure.add_bar(
        x=middles,
        y=counts,
        width=float(edges[1] - edges[0]) * 0.9,
        marker={
            "color": np.where(out, WRONG, RIGHT).tolist(),
            "pattern": {"shape": np.where(out, "x", "").tolist(), "solidity": 0.3, "size": 6},
        },
        hovertext=[
            f"distance {low:.3f} to {high:.3f}: {some(int(number), 'image', 'images')}"
            for low, high, number in zip(edges[:-1], edges[1:], counts, strict=True)
        ],
        hoverinfo="text",
    )
    if np.isfinite(limit):
        figure.add_vline(x=limit, line={"color": QUIET, "width": 2, "dash": "dash"})
        figure.add_annotation(
            x=limit, y=1.0, yref="paper", yanchor="bottom", text="gate", showarrow=False
        )
    figure.update_xaxes(
        title={"text": "Distance to what was seen; about 1 is usual"}, range=[0, top]
    )
    figure.update_yaxes(title={"text": "Images"})
    figure.update_layout(margin={"t": 28})
    return figure


def describe_distance_histogram(distances: Sequence[float], limit: float) -> str:
    """`distance_histogram` as a sentence."""
    values = np.asarray(distances, float)
    out = int((values > limit).sum())
    middle = float(np.median(values)) if len(values) else 0.0
    return (
        f"Histogram of the distances of {some(len(values), 'image', 'images')} to what was seen: "
        f"half are below {middle:.3f}, and {out:,} beyond the gate at {limit:.3f}."
    )


def _filled(table: pd.DataFrame) -> list[dict[Any, Any]]:
    return table[table["n"] > 0].to_dict("records")


def _add_bins(
    figure: go.Figure, table: pd.DataFrame, name: str, colour: str, with_interval: bool
) -> None:
    rows = _filled(table)
    spread = {
        "type": "data",
        "symmetric": False,
        "array": [row["accuracy_high"] - row["accuracy"] for row in rows],
        "arrayminus": [row["accuracy"] - row["accuracy_low"] for row in rows],
        "color": colour,
        "thickness": 2,
        "width": 4,
    }
    figure.add_scatter(
        x=[row["confidence"] for row in rows],
        y=[row["accuracy"] for row in rows],
        name=safe(name),
        mode="lines+markers",
        line={"color": colour, "width": 3 if with_interval else 2, "dash": _DASH[with_interval]},
        marker={"size": 9, "symbol": "circle" if with_interval else "circle-open"},
        error_y=spread if with_interval else None,
        hovertext=[f"{safe(name)}: {_bin(row)}" for row in rows],
        hoverinfo="text",
        cliponaxis=False,
    )


_DASH: Final = {True: "solid", False: "dot"}


def _bin(row: Mapping[Any, Any]) -> str:
    right = f"{percent(row['accuracy_low'])} to {percent(row['accuracy_high'])}"
    return (
        f"{percent(row['confidence'])} sure, {percent(row['accuracy'])} right ({right}), "
        f"{some(int(row['n']), 'answer', 'answers')}"
    )


def _at(row: Mapping[Any, Any]) -> str:
    sure = f"at least {percent(row['threshold'])} sure"
    answered = f"{sure}: {percent(row['coverage'])} answered"
    if not row["answered"]:
        return f"{sure}: nothing is answered"
    low, high = percent(row["accuracy_low"]), percent(row["accuracy_high"])
    return f"{answered}, {percent(row['accuracy'])} of them right ({low} to {high})"


def _sets(kept: Kept) -> list[tuple[str, int]]:
    return [
        ("one class: an answer", kept.single),
        ("several: it may be any", kept.several),
        ("none: unlike all classes", kept.none),
    ]


def _set(name: str, number: int, of: int) -> str:
    return f"{name}: {some(number, 'image', 'images')}, {percent(number / of if of else None)}"
