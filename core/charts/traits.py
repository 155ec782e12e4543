"""What kinds of images there are: sizes, shapes, files. Every mark is a bin that can be chosen."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.charts.style import QUIET, RIGHT, WRONG, bars, blank, safe, some, write_at_ends

_LARGEST = 32  # px across, the mark of the fullest bin
_SMALLEST = 8
_SOFT = 0.8  # discs that overlap show through each other


def trait_bars(bins: pd.DataFrame, chosen: str | None = None) -> go.Figure:
    """How many images are in each bin; ``customdata`` is the bin's key.

    Args:
        bins: ``key``, ``name`` and ``images``, in the order in which they are drawn.
        chosen: the key of the bin that is marked.
    """
    names = [str(name) for name in bins["name"]]
    numbers = [int(number) for number in bins["images"]]
    figure = bars(names, longest=30)
    figure.add_bar(
        x=numbers,
        y=list(range(len(names))),
        orientation="h",
        customdata=[str(key) for key in bins["key"]],
        marker={"color": RIGHT, "line": _outline(bins, chosen)},
        hovertext=[f"{safe(n)}: {_images(m)}" for n, m in zip(names, numbers, strict=True)],
        hoverinfo="text",
        **stays(1),
    )
    write_at_ends(figure, numbers, [f"{number:,}" for number in numbers])
    figure.update_xaxes(range=[0, max([1, *numbers])], visible=False)
    return figure


def describe_trait_bars(bins: pd.DataFrame, what: str) -> str:
    """`trait_bars` as a sentence; ``what`` is the trait, like 'shape'."""
    if bins.empty:
        return f"Bar chart of the images by {what}: there are none."
    parts = [f"{name}: {int(n):,}" for name, n in zip(bins["name"], bins["images"], strict=True)]
    return f"Bar chart of {_images(int(bins['images'].sum()))} by {what}. {'; '.join(parts)}."


def size_map(bins: pd.DataFrame, side: int, chosen: str | None = None) -> go.Figure:
    """Where the images lie by width and height, both logarithmic; a disc's area is their number.

    Args:
        bins: ``key``, ``name``, ``images``, ``width`` and ``height``.
        side: of the network's square, drawn as two lines.
        chosen: the key of the bin that is marked.
    """
    figure = blank(380)
    low, high = _range(bins, side)
    figure.add_scatter(
        x=[low, high],
        y=[low, high],
        mode="lines",
        hoverinfo="skip",
        line={"color": QUIET, "width": 1, "dash": "dot"},
    )
    figure.add_scatter(
        x=[side, side, low],
        y=[low, side, side],
        mode="lines",
        hoverinfo="skip",
        line={"color": WRONG, "width": 2, "dash": "dash"},
    )
    numbers = bins["images"].to_numpy(dtype=float)
    figure.add_scatter(
        x=bins["width"],
        y=bins["height"],
        mode="markers",
        customdata=[str(key) for key in bins["key"]],
        marker={
            "size": _SMALLEST + (_LARGEST - _SMALLEST) * np.sqrt(numbers / max(1, numbers.max())),
            "color": RIGHT,
            "opacity": _SOFT,
            "line": _outline(bins, chosen, 1),
        },
        hovertext=[
            f"{safe(name)}: {_images(int(n))}"
            for name, n in zip(bins["name"], bins["images"], strict=True)
        ],
        hoverinfo="text",
        **stays(_SOFT),
    )
    near = np.log10(low) + 0.9 * np.log10(high / low)
    _note(figure, near, near, "as wide as tall  ", "right", QUIET)
    _note(
        figure,
        np.log10(low),
        np.log10(side),
        f" {side} pixels, the network's",
        "left",
        WRONG,
        below=True,
    )
    ticks = _ticks(low, high)
    scale = {"type": "log", "range": [np.log10(low), np.log10(high)], "tickvals": ticks}
    scale["ticktext"] = [f"{tick:,}" for tick in ticks]
    figure.update_xaxes(title={"text": "Width in pixels"}, **scale)
    figure.update_yaxes(title={"text": "Height in pixels"}, **scale)
    return figure


def describe_size_map(bins: pd.DataFrame, side: int) -> str:
    """`size_map` as a sentence."""
    if bins.empty:
        return "Map of the images by width and height: there are none."
    most = bins.iloc[int(bins["images"].to_numpy().argmax())]
    wide = f"{int(bins['width'].min()):,} to {int(bins['width'].max()):,}"
    tall = f"{int(bins['height'].min()):,} to {int(bins['height'].max()):,}"
    return (
        f"Map of {_images(int(bins['images'].sum()))} by width ({wide} pixels) and height "
        f"({tall} pixels), with lines at the network's {side}. Most, {int(most['images']):,}, are "
        f"{most['name']}."
    )


def stays(opacity: float) -> dict[str, object]:
    """What keeps marks as they are after a click: the page itself says what was chosen."""
    look = {"marker": {"opacity": opacity}}
    return {"selected": look, "unselected": look}


def _outline(bins: pd.DataFrame, chosen: str | None, usual: int = 0) -> dict[str, object]:
    marked = [str(key) == chosen for key in bins["key"]]
    return {
        "width": [4 if mark else usual for mark in marked],
        "color": [WRONG if mark else "rgba(255,255,255,0.8)" for mark in marked],
    }


def _note(
    figure: go.Figure, x: float, y: float, text: str, anchor: str, colour: str, below: bool = False
) -> None:
    figure.add_annotation(
        x=x,
        y=y,
        text=text,
        showarrow=False,
        xanchor=anchor,
        yanchor="top" if below else "bottom",
        font={"size": 12, "color": colour},
    )


def _range(bins: pd.DataFrame, side: int) -> tuple[float, float]:
    """The same stretch for both axes, so that squares lie on the diagonal."""
    values = [*bins["width"], *bins["height"], side]
    return min(values) / 1.6, max(values) * 1.6


def _ticks(low: float, high: float) -> list[int]:
    """Round numbers: 1, 2 and 5 times powers of ten, fewer where the stretch is long."""
    digits = (1, 2, 5) if high / low < 200 else (1,)
    every = [digit * 10**power for power in range(7) for digit in digits]
    return [tick for tick in every if low <= tick <= high]


def _images(count: int) -> str:
    return some(count, "image", "images")
