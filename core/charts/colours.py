"""The colours, the brightness and the contrast of images, class by class."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from io import BytesIO

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray
from PIL import Image

from core.charts.style import FAINT, QUIET, RIGHT, WRONG, bars, blank, number, safe, some
from core.charts.traits import stays

_STRIP = 96  # colours in the strip of a class, at most
_LARGEST, _SMALLEST = 52, 12  # px across, the discs of the fullest and of the emptiest bin


def strips_of(images: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """The mean colours of each class's images from dark to bright: class -> (n <= 96, 3).

    With more images than colours, each colour is the mean of a few images that are alike in
    brightness.

    Args:
        images: ``label``, ``brightness``, ``red``, ``green`` and ``blue``; rows with NaN are
            left out.
    """
    parts = ["red", "green", "blue"]
    known = images.dropna(subset=[*parts, "brightness"]).sort_values(["label", "brightness"])
    strips = {}
    for label, rows in known.groupby("label", sort=True):
        pieces = np.array_split(rows[parts].to_numpy(dtype=float), min(_STRIP, len(rows)))
        strips[str(label)] = np.array([piece.mean(axis=0) for piece in pieces])
    return strips


def colour_strips(strips: dict[str, NDArray[np.float64]]) -> go.Figure:
    """One strip a class: the mean colour of its images, from the darkest to the brightest."""
    figure = bars(list(strips))
    for place, colours in enumerate(strips.values()):
        figure.add_layout_image(
            source=_png(colours),
            xref="x",
            yref="y",
            x=0,
            y=place - 0.4,
            sizex=1,
            sizey=0.8,
            sizing="stretch",
            layer="above",
        )
    figure.add_scatter(x=[0, 1], y=[0, 0], mode="markers", opacity=0, hoverinfo="skip")
    figure.update_xaxes(range=[0, 1], visible=False)
    _write_below(figure, ("darkest", "brightest"))
    return figure


def describe_colour_strips(names: dict[str, str]) -> str:
    """`colour_strips` as a sentence; ``names`` tells the mean colour of each class in words."""
    if not names:
        return "Strips of mean colours: no image has been measured yet."
    parts = "; ".join(f"{label}: {name}" for label, name in names.items())
    return f"Strips of the mean colours of {some(len(names), 'class', 'classes')}. {parts}."


def hue_map(bins: pd.DataFrame, chosen: str | None = None) -> go.Figure:
    """Mean colours as a wheel: hue is the direction, saturation the distance from gray.

    Args:
        bins: ``key``, ``name``, ``images``, ``x``, ``y`` and ``colour``; the area of a disc is
            the number of its images.
        chosen: the key of the bin that is marked.
    """
    figure = blank(400)
    reach = max(0.3, 1.15 * float(np.hypot(bins["x"], bins["y"]).max()) if len(bins) else 0.0)
    _wheel(figure, reach)
    numbers = bins["images"].to_numpy(dtype=float)
    sizes = _SMALLEST + (_LARGEST - _SMALLEST) * np.sqrt(numbers / max(1.0, numbers.max(initial=0)))
    order = np.argsort(-numbers)  # small discs on top of large ones
    table = bins.iloc[order]
    figure.add_scatter(
        x=table["x"],
        y=table["y"],
        mode="markers",
        customdata=[str(key) for key in table["key"]],
        marker={
            "size": sizes[order],
            "color": list(table["colour"]),
            "opacity": 1,
            "line": {"width": 1, "color": QUIET},
        },
        hovertext=[
            f"{safe(name)}: {some(int(n), 'image', 'images')}"
            for name, n in zip(table["name"], table["images"], strict=True)
        ],
        hoverinfo="text",
        **stays(1),
    )
    if chosen is not None:
        _ring(figure, table, list(sizes[order]), chosen)
    return figure


def describe_hue_map(bins: pd.DataFrame) -> str:
    """`hue_map` as a sentence."""
    if bins.empty:
        return "Wheel of mean colours: no image has been measured yet."
    ranked = bins.sort_values("images", ascending=False).head(5)
    parts = [
        f"{name}: {int(n):,}" for name, n in zip(ranked["name"], ranked["images"], strict=True)
    ]
    total = some(int(bins["images"].sum()), "image", "images")
    return f"Wheel of the mean colours of {total}. Most frequent: {'; '.join(parts)}."


def spread(images: pd.DataFrame, column: str) -> pd.DataFrame:
    """Where the values of each class lie: label, images, low, q1, median, q3, high.

    ``low`` and ``high`` are the 2nd and 98th of a hundred. Rows with NaN are left out; the
    class with the lowest median comes first.
    """
    known = images[["label", column]].dropna()
    parts = {"low": 0.02, "q1": 0.25, "median": 0.5, "q3": 0.75, "high": 0.98}
    values = known.groupby("label")[column]
    found = pd.DataFrame({name: values.quantile(part) for name, part in parts.items()})
    counts = known.groupby("label").size().rename("images")
    return found.join(counts).sort_values("median").reset_index()


def spread_boxes(
    spreads: pd.DataFrame, ends: Sequence[str], chosen: str | None = None
) -> go.Figure:
    """The values of each class as a box: half of the images lie in it, nearly all on the line.

    ``customdata`` of a box is 'class-' and the class.

    Args:
        spreads: as `spread` gives them, values 0..1.
        ends: what the low and the high end of the scale mean.
        chosen: the class that is marked.
    """
    labels = [str(label) for label in spreads["label"]]
    figure = bars(labels)
    places = list(range(len(labels)))
    figure.add_bar(
        base=list(spreads["low"]),
        x=list(spreads["high"] - spreads["low"]),
        y=places,
        width=0.08,
        orientation="h",
        marker={"color": RIGHT},
        hoverinfo="skip",
    )
    figure.add_bar(
        base=list(spreads["q1"]),
        x=list((spreads["q3"] - spreads["q1"]).clip(lower=0.004)),
        y=places,
        width=0.6,
        orientation="h",
        customdata=[f"class-{label}" for label in labels],
        marker={
            "color": FAINT,
            "line": {
                "color": [WRONG if label == chosen else RIGHT for label in labels],
                "width": [4 if label == chosen else 1.5 for label in labels],
            },
        },
        hovertext=[
            f"{safe(label)}: half of the images lie between {q1:.2f} and {q3:.2f}"
            for label, q1, q3 in zip(labels, spreads["q1"], spreads["q3"], strict=True)
        ],
        hoverinfo="text",
        **stays(1),
    )
    figure.add_scatter(
        x=list(spreads["median"]),
        y=places,
        mode="markers",
        hoverinfo="skip",
        marker={"symbol": "line-ns", "size": 15, "line": {"width": 3, "color": RIGHT}},
    )
    low, high = _stretch(spreads)
    figure.update_xaxes(range=[low, high], nticks=6, showticklabels=False, ticks="")
    _write_below(figure, (f"{low:.2f}, {ends[0]}", f"{high:.2f}, {ends[1]}"))
    figure.update_layout(barmode="overlay")
    return figure


def describe_spread(spreads: pd.DataFrame, what: str) -> str:
    """`spread_boxes` as a sentence; ``what`` is measured, like 'brightness'."""
    if spreads.empty:
        return f"Boxes of the {what} of each class: no image has been measured yet."
    least, most = spreads.iloc[0], spreads.iloc[-1]
    return (
        f"Boxes of the {what} of {some(len(spreads), 'class', 'classes')}, 0 to 1. Lowest: "
        f"{least['label']}, median {_short(least['median'])}. Highest: {most['label']}, median "
        f"{_short(most['median'])}."
    )


def _stretch(spreads: pd.DataFrame) -> tuple[float, float]:
    """The part of 0..1 that is worth drawing: where the values lie, and a little beside."""
    if spreads.empty:
        return 0.0, 1.0
    low, high = float(spreads["low"].min()), float(spreads["high"].max())
    beside = 0.02 + 0.05 * (high - low)
    return max(0.0, low - beside), min(1.0, high + beside)


def _wheel(figure: go.Figure, reach: float) -> None:
    """Circles of saturation and the names of hues, out to a saturation of ``reach``."""
    for radius in (0.25, 0.5, 0.75, 1.0):
        if radius <= reach:
            figure.add_shape(
                type="circle",
                x0=-radius,
                x1=radius,
                y0=-radius,
                y1=radius,
                layer="below",
                line={"color": "rgba(128,136,144,0.35)", "width": 1},
            )
    for place, name in enumerate(("red", "yellow", "green", "cyan", "blue", "magenta")):
        angle = place * np.pi / 3
        figure.add_annotation(
            x=1.15 * reach * np.cos(angle),
            y=1.15 * reach * np.sin(angle),
            text=name,
            showarrow=False,
            font={"size": 12},
        )
    figure.update_xaxes(range=[-1.35 * reach, 1.35 * reach], visible=False)
    figure.update_yaxes(range=[-1.25 * reach, 1.25 * reach], visible=False, scaleanchor="x")


def _ring(figure: go.Figure, bins: pd.DataFrame, sizes: list[float], chosen: str) -> None:
    """Mark the disc of the bin ``chosen`` by a ring around it."""
    for x, y, size, key in zip(bins["x"], bins["y"], sizes, bins["key"], strict=True):
        if str(key) == chosen:
            line = {"width": 3, "color": WRONG}
            look = {"symbol": "circle-open", "size": size + 10, "line": line, "color": WRONG}
            figure.add_scatter(x=[x], y=[y], mode="markers", marker=look, hoverinfo="skip")


def _write_below(figure: go.Figure, ends: Sequence[str]) -> None:
    """Write what the two ends of the horizontal axis mean, below it."""
    for place, text in zip((0, 1), ends, strict=True):
        figure.add_annotation(
            xref="paper",
            yref="paper",
            x=place,
            y=0,
            xanchor=("left", "right")[place],
            yanchor="top",
            text=text,
            showarrow=False,
            font={"size": 12},
        )
    figure.update_layout(height=figure.layout.height + 24, margin={"b": 28})


def _short(value: float) -> str:
    known = number(value)
    return "not known" if known is None else f"{known:.2f}"


def _png(colours: NDArray[np.float64]) -> str:
    """A row of colours as a picture in a link, each 8 pixels wide so that no browser blurs it."""
    row = np.rint(255 * colours.clip(0, 1)).astype(np.uint8)[None]
    buffer = BytesIO()
    wide = np.repeat(np.repeat(row, 8, axis=1), 8, axis=0)
    Image.fromarray(wide).save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
