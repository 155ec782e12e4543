"""The one place where charts are drawn: as large as the type, and the same everywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from core.charts import PLOTLY_CONFIG
from core.charts.style import enlarged
from core.ui import projector


def made(chart: Callable[..., go.Figure], *values: Any) -> go.Figure:
    """``chart(*values)``, made once for the same values: to make one is half the work of a page.

    Args:
        chart: of `core.charts`.
        values: few and plain, such as a row for each bar.

    Returns:
        A chart that is shared: leave it as it is.
    """
    return _made(f"{chart.__module__}.{chart.__qualname__}", values, chart)


@st.cache_resource(max_entries=16, show_spinner=False)
def _made(name: str, values: tuple[Any, ...], _chart: Callable[..., go.Figure]) -> go.Figure:
    return _chart(*values)


def plot(figure: go.Figure, alt: str, key: str, **more: Any) -> None:
    """Draw ``figure``.

    Args:
        figure: of `core.charts`.
        alt: the same in words, for those who do not see it.
        key: of the chart.
        more: what else `st.plotly_chart` is to know, such as what a click does.
    """
    shown = enlarged(figure, projector.factor())
    st.plotly_chart(shown, config=PLOTLY_CONFIG, alt=alt, key=key, **more)
