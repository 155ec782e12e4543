"""The confusion matrix as a picture that stands still: for pages that are printed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.charts.style import blank, cut, safe, some
from core.confusion import by_confusion, confused_pairs

_COLOURS = [[0.0, "#F4F6F8"], [0.5, "#7FB2D6"], [1.0, "#00568A"]]
_MOST = 16  # classes that can be read on a sheet of paper


def confusion_map(confusion: Sequence[Sequence[int]], classes: Sequence[str]) -> go.Figure:
    """What images of each class (rows) were taken for (columns): counts on the share of the row.

    Classes that are mixed up stand side by side. Of many, those are shown that are mixed up most.

    Args:
        confusion: images by true class (row) and predicted class (column).
        classes: the names, in the order of the rows.
    """
    shown = _shown(confusion)
    counts = np.asarray(confusion, dtype=float)[np.ix_(shown, shown)]
    images = np.asarray(confusion, dtype=float).sum(axis=1)[shown]
    shares = counts / np.maximum(images, 1)[:, None]
    places = list(range(len(shown)))
    names = [safe(cut(classes[place], 18)) for place in shown]
    figure = blank(36 + 28 * len(shown))
    figure.add_heatmap(
        z=shares.tolist(),
        x=places,
        y=places,
        zmin=0,
        zmax=1,
        colorscale=_COLOURS,
        showscale=False,
        xgap=2,
        ygap=2,
        text=[[f"{int(count):,}" if count else "" for count in row] for row in counts],
        texttemplate="%{text}",
        hoverinfo="skip",
    )
    reach = [-0.5, len(shown) - 0.5]
    figure.update_xaxes(
        tickvals=places, ticktext=names, side="top", showgrid=False, range=reach, tickangle=-35
    )
    figure.update_yaxes(tickvals=places, ticktext=names, showgrid=False, range=reach[::-1])
    figure.update_layout(margin={"r": 56})  # where the last name leans to
    return figure


def describe_confusion_map(confusion: Sequence[Sequence[int]], classes: Sequence[str]) -> str:
    """`confusion_map` as a sentence."""
    counts = np.asarray(confusion, dtype=int)
    right, n = int(counts.trace()), int(counts.sum())
    told = "; ".join(
        f"{pair.count} of {some(pair.of, 'image', 'images')} of {pair.truth} taken for {pair.said}"
        for pair in confused_pairs(confusion, classes)[:3]
    )
    of = "" if len(classes) <= _MOST else f", of which {_MOST} are shown"
    worst = f" Mixed up most: {told}." if told else ""
    return (
        f"Confusion matrix of {some(len(classes), 'class', 'classes')}{of}: "
        f"{right:,} of {some(n, 'image', 'images')} right.{worst}"
    )


def _shown(confusion: Sequence[Sequence[int]]) -> list[int]:
    """The rows in the order in which they are drawn; of many, the first."""
    return by_confusion(confusion)[:_MOST]
