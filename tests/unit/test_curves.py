"""Curves, areas and intervals of one class against all others, held against scikit-learn's."""

import math

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import (
    average_precision_score,
    f1_score,
    precision_recall_curve,
    roc_auc_score,
    roc_curve,
)

from core import curves
from core.results import predictions, wilson


def scored(n=200, seed=0, ties=False):
    """Scores that tell something, and the truth."""
    rng = np.random.default_rng(seed)
    truth = rng.random(n) < 0.3
    scores = rng.normal(truth * 1.2)
    return (scores.round(1) if ties else scores), truth


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("seed", range(3))
class TestAgainstScikitLearn:
    def test_precision_and_recall(self, seed, ties):
        scores, truth = scored(seed=seed, ties=ties)
        precision, recall, thresholds = precision_recall_curve(truth, scores)
        found = curves.precision_recall(scores, truth)
        assert found.thresholds[1:] == pytest.approx(thresholds[::-1])
        assert found.x == pytest.approx(recall[::-1])
        assert found.y == pytest.approx(precision[::-1])
        assert found.area == pytest.approx(average_precision_score(truth, scores))

    def test_true_and_false_positive_rates(self, seed, ties):
        scores, truth = scored(seed=seed, ties=ties)
        false, true, thresholds = roc_curve(truth, scores, drop_intermediate=False)
        found = curves.roc(scores, truth)
        assert found.thresholds == pytest.approx(thresholds)
        assert found.x == pytest.approx(false)
        assert found.y == pytest.approx(true)
        assert found.area == pytest.approx(roc_auc_score(truth, scores))


class TestIntervals:
    def test_areas_lie_within_theirs(self):
        for seed in range(5):
            for of in (curves.roc, curves.precision_recall):
                found = of(*scored(60, seed))
                assert 0 <= found.low < found.area < found.high <= 1

    def test_more_images_make_them_narrower(self):
        for of in (curves.roc, curves.precision_recall):
            widths = [of(*scored(n)) for n in (40, 400, 4000)]
            assert [c.high - c.low for c in widths] == sorted(
                (c.high - c.low for c in widths), reverse=True
            )

    def test_perfection_on_few_images_is_not_certain(self):
        scores, truth = np.array([3.0, 2.0, 1.0, 0.0]), np.array([True, True, False, False])
        for of in (curves.roc, curves.precision_recall):
            found = of(scores, truth)
            assert (found.area, found.high) == (1.0, 1.0)
            assert 0.2 < found.low < 0.7

    def test_average_precision_is_as_sure_as_a_share_of_the_images_of_the_class(self):
        found = curves.precision_recall(*scored())
        expected = wilson(found.area * found.positives, found.positives)
        assert (found.low, found.high) == expected

    def test_precision_has_the_interval_of_a_share(self):
        assert curves.precision_interval(7, 9) == wilson(7, 9)
        assert curves.precision_interval(0, 0) == (0.0, 1.0)

    def test_that_of_f1_holds_it(self):
        for correct, n, predicted in [(7, 9, 10), (0, 4, 0), (5, 5, 5), (0, 0, 3)]:
            low, high = curves.f1_interval(correct, n, predicted)
            value = 2 * correct / (n + predicted)
            assert 0 <= low <= value <= high <= 1
        assert curves.f1_interval(0, 0, 0) == (0.0, 1.0)
        assert curves.f1_interval(5, 5, 5)[1] == 1.0

    def test_f1_follows_from_the_share_that_is_both(self):
        truth, said = np.arange(20) < 9, (np.arange(20) >= 2) & (np.arange(20) < 12)
        both, either = int((truth & said).sum()), int((truth | said).sum())
        share = both / either
        assert 2 * share / (1 + share) == pytest.approx(f1_score(truth, said))
        low, high = wilson(both, either)
        expected = (2 * low / (1 + low), 2 * high / (1 + high))
        assert curves.f1_interval(both, int(truth.sum()), int(said.sum())) == expected


class TestOddCases:
    def test_without_images_of_the_class_nothing_is_known(self):
        for of in (curves.roc, curves.precision_recall):
            found = of(np.array([0.2, 0.9]), np.array([False, False]))
            assert math.isnan(found.area)
            assert (found.low, found.high, found.positives, found.negatives) == (0, 1, 0, 2)

    def test_nor_is_the_roc_area_without_any_others(self):
        assert math.isnan(curves.roc(np.array([0.2, 0.9]), np.array([True, True])).area)
        found = curves.precision_recall(np.array([0.2, 0.9]), np.array([True, True]))
        assert found.area == 1.0

    def test_no_images_at_all_give_a_single_point(self):
        for of in (curves.roc, curves.precision_recall):
            found = of(np.empty(0), np.empty(0, bool))
            assert found.x.tolist() == [0.0]
            assert found.thresholds.tolist() == [math.inf]

    def test_equal_scores_tell_nothing(self):
        found = curves.roc(np.full(10, 0.5), np.arange(10) < 4)
        assert found.area == 0.5


def test_each_class_has_its_curves_in_order():
    rng = np.random.default_rng(0)
    labels = rng.choice(["ant", "bee", "cat"], 90)
    answers = predictions(
        pd.DataFrame({"image_id": range(90), "label": labels}),
        rng.dirichlet(np.ones(4), 90),
        ["ant", "bee", "cat", "dog"],
    )
    found = curves.by_class(answers, ["ant", "bee", "cat", "dog"])
    assert [each.label for each in found] == ["ant", "bee", "cat", "dog"]
    for number, each in enumerate(found[:3]):
        truth = labels == each.label
        expected = roc_auc_score(truth, answers[f"p_{number}"])
        assert each.roc.area == pytest.approx(expected)
        assert each.precision_recall.positives == truth.sum()
    assert math.isnan(found[3].roc.area)
