"""How sure a model is, against how often it is right: measured, and mended by one number."""

import math

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from sklearn.calibration import calibration_curve
from sklearn.metrics import log_loss

from core import calibration, results
from core.calibration import COOLEST, PRIOR, WARMEST, ece, fit_temperature, warmed
from core.probe import cross_entropy


def simulated(n=4000, classes=5, seed=0, temperature=1.0):
    """Probabilities and labels of a model whose logits are ``temperature`` times too large."""
    rng = np.random.default_rng(seed)
    honest = rng.dirichlet(np.full(classes, 0.4), n)
    labels = (honest.cumsum(axis=1) < rng.random((n, 1))).sum(axis=1).clip(0, classes - 1)
    return warmed(honest, 1 / temperature), labels


def top(probabilities, labels):
    """Confidence, and whether the answer was right."""
    return probabilities.max(axis=1), probabilities.argmax(axis=1) == labels


class TestTemperature:
    @pytest.mark.parametrize("true", [0.5, 1.0, 2.5])
    def test_what_logits_were_multiplied_with_is_found(self, true):
        assert fit_temperature(*simulated(temperature=true)) == pytest.approx(true, rel=0.06)

    @pytest.mark.parametrize("seed", range(3))
    def test_it_is_where_scikit_learns_log_loss_and_the_prior_are_lowest(self, seed):
        answers, labels = simulated(300, seed=seed, temperature=1.7)

        def loss(t):
            likelihood = log_loss(labels, warmed(answers, t), labels=range(5), normalize=False)
            return likelihood + 0.5 * (math.log(t) / PRIOR) ** 2

        best = minimize_scalar(loss, bounds=(COOLEST, WARMEST), method="bounded")
        assert fit_temperature(answers, labels) == pytest.approx(best.x, rel=1e-3)

    def test_many_images_overrule_what_was_thought_beforehand(self):
        answers, labels = simulated(20_000, temperature=3.0)
        best = minimize_scalar(
            lambda t: log_loss(labels, warmed(answers, t)), bounds=(1, 5), method="bounded"
        )
        assert fit_temperature(answers, labels) == pytest.approx(best.x, rel=0.01)

    def test_without_images_nothing_can_be_told(self):
        assert fit_temperature(np.empty((0, 3)), np.empty(0, int)) == 1.0
        assert fit_temperature(np.full((4, 2), 0.5), np.array([0, 1, 0, 1])) == 1.0

    def test_few_images_without_a_mistake_do_not_make_a_boaster(self):
        """Their likelihood alone knows no bounds: it would have the model as sure as can be."""
        answers = np.array([[0.8, 0.1, 0.1]] * 5)
        assert 0.5 < fit_temperature(answers, np.zeros(5, int)) < 1.0

    def test_on_few_images_it_does_little_harm_to_a_model_that_needs_none(self):
        harm = []
        for seed in range(40):
            answers, labels = simulated(20, seed=seed)
            others, truth = simulated(500, seed=1000 + seed)
            after = warmed(others, fit_temperature(answers, labels))
            harm.append(cross_entropy(after, truth) / cross_entropy(others, truth) - 1)
        assert np.mean(harm) < 0.03

    def test_always_wrong_and_certain_makes_it_much_less_sure(self):
        answers = np.array([[0.999, 0.001]] * 50)
        found = fit_temperature(answers, np.ones(50, int))
        assert found > 3
        assert found <= WARMEST

    def test_images_of_no_class_do_not_count(self):
        answers, labels = simulated(200, temperature=2.0)
        more = np.concatenate([answers, answers[:50]])
        unknown = np.concatenate([labels, np.full(50, -1)])
        assert fit_temperature(more, unknown) == fit_temperature(answers, labels)

    def test_probabilities_of_nought_are_borne(self):
        answers = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]], np.float32)
        found = fit_temperature(answers, np.array([0, 1, 1]))
        assert COOLEST <= found <= WARMEST
        assert np.isfinite(warmed(answers, found)).all()


class TestWarmed:
    def test_it_is_the_softmax_of_divided_logits(self):
        logits = np.array([[2.0, 1.0, -3.0]])
        powers = np.exp(logits / 2.5)
        answers = np.exp(logits) / np.exp(logits).sum()
        assert warmed(answers, 2.5) == pytest.approx(powers / powers.sum())

    def test_warmth_makes_less_sure_and_cold_surer(self):
        answers = np.array([[0.7, 0.2, 0.1]])
        assert warmed(answers, 3.0).max() < 0.7 < warmed(answers, 0.3).max()

    def test_it_can_be_undone(self):
        answers, _ = simulated(50)
        assert warmed(warmed(answers, 1.7), 1 / 1.7) == pytest.approx(answers, abs=1e-9)


class TestReliability:
    @pytest.mark.parametrize("seed", range(3))
    def test_bins_are_those_of_scikit_learn(self, seed):
        confidence, correct = top(*simulated(500, seed=seed, temperature=2))
        table = calibration.reliability(confidence, correct, 10)
        accuracy, mean = calibration_curve(correct, confidence, n_bins=10)
        some = table[table["n"] > 0]
        assert some["accuracy"].to_numpy() == pytest.approx(accuracy)
        assert some["confidence"].to_numpy() == pytest.approx(mean)

    def test_each_bin_carries_its_interval(self):
        table = calibration.reliability(np.full(10, 0.85), np.arange(10) < 8, 10)
        row = table.iloc[8]
        assert (row["low"], row["high"], row["n"]) == pytest.approx((0.8, 0.9, 10))
        assert (row["accuracy_low"], row["accuracy_high"]) == results.wilson(8, 10)

    def test_an_empty_bin_knows_nothing(self):
        row = calibration.reliability(np.array([0.95]), np.array([True])).iloc[0]
        assert row["n"] == 0
        assert math.isnan(row["accuracy"]) and math.isnan(row["confidence"])
        assert (row["accuracy_low"], row["accuracy_high"]) == (0.0, 1.0)

    def test_certainty_is_in_the_last_bin_and_an_edge_in_the_lower_one(self):
        table = calibration.reliability(np.array([1.0, 0.5, 0.0]), np.array([True] * 3), 2)
        assert table["n"].tolist() == [2, 1]


class TestExpectedCalibrationError:
    @pytest.mark.parametrize("seed", range(3))
    def test_it_is_that_of_scikit_learns_bins(self, seed):
        confidence, correct = top(*simulated(500, seed=seed, temperature=2))
        accuracy, mean = calibration_curve(correct, confidence, n_bins=10)
        places = np.digitize(confidence, np.linspace(0, 1, 11)[1:-1])
        share = np.bincount(places, minlength=10)
        expected = (np.abs(accuracy - mean) * share[share > 0]).sum() / 500
        assert ece(confidence, correct, 10) == pytest.approx(expected)

    def test_always_sure_and_half_right_is_half_wrong(self):
        assert ece(np.ones(10), np.arange(10) < 5) == pytest.approx(0.5)

    def test_of_nothing_it_is_nought(self):
        assert ece(np.empty(0), np.empty(0, bool)) == 0.0
        assert calibration.ece_by_chance(np.empty(0)) == (0.0, 0.0)

    def test_an_honest_model_stays_below_what_chance_makes(self):
        """Judged on few images nineteen times in twenty, here on 40 seeds."""
        below = 0
        for seed in range(40):
            confidence, correct = top(*simulated(120, seed=seed))
            mean, high = calibration.ece_by_chance(confidence)
            assert 0 < mean < high
            below += ece(confidence, correct) <= high
        assert below >= 35

    def test_a_boastful_one_does_not(self):
        confidence, correct = top(*simulated(300, temperature=3.0))
        assert ece(confidence, correct) > calibration.ece_by_chance(confidence)[1]


class TestCalibrated:
    def test_it_is_fitted_on_validation_images_alone(self):
        answers, labels = simulated(600, temperature=2.5)
        validation = np.arange(600) < 300
        after, fit = calibration.calibrated(answers, labels, validation)
        assert fit.temperature == fit_temperature(answers[:300], labels[:300])
        assert after == pytest.approx(warmed(answers, fit.temperature))

    def test_it_lowers_the_error_on_images_that_had_no_say(self):
        answers, labels = simulated(2000, temperature=2.5)
        after, fit = calibration.calibrated(answers, labels, np.arange(2000) < 1000)
        assert fit.test_after < 0.5 * fit.test_before
        assert fit.validation_after < 0.5 * fit.validation_before
        assert fit.test_after == ece(*top(after[1000:], labels[1000:]))
        assert set(fit.to_dict()) == {
            *("temperature", "validation_before", "validation_after"),
            *("test_before", "test_after"),
        }

    def test_no_test_images_have_no_error(self):
        answers, labels = simulated(50, temperature=2.5)
        assert calibration.calibrated(answers, labels, np.full(50, True))[1].test_after == 0.0


class TestCoverage:
    def test_a_threshold_trades_answers_for_right_ones(self):
        curve = calibration.coverage_curve(
            np.array([0.4, 0.6, 0.8, 0.9], np.float32), np.array([False, True, False, True]), 10
        )
        row = curve.iloc[6]
        assert row["threshold"] == pytest.approx(0.6)
        assert (row["answered"], row["right"]) == (3, 2)
        assert (row["coverage"], row["accuracy"]) == pytest.approx((0.75, 2 / 3))
        assert (row["accuracy_low"], row["accuracy_high"]) == results.wilson(2, 3)

    def test_an_answer_just_as_sure_as_asked_is_given_though_kept_in_single_precision(self):
        curve = calibration.coverage_curve(np.array([0.9], np.float32), np.array([True]), 10)
        assert curve["answered"].tolist() == [1] * 10 + [0]

    def test_where_nothing_is_answered_nothing_is_known(self):
        last = calibration.coverage_curve(np.array([0.5]), np.array([True])).iloc[-1]
        assert (last["answered"], last["coverage"]) == (0, 0.0)
        assert math.isnan(last["accuracy"])
        assert (last["accuracy_low"], last["accuracy_high"]) == (0.0, 1.0)
        empty = calibration.coverage_curve(np.empty(0), np.empty(0, bool), 4)
        assert empty["answered"].tolist() == [0] * 5
