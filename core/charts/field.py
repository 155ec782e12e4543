"""The field test in pictures: the drop, class by class, and what is different about the images."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from core.charts.interval import interval_bar
from core.charts.style import (
    FAINT,
    LEGEND,
    QUIET,
    RIGHT,
    WARN,
    WRONG,
    bars,
    percent,
    safe,
    share_ticks,
    write_at_ends,
)
from core.field import Change, ClassDrop, Drop, trait_named

_STRONG, _SHOWN, _QUIET = (WRONG, "x"), (WARN, "/"), (FAINT, "")


def drop_bar(drop: Drop) -> go.Figure:
    """What is lost among images from elsewhere, its 95 % interval, and where nothing is lost."""
    points = (100 * drop.value, 100 * drop.low, 100 * drop.high)
    told = "{} points lost ({} to {})".format(*map(_points, points))
    ends = ("◂ better there", "no drop", "worse there ▸")
    return interval_bar(points, told, ends, "Points lost there", WRONG if drop.low > 0 else RIGHT)


def describe_drop_bar(drop: Drop) -> str:
    """`drop_bar` as a sentence."""
    return (
        f"Right {percent(drop.before)} of the time on its own images, {percent(drop.after)} on "
        f"those from elsewhere: {_points(100 * drop.value)} points lost, 95 % interval "
        f"{_points(100 * drop.low)} to {_points(100 * drop.high)}; no drop is 0."
    )


def class_drop_bars(rows: Sequence[ClassDrop]) -> go.Figure:
    """The recall of each class here and there, joined by a line; the largest drop first."""
    rows = by_drop(rows)
    figure = bars([row.label for row in rows])
    for at, row in enumerate(rows):
        ends = [row.drop.before if row.n_before else None, row.drop.after if row.n_after else None]
        if None not in ends:
            figure.add_scatter(
                x=ends,
                y=[at, at],
                mode="lines",
                line={"color": QUIET, "width": 2},
                hoverinfo="skip",
                showlegend=False,
            )
    looks = (("On its own images", RIGHT, "circle"), ("Here", WRONG, "diamond"))
    for side, (name, colour, symbol) in enumerate(looks):
        known = [row.n_after if side else row.n_before for row in rows]
        shares = [row.drop.after if side else row.drop.before for row in rows]
        figure.add_scatter(
            x=[share if n else None for share, n in zip(shares, known, strict=True)],
            y=list(range(len(rows))),
            mode="markers",
            name=name,
            marker={"color": colour, "symbol": symbol, "size": 12},
            hovertext=[safe(_class(row)) for row in rows],
            hoverinfo="text",
        )
    write_at_ends(figure, [1.0] * len(rows), [_lost(row) for row in rows])
    figure.update_xaxes(range=[-0.02, 1.02], **share_ticks(0, 0.25, 0.5, 0.75, 1))
    figure.update_layout(
        height=figure.layout.height + 56, showlegend=True, legend=LEGEND, margin={"t": 36, "b": 28}
    )
    return figure


def describe_class_drop_bars(rows: Sequence[ClassDrop]) -> str:
    """`class_drop_bars` as a sentence."""
    told = [_class(row) for row in by_drop(rows) if row.n_before and row.n_after]
    if not told:
        return "Recall of each class here and there: no class has images on both sides."
    return f"Recall of each class on its own images and here. {'; '.join(told[:6])}."


def by_drop(rows: Sequence[ClassDrop]) -> list[ClassDrop]:
    """The classes by what they lost, the most first; those of one side alone last."""
    return sorted(rows, key=lambda row: (not (row.n_before and row.n_after), -row.drop.value))


def change_bars(changes: Sequence[Change]) -> go.Figure:
    """How far each trait tilts: to the right, images from elsewhere have more of it."""
    figure = bars([_title(change) for change in changes])
    looks = [
        _STRONG if change.is_strong else _SHOWN if change.is_shown else _QUIET for change in changes
    ]
    figure.add_bar(
        x=[2 * change.tilt - 1 for change in changes],
        y=list(range(len(changes))),
        orientation="h",
        marker={
            "color": [colour for colour, _ in looks],
            "pattern": {"shape": [shape for _, shape in looks], "solidity": 0.3, "size": 6},
            "line": {"color": RIGHT, "width": 1},
        },
        hovertext=[safe(_change(change)) for change in changes],
        hoverinfo="text",
    )
    write_at_ends(figure, [1.0] * len(changes), [_way(change) for change in changes])
    figure.update_xaxes(
        range=[-1, 1],
        tickvals=[-1, 0, 1],
        ticktext=["◂ less", "alike", "more ▸"],
        tickangle=0,
    )
    figure.update_layout(height=figure.layout.height + 20)
    return figure


def describe_change_bars(changes: Sequence[Change]) -> str:
    """`change_bars` as a sentence."""
    shown = [change for change in changes if change.is_shown]
    if not shown:
        return "Bar chart of what is different about the images: nothing beyond chance."
    told = "; ".join(_change(change) for change in shown)
    return f"Bar chart of what is different about the images. {told}."


def _title(change: Change) -> str:
    trait = trait_named(change.name)
    return trait.title if trait else change.name


def _way(change: Change) -> str:
    trait = trait_named(change.name)
    if not change.is_shown or trait is None:
        return "alike"
    way = trait.more if change.tilt > 0.5 else trait.less
    return way.partition(" (")[0]


def _change(change: Change) -> str:
    trait = trait_named(change.name)
    written = trait.written if trait else lambda value: f"{value:.3g}"
    return (
        f"{_title(change)}: {written(change.after)} on average, {written(change.before)} before "
        f"({_way(change)})"
    )


def _class(row: ClassDrop) -> str:
    before = percent(row.drop.before) if row.n_before else "no images"
    after = percent(row.drop.after) if row.n_after else "no images"
    return f"{row.label}: {before} of {row.n_before:,} before, {after} of {row.n_after:,} here"


def _lost(row: ClassDrop) -> str:
    if not (row.n_before and row.n_after):
        return "one side only"
    return f"{_points(-100 * row.drop.value)} points"


def _points(value: float) -> str:
    text = f"{value:.1f}"
    return "0.0" if text == "-0.0" else text.replace("-", "\u2212")
