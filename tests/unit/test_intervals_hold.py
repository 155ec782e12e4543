"""An interval of 95 % holds the truth about 95 times in a hundred: tried on simulated test sets."""

import numpy as np
import pytest
from scipy.stats import norm

from core import curves
from core.results import wilson

TIMES = 200  # test sets


def held(intervals, truth):
    """The share of ``intervals`` that hold ``truth``."""
    return np.mean([low <= truth <= high for low, high in intervals])


@pytest.mark.parametrize("n", [60, 200, 1000])
@pytest.mark.parametrize("accuracy", [0.6, 0.8, 0.93])
def test_that_of_the_accuracy_holds_it_in_92_to_98_of_100_test_sets(n, accuracy):
    """Ten times the 200 test sets, for the share that holds jumps with the counts there are."""
    rng = np.random.default_rng(n)
    shares = []
    for _ in range(10):
        right = (rng.random((TIMES, n)) < accuracy).sum(axis=1)
        shares.append(held([wilson(int(k), n) for k in right], accuracy))
    assert 0.92 <= np.mean(shares) <= 0.98


def test_it_does_so_on_one_lot_of_200_test_sets():
    right = (np.random.default_rng(0).random((TIMES, 300)) < 0.9).sum(axis=1)
    assert 0.92 <= held([wilson(int(k), 300) for k in right], 0.9) <= 0.98


def test_the_textbook_interval_would_not():
    """That is why it is Wilson's: for few images and high scores the plain one breaks its word."""
    right = (np.random.default_rng(0).random((TIMES, 60)) < 0.97).sum(axis=1) / 60
    spread = 1.96 * np.sqrt(right * (1 - right) / 60)
    assert held(zip(right - spread, right + spread, strict=True), 0.97) < 0.92


class TestOfOneClass:
    """Images are drawn: of the class or not (P), found or not."""

    SHARE, FOUND, FALSE = 0.3, 0.8, 0.1

    @pytest.fixture
    def drawn(self):
        rng = np.random.default_rng(3)
        truth = rng.random((5 * TIMES, 150)) < self.SHARE
        said = rng.random(truth.shape) < np.where(truth, self.FOUND, self.FALSE)
        return [(t & s).sum(axis=1) for t, s in ((truth, said), (truth, truth), (said, said))]

    def test_precision(self, drawn):
        correct, _, predicted = drawn
        hits, misses = self.SHARE * self.FOUND, (1 - self.SHARE) * self.FALSE
        pairs = zip(correct.tolist(), predicted.tolist(), strict=True)
        found = [curves.precision_interval(*pair) for pair in pairs]
        assert 0.92 <= held(found, hits / (hits + misses)) <= 0.98

    def test_f1(self, drawn):
        correct, n, predicted = (each.tolist() for each in drawn)
        hits, misses = self.SHARE * self.FOUND, (1 - self.SHARE) * self.FALSE
        truth = 2 * hits / (self.SHARE + hits + misses)
        each = zip(correct, n, predicted, strict=True)
        assert 0.92 <= held([curves.f1_interval(*counts) for counts in each], truth) <= 0.98


class TestOfCurves:
    """Scores are normal, 1.5 apart: the area under the ROC curve follows."""

    APART = 1.5

    @pytest.fixture
    def drawn(self):
        rng = np.random.default_rng(4)
        truth = np.arange(120) < 40
        return truth, rng.normal(truth * self.APART, size=(2 * TIMES, 120))

    def test_area_under_the_roc_curve(self, drawn):
        truth, scores = drawn
        found = [curves.roc(each, truth) for each in scores]
        area = norm.cdf(self.APART / np.sqrt(2))
        assert 0.92 <= held([(each.low, each.high) for each in found], area) <= 0.98

    def test_average_precision(self, drawn):
        """No closed form is known here: what many images give takes its place."""
        truth, scores = drawn
        many = np.arange(300_000) < 100_000
        value = curves.precision_recall(
            np.random.default_rng(5).normal(many * self.APART), many
        ).area
        found = [curves.precision_recall(each, truth) for each in scores]
        assert 0.92 <= held([(each.low, each.high) for each in found], value) <= 1.0
