"""Sets of classes miss the truth as rarely as they promise, whatever the model is worth."""

import numpy as np
import pytest
from scipy.stats import betabinom

from core import conformal, results
from core.calibration import warmed
from core.conformal import Conformal, Kind

RATES = (0.05, 0.1, 0.2)


def model(n, rng, classes=6, boast=1.0):
    """Probabilities and labels; the larger ``boast``, the more too sure of itself."""
    honest = rng.dirichlet(np.full(classes, 0.3), n)
    labels = (honest.cumsum(axis=1) < rng.random((n, 1))).sum(axis=1).clip(0, classes - 1)
    return warmed(honest, 1 / boast), labels


class TestThePromise:
    @pytest.mark.parametrize("rate", RATES)
    @pytest.mark.parametrize("boast", [0.5, 1.0, 4.0])
    def test_it_is_kept_on_ten_seeds(self, rate, boast):
        """How often sets miss 500 images, given 200 others, is beta-binomial: V. Vovk, 2012."""
        place = int(np.ceil(201 * (1 - rate) - 1e-9))
        hits = betabinom(500, place, 201 - place)
        found = []
        for seed in range(10):
            rng = np.random.default_rng(seed)
            noted = Conformal.of(*model(200, rng, boast=boast))
            answers, labels = model(500, rng, boast=boast)
            found.append(conformal.judged(noted.sets(answers, rate), labels).held)
            assert hits.ppf(0.001) <= found[-1] <= hits.ppf(0.999)
        assert np.mean(found) / 500 >= 1 - rate - 2 * hits.std() / 500 / np.sqrt(10)

    def test_few_images_promise_no_more_than_they_can(self):
        """Over many draws of 19 images, a set misses once in twenty, not more."""
        rng, held = np.random.default_rng(1), []
        for _ in range(400):
            noted = Conformal.of(*model(19, rng))
            answers, labels = model(50, rng)
            held.append(conformal.judged(noted.sets(answers, 0.05), labels).coverage)
        assert 0.94 <= np.mean(held) <= 0.96  # 0.95 in truth, give or take 0.003

    def test_a_smaller_error_rate_makes_larger_sets(self):
        rng = np.random.default_rng(0)
        noted, (answers, _) = Conformal.of(*model(300, rng)), model(100, rng)
        small, large = (noted.sets(answers, rate) for rate in (0.2, 0.05))
        assert (small <= large).all()
        assert small.sum() < large.sum()


class TestChance:
    @pytest.mark.parametrize(
        ("held", "of", "rate"), [(180, 200, 0.05), (930, 1000, 0.1), (0, 3, 0.2)]
    )
    def test_it_is_scipys_beta_binomial(self, held, of, rate):
        noted = Conformal(np.linspace(0, 1, 200))
        place = int(np.ceil(201 * (1 - rate)))
        expected = betabinom.cdf(held, of, place, 201 - place)
        assert noted.chance(held, of, rate) == pytest.approx(expected)

    def test_where_the_promise_is_kept_it_is_seldom_small(self):
        """The noted images are a draw too: one in forty is meant, however many are asked about."""
        rare, rng = 0, np.random.default_rng(3)
        for _ in range(400):
            noted = Conformal.of(*model(200, rng))
            answers, labels = model(1000, rng)
            held = conformal.judged(noted.sets(answers, 0.05), labels).held
            rare += noted.chance(held, 1000, 0.05) < 0.025
        assert rare <= 18  # 10 on average; more than 18 come about once in two hundred times

    def test_images_that_can_promise_nothing_break_no_promise(self):
        assert Conformal(np.array([])).chance(0, 10, 0.05) == 1.0
        assert Conformal(np.array([0.1, 0.2])).chance(7, 10, 0.05) == 1.0

    def test_all_that_are_held_are_never_too_few(self):
        assert Conformal(np.linspace(0, 1, 50)).chance(10, 10, 0.2) == 1.0


class TestThreshold:
    NOTED = Conformal(np.array([0.4, 0.1, 0.2, 0.3]))  # the truth was given 0.6 to 0.9

    def test_one_more_image_is_counted_than_there_are(self):
        assert self.NOTED.threshold(0.2) == pytest.approx(0.6)  # the 4th of 4, not of 5
        assert self.NOTED.threshold(0.4) == pytest.approx(0.7)
        assert self.NOTED.threshold(0.99) == pytest.approx(0.9)

    def test_what_the_images_cannot_promise_takes_every_class(self):
        assert self.NOTED.lowest_rate == pytest.approx(0.2)
        assert self.NOTED.threshold(0.19) == 0.0
        assert self.NOTED.sets(np.array([[1.0, 0.0]]), 0.1).all()
        assert Conformal(np.empty(0)).sets(np.array([[1.0, 0.0]]), 0.5).all()

    def test_a_rate_that_divides_evenly_is_not_lost_to_rounding(self):
        noted = Conformal(np.linspace(0.01, 0.99, 99))
        assert noted.threshold(0.1) == pytest.approx(1 - 0.90)  # the 90th

    def test_a_probability_in_single_precision_is_the_same(self):
        noted = Conformal.of(np.array([[0.7, 0.3]] * 9, np.float32), np.zeros(9, int))
        assert noted.sets(np.array([[0.7, 0.3]]), 0.1).tolist() == [[True, False]]

    def test_images_of_no_class_are_left_out(self):
        answers = np.array([[0.9, 0.1], [0.2, 0.8], [0.5, 0.5]])
        assert Conformal.of(answers, np.array([0, 1, -1])).scores == pytest.approx([0.1, 0.2])


class TestKinds:
    def test_a_set_says_one_class_several_or_none(self):
        sets = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 0], [1, 1, 1]], bool)
        assert conformal.kinds(sets).tolist() == ["single", "several", "none", "several"]
        assert Kind.NONE in conformal.kinds(sets)

    def test_they_are_counted_and_held_against_the_truth(self):
        sets = np.array([[1, 0, 0], [0, 1, 0], [1, 1, 0], [0, 0, 0]], bool)
        kept = conformal.judged(sets, np.array([0, 2, 1, 0]))
        assert (kept.n, kept.single, kept.several, kept.none) == (4, 2, 1, 1)
        assert (kept.held, kept.right, kept.coverage) == (2, 1, 0.5)
        assert kept.size == pytest.approx(1.0)
        assert (kept.low, kept.high) == results.wilson(2, 4)

    def test_no_set_holds_what_is_no_class(self):
        assert conformal.judged(np.ones((2, 3), bool), np.array([-1, 2])).held == 1

    def test_of_no_images_nothing_is_known(self):
        kept = conformal.judged(np.empty((0, 3), bool), np.empty(0, int))
        assert (kept.n, kept.coverage, kept.size, kept.low, kept.high) == (0, 0, 0, 0, 1)
