"""How the scores of a check are spread, and where the line is drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.charts.style import CLEAR, QUIET, WARN, some

BINS = 50
_HEIGHT = 120


def score_histogram(scores: NDArray[np.floating[Any]], threshold: float) -> go.Figure:
    """How many images have which score; those below the threshold in another colour, hatched.

    The heights are logarithmic: beside thousands of good images, one bad one can be seen. Made
    in one piece, since it is drawn anew with every move of the threshold.

    Args:
        scores: 0 (worst) to 1 (nothing wrong), in any order; NaN is left out.
        threshold: where the line stands.
    """
    known = np.clip(scores[~np.isnan(scores)], 0, 1)
    counts, edges = np.histogram(known, bins=BINS, range=(0, 1))
    below = edges[:-1] < threshold - 1e-9
    most = max(1, int(counts.max(initial=1)))
    bars = go.Bar(
        x=(edges[:-1] + 0.5 / BINS).tolist(),
        y=counts.tolist(),
        width=1 / BINS,
        marker={
            "color": np.where(below, WARN, QUIET).tolist(),
            "pattern": {"shape": np.where(below, "/", "").tolist(), "size": 5, "solidity": 0.4},
        },
        hovertext=[
            f"{count:,} with a score of {low:.2f} to {low + 1 / BINS:.2f}"
            for count, low in zip(counts.tolist(), edges[:-1].tolist(), strict=True)
        ],
        hoverinfo="text",
    )
    line = {"type": "line", "x0": threshold, "x1": threshold, "y0": 0, "y1": 1, "yref": "paper"}
    layout = {
        "height": _HEIGHT,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "showlegend": False,
        "dragmode": False,
        "bargap": 0,
        "shapes": [{**line, "line": {"dash": "dash", "width": 2, "color": WARN}}],
        "xaxis": {
            "range": [0, 1],
            "tickvals": [0, 1],
            "ticktext": ["worst", "fine"],
            "fixedrange": True,
            "automargin": True,
            "showgrid": False,
            "zeroline": False,
        },
        "yaxis": {
            "type": "log",
            "range": [float(np.log10(0.6)), float(np.log10(1.6 * most))],
            "visible": False,
            "fixedrange": True,
        },
    }
    return go.Figure(bars, layout)


def describe_score_histogram(scores: NDArray[np.floating[Any]], threshold: float) -> str:
    """`score_histogram` as a sentence."""
    known = scores[~np.isnan(scores)]
    below = int((known < threshold).sum())
    return (
        f"Histogram of {some(len(known), 'score', 'scores')} from 0, the worst, to 1: "
        f"{below:,} below the line at {threshold:.2f}."
    )
