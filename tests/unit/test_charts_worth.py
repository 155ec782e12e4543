"""How often answers flip, and what a recipe buys, in pictures and in words."""

from __future__ import annotations

import pytest

from core.alarm import Level, Looked, Suspicion, verdicts
from core.charts.worth import (
    describe_flip_bars,
    describe_worth_interval,
    flip_bars,
    worth_interval,
)
from core.worth import Compared

STEPS = verdicts(
    [
        Looked("rotation", 1.0, 100, 4, 200, 2, (Suspicion("6", "9", 50, 20, 1, 20, 1e-9, ()),)),
        Looked("blur", 0.5, 100, 4, 100, 2, ()),
        Looked("hue", 0.5, 100, 4, 4, 2, ()),
    ]
)


def test_each_step_has_its_bar_told_apart_without_colour() -> None:
    assert [one.level for one in STEPS] == [Level.CHANGED, Level.HARD, Level.FINE]
    bar = flip_bars(STEPS).data[0]
    assert list(bar.x) == [0.5, 0.25, 0.01]
    assert len(set(bar.marker.color)) == len(set(bar.marker.pattern.shape)) == 3
    told = describe_flip_bars(STEPS)
    assert "Rotation: 50.0 %, changes the class?; Blur: 25.0 %, hard; Hue: 1.0 %, fine" in told


@pytest.mark.parametrize(
    "compared", [Compared(0.9, 0.93, 0.01, 0.05), Compared(1, 1, 0, 0), Compared(0.9, 0.7, -0.3, 0)]
)
def test_no_difference_is_always_in_the_picture(compared: Compared) -> None:
    figure = worth_interval(compared)
    left, right = figure.layout.xaxis.range
    assert left == -right
    assert left < 100 * compared.low <= 100 * compared.high < right
    assert figure.data[0].x[0] == pytest.approx(100 * compared.difference)


def test_what_it_buys_is_told_in_words() -> None:
    told = describe_worth_interval(Compared(0.9, 0.93, 0.01, 0.05))
    assert told.startswith("Without the recipe 90.0 % right, with it 93.0 %: +3.0 points")
    assert "95 % interval +1.0 to +5.0" in told
