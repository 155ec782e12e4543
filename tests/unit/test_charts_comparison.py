"""Two runs in one picture."""

from __future__ import annotations

import math

import pytest

from core import charts

EPOCHS = [
    {"epoch": n, "loss": 1 / n, "accuracy": 1 - 0.5 / n, "val_loss": 1.1 / n, "val_accuracy": 0.6}
    for n in (1, 2, 3)
]


@pytest.mark.parametrize(
    ("value", "low", "high"), [(0.012, -0.004, 0.029), (0.0, 0.0, 0.0), (-0.2, -0.3, -0.1)]
)
def test_no_difference_is_always_in_the_picture(value: float, low: float, high: float) -> None:
    figure = charts.difference_bar(value, low, high)
    left, right = figure.layout.xaxis.range
    assert left < 100 * min(low, 0) and 100 * max(high, 0) < right
    assert left == -right  # so that zero stands in the middle
    band, zero = figure.layout.shapes
    assert (band.x0, band.x1) == (100 * low, 100 * high)
    assert (zero.x0, zero.x1) == (0, 0)


def test_the_difference_is_told_in_words() -> None:
    told = charts.describe_difference_bar(0.012, -0.004, 0.029)
    assert told.startswith("B minus A is 1.2 points, with a 95 % interval from -0.4 to 2.9")


def test_both_runs_have_their_curves() -> None:
    figure = charts.two_curves(EPOCHS, EPOCHS[:2])
    names = [trace.name for trace in figure.data if trace.showlegend]
    assert names == ["A, validation", "A, training", "B, validation", "B, training"]
    assert [len(trace.x) for trace in figure.data] == [3, 3, 3, 3, 2, 2, 2, 2]
    looks = {(trace.line.color, trace.line.dash, trace.marker.symbol) for trace in figure.data}
    assert len(looks) == 4  # told apart without colour as well
    assert len({(dash, symbol) for _, dash, symbol in looks}) == 4


def test_a_run_without_curves_leaves_the_other_alone() -> None:
    figure = charts.two_curves([], EPOCHS)
    assert {trace.name for trace in figure.data} == {"B, validation", "B, training"}
    told = charts.describe_two_curves([], EPOCHS)
    assert "A has no curves. B ends after 3 epochs with a validation accuracy of 60.0 %" in told


def test_values_that_are_missing_leave_gaps() -> None:
    figure = charts.two_curves([{"epoch": 1, "val_loss": math.nan, "loss": None}], [])
    assert {trace.y[0] for trace in figure.data} == {None}
