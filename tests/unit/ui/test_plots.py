"""Charts: the same values make the same chart, once; drawing it leaves it as it is."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core import charts
from core.ui import projector
from core.ui.plots import made

COUNTS = pd.DataFrame({"label": ["blight", "rust"], "images": [7, 3]})


def test_the_same_values_are_drawn_once() -> None:
    drawn: list[str] = []

    def chart(counts: pd.DataFrame, title: str) -> go.Figure:
        drawn.append(title)
        return go.Figure(go.Bar(x=counts["images"]), layout_title_text=title)

    st.cache_resource.clear()
    first = made(chart, COUNTS, "a")
    assert made(chart, COUNTS.copy(), "a") is first
    other = made(chart, COUNTS, "b")
    more = made(chart, COUNTS.assign(images=[7, 4]), "a")
    assert drawn == ["a", "b", "a"]
    assert [one.layout.title.text for one in (first, other, more)] == ["a", "b", "a"]
    assert list(more.data[0].x) == [7, 4]


def test_another_chart_of_the_same_values_is_another() -> None:
    bars = made(charts.class_bars, COUNTS)
    assert bars.to_dict() == charts.class_bars(COUNTS).to_dict()
    assert made(lambda counts: go.Figure(), COUNTS) is not bars


def test_a_shared_chart_stays_as_it_is_when_it_is_drawn_in_large_type(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = made(charts.class_bars, COUNTS).to_json()

    def page() -> None:
        from core import charts
        from core.ui.plots import made, plot
        from tests.unit.ui.test_plots import COUNTS

        plot(made(charts.class_bars, COUNTS), alt="bars", key="bars")

    app = AppTest.from_function(page).run()
    monkeypatch.setattr(projector, "factor", lambda: 1.5)
    assert not app.run().exception
    assert made(charts.class_bars, COUNTS).to_json() == before
