"""How sure, how right, how many answered: the charts of it, and the same in words."""

import math

import numpy as np
import pytest

from core import calibration, conformal
from core.charts.calibration import (
    coverage_chart,
    describe_coverage_chart,
    describe_distance_histogram,
    describe_reliability_diagram,
    describe_set_bars,
    distance_histogram,
    reliability_diagram,
    set_bars,
)

SURE = np.array([0.55, 0.58, 0.85, 0.88, 0.97])
RIGHT = np.array([True, False, True, True, True])
CURVE = calibration.coverage_curve(SURE, RIGHT)


def test_the_diagram_shows_bins_that_have_answers_beside_the_diagonal():
    figure = reliability_diagram(calibration.reliability(SURE, RIGHT))
    line, now = figure.data
    assert (list(line.x), list(line.y)) == ([0, 1], [0, 1])
    assert list(now.x) == pytest.approx([0.565, 0.865, 0.97])
    assert list(now.y) == pytest.approx([0.5, 1.0, 1.0])
    assert now.error_y.arrayminus[1] > 0.5  # of two answers, little is known
    assert now.error_y.array[1] == 0


def test_the_answers_as_trained_are_drawn_differently():
    after = calibration.reliability(SURE, RIGHT)
    figure = reliability_diagram(after, after)
    _, before, now = figure.data
    assert (before.name, now.name) == ("as trained", "now")
    assert before.line.dash != now.line.dash
    assert before.marker.symbol != now.marker.symbol


def test_it_is_told_in_words():
    text = describe_reliability_diagram(calibration.reliability(SURE, RIGHT))
    assert "56.5 % sure, 50.0 % right (9.5 % to 90.5 %), 2 answers" in text


def test_the_curve_runs_over_all_shares_and_the_chosen_one_is_marked():
    row = CURVE.iloc[60].to_dict()
    figure = coverage_chart(CURVE, row)
    curve, marked = figure.data[1:]
    assert list(curve.x) == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    assert (marked.x[0], marked.y[0]) == (0.6, 1.0)
    assert "at least 60.0 % sure: 60.0 % answered, 100.0 % of them right" in marked.hovertext[0]
    assert "Chosen: at least 60.0 % sure" in describe_coverage_chart(CURVE, row)


def test_where_nothing_is_answered_nothing_is_marked():
    row = CURVE.iloc[99].to_dict()
    assert len(coverage_chart(CURVE, row).data) == 2
    assert "at least 99.0 % sure: nothing is answered" in describe_coverage_chart(CURVE, row)


def test_sets_are_told_apart_by_more_than_colour():
    sets = np.array([[1, 0], [1, 0], [1, 1], [0, 0]], bool)
    kept = conformal.judged(sets, np.array([0, 0, 1, 1]))
    bars = set_bars(kept).data[0]
    assert list(bars.x) == [0.5, 0.25, 0.25]
    assert len(set(bars.marker.pattern.shape)) == 3
    assert "one class: an answer: 2 images, 50.0 %" in describe_set_bars(kept)


def test_images_beyond_the_gate_are_drawn_differently():
    figure = distance_histogram([0.1, 0.1, 0.2, 0.9], 0.5)
    bars = figure.data[0]
    out = [shape for shape, x in zip(bars.marker.pattern.shape, bars.x, strict=True) if x > 0.5]
    assert set(out) == {"x"}
    assert sum(bars.y) == 4
    assert describe_distance_histogram([0.1, 0.1, 0.2, 0.9], 0.5).endswith(
        "1 beyond the gate at 0.500."
    )


def test_a_gate_without_a_limit_is_not_drawn():
    figure = distance_histogram([0.1, 0.2], math.inf)
    assert not figure.layout.shapes
    assert len(distance_histogram([], math.inf).data) == 1
