"""Loss against learning rate, as the rate finder saw it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go

from core.charts.style import LEGEND, QUIET, RIGHT, WRONG, blank, number, short

_HIGHEST = 1.15  # of the first loss; beyond, the curve leaves the picture and says enough


def rate_trial(found: Mapping[str, Any]) -> go.Figure:
    """Loss over the rates that were tried, smoothed and as measured, the proposal marked.

    Args:
        found: ``rates``, ``losses`` and ``smooth``, as many of each; ``rate``, the proposal, or
            None.
    """
    figure = blank(240)
    rates = [float(rate) for rate in found["rates"]]
    losses = [number(loss) for loss in found["losses"]]
    smooth = [number(loss) for loss in found["smooth"]]
    figure.add_scatter(
        x=rates,
        y=losses,
        name="measured",
        mode="markers",
        marker={"color": QUIET, "size": 4},
        hovertext=[
            f"Rate {short(r)}: loss {short(loss)}" for r, loss in zip(rates, losses, strict=True)
        ],
        hoverinfo="text",
    )
    line = {"color": RIGHT, "width": 2}
    figure.add_scatter(x=rates, y=smooth, name="loss", mode="lines", line=line, hoverinfo="skip")
    _mark(figure, found, rates, smooth)
    low = min((loss for loss in (*losses, *smooth) if loss is not None), default=0.0)
    first = (smooth[0] if smooth else None) or 1.0
    figure.update_xaxes(
        type="log", title={"text": "Learning rate"}, exponentformat="power", dtick=1
    )
    room = 0.08 * (first - low)
    figure.update_yaxes(title={"text": "Loss"}, range=[low - room, _HIGHEST * first])
    figure.update_layout(showlegend=True, legend=LEGEND, margin={"t": 40})
    return figure


def describe_rate_trial(found: Mapping[str, Any]) -> str:
    """`rate_trial` as a sentence."""
    rates = found["rates"]
    if not rates:
        return "Loss against learning rate. No rate was tried to its end."
    tried = f"Loss at {len(rates)} learning rates from {short(rates[0])} to {short(rates[-1])}."
    if found["rate"] is None:
        return f"{tried} None is proposed."
    return (
        f"{tried} It falls fastest at {short(found['steepest'])} and is lowest at "
        f"{short(found['lowest'])}. Proposed: {short(found['rate'])}."
    )


def _mark(
    figure: go.Figure, found: Mapping[str, Any], rates: list[float], smooth: list[float | None]
) -> None:
    rate = found["rate"]
    if rate is None or not rates:
        return
    nearest = min(range(len(rates)), key=lambda at: abs(rates[at] / rate - 1))
    figure.add_vline(x=rate, line={"color": QUIET, "width": 1, "dash": "dot"})
    figure.add_scatter(
        x=[rate],
        y=[smooth[nearest]],
        name=f"proposed: {short(rate)}",
        mode="markers",
        marker={"symbol": "star", "size": 14, "color": WRONG},
        hoverinfo="skip",
    )
