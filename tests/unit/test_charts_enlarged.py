"""Charts for a room: what is measured in pixels grows, what is data stays."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from core.charts.style import bars, enlarged


def test_type_marks_lines_and_height_grow_and_data_stays() -> None:
    figure = bars(["ash", "oak"])
    figure.add_scatter(
        x=[3, 4],
        y=[0, 1],
        marker={"size": [6, 8]},
        line={"width": 2},
        error_x={"array": [1, 1], "thickness": 2},
    )
    figure.add_annotation(text="here", x=1, y=1, xshift=4, font={"size": 10})
    figure.add_bar(x=[5], y=[0], width=0.5)
    grown = enlarged(figure, 2)
    marks, bar = grown.data
    assert grown.layout.height == 2 * figure.layout.height
    assert grown.layout.margin.l == 2 * figure.layout.margin.l
    assert grown.layout.font.size == 24
    assert grown.layout.yaxis.tickfont.size == 26
    assert grown.layout.xaxis.tickfont.size == 24
    assert grown.layout.annotations[0].font.size == 20
    assert grown.layout.annotations[0].xshift == 8
    assert tuple(marks.marker.size) == (12, 16)
    assert marks.line.width == 4
    assert marks.error_x.thickness == 4
    assert tuple(marks.error_x.array) == (1, 1)
    assert tuple(marks.x) == (3, 4)
    assert bar.width == 0.5
    assert tuple(grown.layout.yaxis.range) == tuple(figure.layout.yaxis.range)


def test_nothing_is_copied_where_nothing_grows() -> None:
    figure = go.Figure()
    assert enlarged(figure, 1) is figure


def test_the_figure_itself_stays_as_it_was() -> None:
    figure = bars(["ash"])
    before = figure.to_json()
    enlarged(figure, 1.5)
    assert figure.to_json() == before
    assert enlarged(figure, 1.5).layout.bargap == pytest.approx(0.3)
