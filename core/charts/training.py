"""How a training went."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from core.charts.style import (
    LEGEND,
    PLACES,
    QUIET,
    RIGHT,
    THIRD,
    WRONG,
    Rows,
    blank,
    number,
    pair,
    percent,
    share_ticks,
    short,
)

_MARKERS_UP_TO = 40  # epochs; with more the markers would hide the line
# (prefix of the value's name, the side in words, its look)
_SIDES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("", "training", {"line": {"color": RIGHT, "width": 2}, "marker": {"symbol": "circle"}}),
    (
        "val_",
        "validation",
        {"line": {"color": WRONG, "width": 2, "dash": "dash"}, "marker": {"symbol": "diamond"}},
    ),
)


def curves(epochs: Rows, of: int) -> go.Figure:
    """Loss and accuracy over the epochs, training against validation, the best epoch marked.

    Args:
        epochs: one mapping an epoch with ``epoch`` (from 1), ``loss``, ``accuracy``,
            ``val_loss`` and ``val_accuracy``; a value may be missing or not a number.
        of: the most epochs that this run may take; the axis reaches that far, so that a
            running training shows what is left. Give the last epoch once it is over.
    """
    last = max([of, 1, *(int(row["epoch"]) for row in epochs)])
    figure = loss_and_accuracy(last, 300, 64)
    for column, name in enumerate(("loss", "accuracy")):
        for prefix, side, look in _SIDES:
            _add_curve(figure, epochs, column, (prefix, name, side), look)
    _mark_best(figure, epochs)
    return figure


def loss_and_accuracy(last: int, height: int, top: int) -> go.Figure:
    """Two empty charts for curves up to epoch ``last``; their legend is ``top`` pixels high."""
    epochs = {
        "range": [0.5, last + 0.5],
        "title": {"text": "Epoch"},
        "tickformat": "d",
        "nticks": 8,
    }
    return pair(
        ("Loss", "Accuracy"),
        height,
        across=(epochs, epochs),
        up=(
            {"rangemode": "tozero"},
            {"range": [0, 1.04], **share_ticks(0, 0.2, 0.4, 0.6, 0.8, 1)},
        ),
        showlegend=True,
        legend={**LEGEND, "y": 1.12},
        margin={"t": top},
        uirevision="curves",
    )


def describe_curves(epochs: Rows, of: int) -> str:
    """`curves` as a sentence."""
    if not epochs:
        return f"Curves of loss and accuracy: no epoch of {of} is finished yet."
    last = epochs[-1]
    text = (
        f"Curves of loss and accuracy over {len(epochs)} of {of} epochs. Last epoch: training "
        f"accuracy {percent(number(last.get('accuracy')))}, validation accuracy "
        f"{percent(number(last.get('val_accuracy')))}."
    )
    best = _best(epochs)
    if best is None:
        return text
    return f"{text} Lowest validation loss: {short(best[1])} in epoch {best[0]}."


def best_epoch(epochs: Rows) -> tuple[int, float] | None:
    """The epoch with the lowest validation loss and its validation accuracy."""
    best = _best(epochs)
    if best is None:
        return None
    row = next(row for row in epochs if int(row["epoch"]) == best[0])
    score = number(row.get("val_accuracy"))
    return None if score is None else (best[0], score)


def rate_moves(epochs: Rows) -> bool:
    """Whether the learning rate is not the same in all epochs."""
    return len({rate for rate in _rates(epochs) if rate is not None}) > 1


def rate_curve(epochs: Rows, of: int) -> go.Figure:
    """The learning rate over the epochs, as a low strip beneath `curves`."""
    at = [int(row["epoch"]) for row in epochs]
    rates = _rates(epochs)
    figure = blank(130)
    figure.add_scatter(
        x=at,
        y=rates,
        mode="lines",
        line={"color": THIRD, "width": 2},
        hovertext=[f"Epoch {e}: {short(rate)}" for e, rate in zip(at, rates, strict=True)],
        hoverinfo="text",
    )
    last = max([of, 1, *at])
    figure.update_xaxes(range=[0.5, last + 0.5], tickformat="d", nticks=8)
    figure.update_yaxes(rangemode="tozero", nticks=3, tickformat="~g")
    figure.update_layout(
        title={"text": "Learning rate", "font": {"size": 14}, "x": 0.5, "xanchor": "center"},
        margin={"t": 36},
        uirevision="rate",
    )
    return figure


def describe_rate_curve(epochs: Rows) -> str:
    """`rate_curve` as a sentence."""
    rates = [rate for rate in _rates(epochs) if rate is not None]
    if not rates:
        return "Curve of the learning rate: not known."
    return f"Curve of the learning rate: from {short(rates[0])} to {short(rates[-1])}."


def _rates(epochs: Rows) -> list[float | None]:
    return [number(row.get("learning_rate")) for row in epochs]


def _add_curve(
    figure: go.Figure, epochs: Rows, column: int, names: tuple[str, str, str], look: dict[str, Any]
) -> None:
    prefix, name, side = names
    at = [int(row["epoch"]) for row in epochs]
    values = [number(row.get(prefix + name)) for row in epochs]
    texts = [percent(value) if name == "accuracy" else short(value) for value in values]
    figure.add_scatter(
        x=at,
        y=values,
        name=side,
        legendgroup=side,
        showlegend=column == 0,
        mode="lines+markers" if len(at) <= _MARKERS_UP_TO else "lines",
        hovertext=[f"Epoch {e}: {side} {name} {t}" for e, t in zip(at, texts, strict=True)],
        hoverinfo="text",
        **PLACES[column],
        **look,
    )


def _mark_best(figure: go.Figure, epochs: Rows) -> None:
    best = _best(epochs)
    if best is None:
        return
    epoch = best[0]
    row = next(row for row in epochs if int(row["epoch"]) == epoch)
    for column, (name, place) in enumerate((("val_loss", ""), ("val_accuracy", "2"))):
        figure.add_shape(
            type="line",
            x0=epoch,
            x1=epoch,
            xref=f"x{place}",
            y0=0,
            y1=1,
            yref=f"y{place} domain",
            line={"color": QUIET, "width": 1, "dash": "dot"},
        )
        figure.add_scatter(
            x=[epoch],
            y=[number(row.get(name))],
            name=f"best, epoch {epoch}",
            mode="markers",
            marker={"symbol": "star", "size": 14, "color": WRONG},
            showlegend=column == 0,
            hoverinfo="skip",
            **PLACES[column],
        )


def _best(epochs: Rows) -> tuple[int, float] | None:
    """The epoch with the lowest validation loss, the first of equals, and that loss."""
    losses = [
        (loss, int(row["epoch"]))
        for row in epochs
        if (loss := number(row.get("val_loss"))) is not None
    ]
    if not losses:
        return None
    loss, epoch = min(losses)
    return epoch, loss
