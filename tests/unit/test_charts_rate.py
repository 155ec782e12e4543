"""The chart of the rate finder: the curve, the proposal, and the same in words."""

import math

import numpy as np

from core.charts.rate import describe_rate_trial, rate_trial

RATES = np.geomspace(1e-6, 1, 30).tolist()
FOUND = {
    "rates": RATES,
    "losses": [2.0] * 15 + [1.0] * 14 + [9.0],
    "smooth": [2.0] * 15 + [1.0] * 14 + [3.0],
    "rate": 0.001,
    "steepest": 0.001,
    "lowest": 0.01,
    "reason": "",
}


def test_the_rates_stand_on_a_logarithmic_axis():
    figure = rate_trial(FOUND)
    assert figure.layout.xaxis.type == "log"
    assert list(figure.data[0].x) == RATES


def test_the_proposal_is_marked_on_the_curve():
    marked = rate_trial(FOUND).data[-1]
    assert marked.name == "proposed: 0.001"
    assert (marked.x[0], marked.y[0]) == (0.001, 2.0)


def test_what_grew_without_bounds_leaves_the_picture():
    low, high = rate_trial(FOUND).layout.yaxis.range
    assert low < 1.0
    assert 2.0 < high < 3.0


def test_without_a_proposal_nothing_is_marked():
    nothing = {**FOUND, "rate": None, "steepest": None, "lowest": None}
    assert len(rate_trial(nothing).data) == 2
    assert "None is proposed" in describe_rate_trial(nothing)


def test_an_empty_curve_can_be_drawn_and_told():
    empty = {**FOUND, "rates": [], "losses": [], "smooth": [], "rate": None}
    assert math.isfinite(rate_trial(empty).layout.yaxis.range[1])
    assert "No rate was tried" in describe_rate_trial(empty)


def test_the_words_name_the_proposal():
    assert describe_rate_trial(FOUND) == (
        "Loss at 30 learning rates from 1e-06 to 1. It falls fastest at 0.001 and is lowest at "
        "0.01. Proposed: 0.001."
    )
