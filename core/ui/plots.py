"""The one place where charts are drawn: as large as the type, and the same everywhere."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import streamlit as st

from core.charts import PLOTLY_CONFIG
from core.charts.style import enlarged
from core.ui import projector


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
