"""The look that all charts share: colours, a clear ground, and texts that stay as written."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from numbers import Real
from typing import Any

import plotly.graph_objects as go

# The colours of Okabe and Ito (2008), "Color Universal Design", which people with every kind
# of colour vision can tell apart; WARN is their orange, darkened until it shows on white. Each
# stands out at least 3 to 1 from a white and from a black ground. A second sign (a dash, a
# pattern, a word) always goes with them.
RIGHT = "#0072B2"
WRONG = "#D55E00"
WARN = "#B07D00"
THIRD = "#009E73"
QUIET = "#808890"
FAINT = "rgba(0,114,178,0.3)"  # RIGHT, thin enough for a mark to stand out on it

PLOTLY_CONFIG: dict[str, Any] = {
    "displayModeBar": False,
    "responsive": True,
    "scrollZoom": False,
    "doubleClick": False,
    "showTips": False,
}
LEGEND: dict[str, Any] = {
    "orientation": "h",
    "x": 0,
    "y": 1,
    "yanchor": "bottom",
    "title": {"text": ""},
}

Rows = Sequence[Mapping[str, Any]]

CLEAR = "rgba(0,0,0,0)"
# Where a trace stands in the first and in the second chart of a `pair`
PLACES: tuple[dict[str, str], dict[str, str]] = (
    {"xaxis": "x", "yaxis": "y"},
    {"xaxis": "x2", "yaxis": "y2"},
)
_TYPE, _TITLE = 12, 14  # px
_PIXELS = {"height", "standoff", "xshift", "yshift", "ticklen", "itemwidth"}
_PIXELS_WITHIN = {
    *(("margin", side) for side in "lrtb"),
    *(("line", "width"), ("error_x", "thickness"), ("error_y", "thickness")),
    *(("error_x", "width"), ("error_y", "width"), ("colorbar", "thickness")),
}
_AXIS: dict[str, Any] = {
    "fixedrange": True,  # a drag never zooms
    "automargin": True,
    "gridcolor": "rgba(128,136,144,0.25)",
    "zeroline": False,
}
_LOOK: dict[str, Any] = {
    "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
    "paper_bgcolor": CLEAR,
    "plot_bgcolor": CLEAR,
    "showlegend": False,
    "dragmode": False,
    "hoverlabel": {"align": "left"},
}


def blank(height: int, **layout: Any) -> go.Figure:
    """An empty chart, ``height`` pixels high, with the common look; ``layout`` is laid over it.

    Made at once: Plotly takes six times as long to assign the same, property by property.
    """
    look = {**_LOOK, "height": height, "xaxis": _AXIS, "yaxis": _AXIS}
    for name, value in layout.items():
        both = isinstance(value, dict) and isinstance(look.get(name), dict)
        look[name] = {**look[name], **value} if both else value
    return go.Figure(layout=look)


def pair(
    titles: tuple[str, str],
    height: int,
    across: tuple[Mapping[str, Any], Mapping[str, Any]],
    up: tuple[Mapping[str, Any], Mapping[str, Any]],
    **layout: Any,
) -> go.Figure:
    """Two empty charts side by side; what is drawn on them goes by `PLACES`.

    Args:
        titles: what stands above them.
        height: pixels.
        across: of their x axes, beside the common look.
        up: of their y axes.
        layout: laid over the common look.
    """
    room = ([0.0, 0.45], [0.55, 1.0])
    heads = [
        {
            "text": title,
            "x": sum(domain) / 2,
            "y": 1.0,
            "xref": "paper",
            "yref": "paper",
            "xanchor": "center",
            "yanchor": "bottom",
            "showarrow": False,
            "font": {"size": 16},
        }
        for title, domain in zip(titles, room, strict=True)
    ]
    return blank(
        height,
        xaxis={"domain": room[0], "anchor": "y", **across[0]},
        xaxis2={**_AXIS, "domain": room[1], "anchor": "y2", **across[1]},
        yaxis={"anchor": "x", **up[0]},
        yaxis2={**_AXIS, "anchor": "x2", **up[1]},
        annotations=heads,
        **layout,
    )


def bars(names: Sequence[str], longest: int = 22) -> go.Figure:
    """An empty chart for horizontal bars, the first at the top; bar i stands at y = i.

    Places are numbers, not names: Plotly would read names such as '7' as numbers, and two
    names may be cut to the same letters.
    """
    row = 28 if len(names) <= 30 else 20
    rows = {
        "range": [len(names) - 0.5, -0.5],
        "tickvals": list(range(len(names))),
        "ticktext": [f"{safe(cut(name, longest))} " for name in names],
        "tickfont": {"size": 13},
        "showgrid": False,
        "ticks": "",
    }
    return blank(24 + row * max(1, len(names)), yaxis=rows, bargap=0.3)


def enlarged(figure: go.Figure, factor: float) -> go.Figure:
    """``figure`` with all that is measured in pixels ``factor`` times as large; its width is free.

    Sizes of type that nobody set are those of Plotly's and the page's own theme.
    """
    if factor == 1:
        return figure
    made = go.Figure(figure)
    made.update_layout(font_size=made.layout.font.size or _TYPE)
    for axis in (*made.select_xaxes(), *made.select_yaxes()):
        axis.tickfont.size = axis.tickfont.size or _TYPE
        axis.title.font.size = axis.title.font.size or _TITLE
    made.layout.legend.font.size = made.layout.legend.font.size or _TYPE
    made.layout.hoverlabel.font.size = made.layout.hoverlabel.font.size or _TYPE
    return go.Figure(_scaled(made.to_plotly_json(), factor))


def _scaled(node: Any, factor: float, name: str = "", within: str = "") -> Any:
    """``node`` of a figure, and all below it, with its pixels scaled."""
    if name == "template":  # the page's theme puts its own in its place
        return node
    if isinstance(node, dict):
        return {key: _scaled(value, factor, key, name) for key, value in node.items()}
    if isinstance(node, (list, tuple)) and any(isinstance(each, dict) for each in node):
        return [_scaled(each, factor, name, within) for each in node]
    if node is None or not _is_in_pixels(name, within):
        return node
    if isinstance(node, Real):
        return float(node) * factor
    return [float(each) * factor for each in node]


def _is_in_pixels(name: str, within: str) -> bool:
    """Whether the attribute ``name`` of a part called ``within`` is measured in pixels."""
    if name == "size":
        return within == "marker" or within.endswith("font")
    return name in _PIXELS or (within, name) in _PIXELS_WITHIN


def write_at_ends(figure: go.Figure, ends: Sequence[float], texts: Sequence[str]) -> None:
    """Write ``texts[i]`` to the right of x = ``ends[i]`` in the row of bar i.

    The margin takes what stands beyond the last value of the axis, on the narrowest screen too.
    """
    longest = max((len(text) for text in texts), default=0)
    figure.update_layout(margin={"r": 16 + 7 * longest})
    figure.add_scatter(
        x=list(ends),
        y=list(range(len(texts))),
        mode="text",
        text=[f" {text}" for text in texts],
        textposition="middle right",
        cliponaxis=False,
        hoverinfo="skip",
        showlegend=False,
    )


def share_ticks(*places: float) -> dict[str, Any]:
    """Ticks of an axis of shares of one, at ``places``: '95 %', as texts write it."""
    return {
        "tickvals": list(places),
        "ticktext": [f"{round(100 * place, 6):g} %" for place in places],
    }


def steps(low: float, high: float) -> list[float]:
    """A few round numbers from ``low`` to ``high``."""
    low, high = min(low, high), max(low, high)
    rough = (high - low) / 5 or 1.0
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough)
    first = math.ceil(low / step - 1e-9)
    return [step * n for n in range(first, math.floor(high / step + 1e-9) + 1)]


def number(value: Any) -> float | None:
    """A float, or None for what is missing, not a number or infinite."""
    return float(value) if value is not None and math.isfinite(value) else None


def short(value: float | None) -> str:
    """A number to three digits."""
    return "not known" if value is None else f"{value:.3g}"


def percent(value: float | None) -> str:
    """A share of one as per cent, to one decimal."""
    return "not known" if value is None else f"{100 * value:.1f} %"


def some(count: int, one: str, many: str) -> str:
    """A count and its noun."""
    return f"{count:,} {one if count == 1 else many}"


def cut(name: str, longest: int) -> str:
    """``name``, or as much of it as fits into ``longest`` letters."""
    return name if len(name) <= longest else f"{name[: longest - 1]}…"


def safe(text: object) -> str:
    """``text`` as Plotly should write it: it reads some HTML tags, a class name has none."""
    return html.escape(str(text), quote=False)
