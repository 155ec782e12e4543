"""The drop: intervals that keep their promise, exact tests, classes in other shares."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.field import Level, difference, drops, exact, words
from core.field.drop import Drop, Drops

CLASSES = ["cat", "dog", "owl"]


def answers(**classes: tuple[int, int]) -> pd.DataFrame:
    """Answers of which so many are right, of so many images, by class."""
    rows = [(name, n < right) for name, (right, all_) in classes.items() for n in range(all_)]
    return pd.DataFrame(rows, columns=["label", "correct"])


def test_the_drop_is_what_is_lost() -> None:
    found = difference(90, 100, 60, 80)
    assert (found.before, found.after) == (0.9, 0.75)
    assert found.value == pytest.approx(0.15)
    assert found.low < 0.15 < found.high


def test_the_interval_is_newcombes() -> None:
    """The worked example of Newcombe (1998), 56 of 70 and 48 of 80, by his method 10."""
    found = difference(56, 70, 48, 80)
    assert (found.low, found.high) == (
        pytest.approx(0.0524, abs=1e-4),
        pytest.approx(0.3339, abs=1e-4),
    )


@pytest.mark.parametrize(
    ("p_before", "p_after", "n"), [(0.95, 0.8, 60), (0.7, 0.7, 40), (0.98, 0.9, 300)]
)
def test_95_of_100_intervals_hold_the_truth(p_before: float, p_after: float, n: int) -> None:
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(1000):
        found = difference(int(rng.binomial(n, p_before)), n, int(rng.binomial(n, p_after)), n)
        held += found.low <= p_before - p_after <= found.high
    assert 930 <= held <= 985


def test_with_one_class_the_test_is_fishers() -> None:
    rng = np.random.default_rng(2)
    for _ in range(50):
        n_before, n_after = rng.integers(1, 60, 2)
        right = rng.integers(0, n_before + 1), rng.integers(0, n_after + 1)
        wrong = n_before - right[0], n_after - right[1]
        expected = stats.fisher_exact([[right[0], wrong[0]], [right[1], wrong[1]]]).pvalue
        table = np.array([[right[0], n_before, right[1], n_after]])
        assert exact(table) == pytest.approx(expected, rel=1e-6)


def test_over_classes_the_test_agrees_with_dealing_the_images_out_anew() -> None:
    counts = np.array([[18, 20, 9, 15], [25, 30, 30, 50], [9, 10, 4, 6]])
    rng = np.random.default_rng(3)
    dealt = sum(
        rng.hypergeometric(a + c, n - a + m - c, m, size=200_000) for a, n, c, m in counts.tolist()
    )
    _, place, times = np.unique(dealt, return_inverse=True, return_counts=True)
    seen = times[np.flatnonzero(np.unique(dealt) == counts[:, 2].sum())[0]]
    assert exact(counts) == pytest.approx((times[place] <= seen).mean(), abs=0.01)


def test_large_numbers_do_no_harm() -> None:
    assert 0 < exact(np.array([[9000, 10_000, 8000, 10_000]])) < 1e-12
    assert exact(np.array([[5000, 10_000, 5000, 10_000]])) == pytest.approx(1.0)


def test_nothing_to_compare_says_nothing() -> None:
    found = difference(0, 0, 3, 5)
    assert (found.low, found.high, found.p) == (-1.0, 1.0, 1.0)


def test_a_class_that_is_lost_is_named_and_the_verdict_is_worse() -> None:
    before = answers(cat=(38, 40), dog=(37, 40), owl=(39, 40))
    found = drops(before, answers(cat=(29, 30), dog=(11, 30), owl=(28, 30)), CLASSES)
    assert found.level is Level.WORSE
    assert [each.label for each in found.worst] == ["dog"]
    assert found.accuracy.p < 0.001
    assert found.by_mix == pytest.approx(0.0, abs=0.01)
    assert found.balanced.value == pytest.approx(found.same_mix.value)


def test_more_of_a_hard_class_is_no_fault_of_the_classifier() -> None:
    before = answers(cat=(99, 100), dog=(60, 100))
    found = drops(before, answers(cat=(10, 10), dog=(120, 200)), CLASSES)
    assert found.accuracy.low > 0.05
    assert found.level is Level.MIX
    assert found.by_mix == pytest.approx(found.accuracy.value - found.same_mix.value)
    assert found.same_mix.low < 0 < found.same_mix.high


def test_more_of_an_easy_class_does_not_hide_a_loss() -> None:
    before = answers(cat=(100, 100), dog=(60, 100))
    found = drops(before, answers(cat=(172, 200), dog=(6, 10)), CLASSES)
    assert found.accuracy.value < 0
    assert found.level is Level.WORSE
    assert [each.label for each in found.worst] == ["cat"]


def test_few_images_show_nothing() -> None:
    found = drops(answers(cat=(9, 10), dog=(9, 10)), answers(cat=(4, 5), dog=(4, 5)), CLASSES)
    assert found.level is Level.OPEN
    assert not found.worst


def test_easier_images_are_better() -> None:
    before, after = answers(cat=(60, 100), dog=(60, 100)), answers(cat=(98, 100), dog=(97, 100))
    assert drops(before, after, CLASSES).level is Level.BETTER


def test_classes_of_one_side_alone_are_told_and_not_compared() -> None:
    found = drops(answers(cat=(9, 10), dog=(5, 10)), answers(cat=(9, 10), owl=(1, 10)), CLASSES)
    numbers = {each.label: (each.n_before, each.n_after, each.drop.p) for each in found.classes}
    assert numbers == {"cat": (10, 10, 1.0), "dog": (10, 0, 1.0), "owl": (0, 10, 1.0)}
    assert found.same_mix.value == pytest.approx(0.0)


def test_the_interval_of_the_mean_recall_keeps_its_promise() -> None:
    rng = np.random.default_rng(5)
    recalls, fallen, n = np.array([0.95, 0.8, 0.9]), np.array([0.9, 0.6, 0.9]), 25
    held = 0
    for _ in range(100):
        right = [rng.binomial(n, shares).tolist() for shares in (recalls, fallen)]
        tables = [
            answers(**{c: (r, n) for c, r in zip(CLASSES, own, strict=True)}) for own in right
        ]
        found = drops(*tables, CLASSES).balanced
        held += found.low <= (recalls - fallen).mean() <= found.high
    assert 90 <= held <= 100


def made(accuracy: Drop) -> Drops:
    """What 120 images show, of one class."""
    return Drops(68, 120, accuracy, accuracy, accuracy, ())


def test_an_interval_that_the_test_does_not_follow_is_told_as_such() -> None:
    found = made(Drop(0.88, 0.77, 0.006, 0.203, 0.07))
    assert found.level is Level.OPEN and found.is_close
    told = words.of_drop(found, "test")
    assert "too close to call" in told and "p = 0.07" in told
    assert "Chance may explain" not in told


def test_where_both_see_nothing_chance_may_explain_it() -> None:
    found = made(Drop(0.88, 0.85, -0.05, 0.12, 0.5))
    assert not found.is_close
    assert "Chance may explain" in words.of_drop(found, "test")
