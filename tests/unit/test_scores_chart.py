"""The histogram of a check's scores says where the line is and what lies below it."""

import numpy as np

from core import charts
from core.charts.style import QUIET, WARN

SCORES = np.array([0.0, 0.05, 0.31, 0.5, 0.99, 1.0, np.nan])


def test_bars_count_every_score_and_those_below_the_line_stand_out():
    figure = charts.score_histogram(SCORES, 0.5)
    bars = figure.data[0]
    assert sum(bars.y) == 6
    coloured = dict(zip(bars.x, bars.marker.color, strict=True))
    assert {colour for place, colour in coloured.items() if place < 0.5} == {WARN}
    assert {colour for place, colour in coloured.items() if place > 0.5} == {QUIET}
    hatched = dict(zip(bars.marker.color, bars.marker.pattern.shape, strict=True))
    assert hatched[WARN] and not hatched[QUIET], "colour is never the only sign"
    assert figure.layout.shapes[0].x0 == 0.5
    assert bars.hovertext[0] == "1 with a score of 0.00 to 0.02"


def test_it_comes_in_words_too():
    assert charts.describe_score_histogram(SCORES, 0.5) == (
        "Histogram of 6 scores from 0, the worst, to 1: 3 below the line at 0.50."
    )


def test_without_scores_it_is_empty():
    assert sum(charts.score_histogram(np.zeros(0), 0.5).data[0].y) == 0
