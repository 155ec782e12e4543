"""How many images there are."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from core.charts.style import LEGEND, RIGHT, THIRD, WRONG, bars, safe, some, write_at_ends

# split: (its name in words, colour, pattern)
_SPLITS = {
    "train": ("training", RIGHT, ""),
    "validation": ("validation", WRONG, "/"),
    "test": ("test", THIRD, "."),
}
_OVERLAY = {"fillmode": "overlay", "fgcolor": "#ffffff", "fgopacity": 0.6, "solidity": 0.25}


def class_bars(counts: pd.DataFrame) -> go.Figure:
    """How many images each class has, the largest class first.

    Args:
        counts: columns ``label`` and ``images``; with a column ``split`` (train, validation,
            test) there is one row for each class and split, and the bars are stacked.
    """
    totals = _totals(counts)
    figure = bars(list(totals))
    if "split" in counts.columns:
        places = {label: place for place, label in enumerate(totals)}
        for split in _SPLITS:
            _add_split(figure, counts[counts["split"] == split], split, places)
        figure.update_layout(
            barmode="stack",
            showlegend=True,
            legend={**LEGEND, "traceorder": "normal"},
            height=figure.layout.height + 28,
        )
        figure.update_layout(margin={"t": 36})
    else:
        figure.add_bar(
            x=list(totals.values()),
            y=list(range(len(totals))),
            orientation="h",
            marker={"color": RIGHT},
            hovertext=[f"{safe(label)}: {_images(n)}" for label, n in totals.items()],
            hoverinfo="text",
        )
    write_at_ends(figure, list(totals.values()), [f"{n:,}" for n in totals.values()])
    figure.update_xaxes(range=[0, max([1, *totals.values()])], visible=False)
    return figure


def describe_class_bars(counts: pd.DataFrame) -> str:
    """`class_bars` as a sentence."""
    totals = _totals(counts)
    if not totals:
        return "Bar chart of the images in each class: there are none yet."
    ranked = list(totals.items())
    (most, many), (least, few) = ranked[0], ranked[-1]
    return (
        f"Bar chart of {_images(sum(totals.values()))} in "
        f"{some(len(totals), 'class', 'classes')}: from {many:,} of {most} down to "
        f"{few:,} of {least}."
    )


def _add_split(figure: go.Figure, part: pd.DataFrame, split: str, places: dict[str, int]) -> None:
    words, colour, pattern = _SPLITS[split]
    labels, numbers = part["label"].tolist(), part["images"].tolist()
    figure.add_bar(
        x=numbers,
        y=[places[label] for label in labels],
        orientation="h",
        name=words,
        marker={"color": colour, "pattern": {**_OVERLAY, "shape": pattern}},
        hovertext=[
            f"{safe(label)}: {_images(n)} for {words}"
            for label, n in zip(labels, numbers, strict=True)
        ],
        hoverinfo="text",
    )


def _totals(counts: pd.DataFrame) -> dict[str, int]:
    """Images by class, the largest first, equal ones by name."""
    totals: dict[str, int] = {}
    for label, images in zip(counts["label"], counts["images"], strict=True):
        totals[str(label)] = totals.get(str(label), 0) + int(images)
    return dict(sorted(totals.items(), key=lambda item: (-item[1], item[0])))


def _images(count: int) -> str:
    return some(count, "image", "images")
