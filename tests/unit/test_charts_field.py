"""The field test in pictures: nothing without a mark besides its colour, nothing without words."""

from __future__ import annotations

from core.charts.field import (
    change_bars,
    class_drop_bars,
    describe_change_bars,
    describe_class_drop_bars,
    describe_drop_bar,
    drop_bar,
)
from core.field import Change, ClassDrop, Drop, drops
from tests.unit.field.test_drop import CLASSES, answers

CHANGES = (
    Change("brightness", 0.5, 0.2, 0.05, 0.01),
    Change("sharpness", 0.4, 0.5, 0.7, 0.02),
    Change("contrast", 0.2, 0.2, 0.5, 1.0),
)


def test_no_drop_is_always_in_the_picture() -> None:
    for drop in (Drop(0.9, 0.7, 0.1, 0.3, 0.001), Drop(0.9, 0.95, -0.2, -0.01, 0.02)):
        left, right = drop_bar(drop).layout.xaxis.range
        assert left == -right
        assert right > 100 * max(abs(drop.low), abs(drop.high))
    told = describe_drop_bar(Drop(0.9, 0.7, 0.1, 0.3, 0.001))
    assert "90.0 % of the time on its own images, 70.0 %" in told
    assert "20.0 points lost, 95 % interval 10.0 to 30.0" in told


def test_each_class_has_two_marks_of_different_shape() -> None:
    rows = drops(answers(cat=(9, 10), dog=(9, 10)), answers(cat=(3, 10), owl=(1, 2)), CLASSES)
    figure = class_drop_bars(rows.classes)
    marks = [trace for trace in figure.data if trace.mode == "markers"]
    assert [mark.name for mark in marks] == ["On its own images", "Here"]
    assert len({mark.marker.symbol for mark in marks}) == 2
    assert list(marks[0].x) == [0.9, 0.9, None]
    assert list(marks[1].x) == [0.3, None, 0.5]
    told = describe_class_drop_bars(rows.classes)
    assert "cat: 90.0 % of 10 before, 30.0 % of 10 here" in told
    assert "dog" not in told


def test_nothing_to_compare_is_said() -> None:
    nothing = [ClassDrop("cat", 5, 0, Drop(1.0, 0.0, -1.0, 1.0, 1.0))]
    assert "no class has images on both sides" in describe_class_drop_bars(nothing)
    assert class_drop_bars(nothing).data


def test_changes_lean_to_either_side_and_are_told_without_colour() -> None:
    bar = change_bars(CHANGES).data[0]
    assert [round(x, 2) for x in bar.x] == [-0.9, 0.4, 0.0]
    assert len(set(bar.marker.pattern.shape)) == 3
    told = describe_change_bars(CHANGES)
    assert "Brightness: 0.20 on average, 0.50 before (darker)" in told
    assert "Contrast" not in told
    assert "nothing beyond chance" in describe_change_bars(CHANGES[2:])
