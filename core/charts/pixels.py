"""The numbers of one image: how often each value occurs, before and after scaling."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from core.charts.style import LEGEND, PLACES, RIGHT, THIRD, WRONG, pair

# Lines are told apart by dashes too: red and green alone are not enough for everyone
_CHANNELS: tuple[tuple[str, str, str], ...] = (
    ("red", WRONG, "solid"),
    ("green", THIRD, "dash"),
    ("blue", RIGHT, "dot"),
)


def pixel_histogram(counts: NDArray[np.int64], middle: float, spread: float) -> go.Figure:
    """How often each value occurs: as in the file (0..255), and as the network gets it.

    Args:
        counts: (3, bins), pixels by channel and value; the bins divide 0..256 equally.
        middle: the network gets (value - middle) / spread.
        spread: see there.
    """
    bins = counts.shape[1]
    centres = (np.arange(bins) + 0.5) * (256 / bins) - 0.5
    pixels = {"rangemode": "tozero", "nticks": 4}
    figure = pair(
        ("Before: 0 to 255", "After: about -1 to 1"),
        260,
        across=(
            {"range": [-2, 257], "tickvals": [0, 64, 127, 192, 255]},
            {"range": [-1.01, 1.02], "tickvals": [-1, -0.5, 0, 0.5, 1]},
        ),
        up=(
            {**pixels, "title": {"text": "Pixels"}},
            {**pixels, "matches": "y", "showticklabels": False},
        ),
        showlegend=True,
        legend={**LEGEND, "y": 1.14},
        margin={"t": 60},
    )
    for column, values in enumerate((centres, (centres - middle) / spread)):
        for channel, (name, colour, dash) in enumerate(_CHANNELS):
            look: dict[str, Any] = {"color": colour, "width": 2, "dash": dash, "shape": "hvh"}
            figure.add_scatter(
                x=values,
                y=counts[channel],
                mode="lines",
                name=name,
                legendgroup=name,
                showlegend=column == 0,
                line=look,
                **PLACES[column],
                hovertemplate=f"{name} near %{{x:.3g}}: %{{y:,}} pixels<extra></extra>",
            )
    return figure


def describe_pixel_histogram(counts: NDArray[np.int64]) -> str:
    """`pixel_histogram` as a sentence."""
    bins = counts.shape[1]
    centres = (np.arange(bins) + 0.5) * (256 / bins) - 0.5
    parts = []
    for channel, (name, _, _) in enumerate(_CHANNELS):
        total = counts[channel].sum()
        mean = float((counts[channel] * centres).sum() / total) if total else 0.0
        parts.append(f"{name} {mean:.0f}")
    return (
        "Two histograms of the same pixels, before scaling (0 to 255) and after (about -1 to 1). "
        f"Mean values before: {', '.join(parts)}."
    )
