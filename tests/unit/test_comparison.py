"""By how much one run is better: the interval keeps its promise, the test is exact."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from scipy import stats

from core.comparison import Verdict, bootstrap, compare, luck_of_the_best, mcnemar

CLASSES = np.array(["cat", "dog", "owl"])


def answers(right: NDArray[np.bool_] | list[bool], labels: list[str] | None = None) -> pd.DataFrame:
    """Predictions for len(right) images, of which those are right that ``right`` says."""
    labels = labels or ["cat"] * len(right)
    wrong = {"cat": "dog", "dog": "owl", "owl": "cat"}
    return pd.DataFrame(
        {
            "image_id": [f"{number:016x}" for number in range(len(right))],
            "sha256": [f"{number:064x}" for number in range(len(right))],
            "source": [f"{label}/{number}.jpg" for number, label in enumerate(labels)],
            "split": "test",
            "label": labels,
            "predicted": [
                label if ok else wrong[label] for ok, label in zip(right, labels, strict=True)
            ],
            "correct": np.asarray(right, dtype=bool),
            "confidence": np.linspace(0.4, 0.9, len(right)),
        }
    )


def outcomes(
    both: int, only_a: int, only_b: int, neither: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The predictions of two runs with so many images of each outcome."""
    a = [True] * (both + only_a) + [False] * (only_b + neither)
    b = [True] * both + [False] * only_a + [True] * only_b + [False] * neither
    return answers(a), answers(b)


# What a comparison says


def test_it_counts_every_outcome() -> None:
    found = compare(*outcomes(80, 5, 9, 6))
    assert found.n == 100
    assert (len(found.only_a), len(found.only_b), len(found.neither)) == (5, 9, 6)
    assert (found.accuracy.a, found.accuracy.b) == (0.85, 0.89)
    assert found.accuracy.value == pytest.approx(0.04)
    assert found.accuracy.low < 0.04 < found.accuracy.high


def test_it_says_it_in_a_sentence() -> None:
    told = compare(*outcomes(80, 5, 9, 6)).sentence().replace("\xa0", " ")
    assert told.startswith("B is better by 4.0 points, 95 % interval −3.")
    assert told.endswith(": not shown")
    told = compare(*outcomes(80, 9, 5, 6)).sentence("Run 1", "Run 2").replace("\xa0", " ")
    assert told.startswith("Run 1 is better by 4.0 points, 95 % interval −3.")


def test_a_clear_difference_is_shown() -> None:
    found = compare(*outcomes(150, 3, 30, 17))
    assert found.verdict is Verdict.SHOWN
    assert found.sentence().endswith(": shown")
    assert found.accuracy.low > 0


def test_where_interval_and_test_disagree_it_is_only_close() -> None:
    found = compare(*outcomes(92, 0, 5, 3))
    assert found.accuracy.low > 0
    assert found.p > 0.05
    assert found.verdict is Verdict.CLOSE
    assert found.sentence().endswith("close, but not shown")


def test_equal_runs_are_not_called_different_nor_surely_the_same() -> None:
    found = compare(*outcomes(18, 0, 0, 2))
    assert found.accuracy.low < 0 < found.accuracy.high
    assert found.p == 1
    told = found.sentence().replace("\xa0", " ")
    assert told.startswith("A and B are right equally often, 95 % interval of the difference −")


def test_a_tiny_difference_is_not_rounded_to_none() -> None:
    found = compare(*outcomes(9_990, 3, 4, 3))
    assert "better by less than 0.1" in found.sentence()


def test_only_images_that_both_judged_under_one_label_count() -> None:
    a, b = outcomes(6, 1, 1, 2)
    b = b.iloc[2:].reset_index(drop=True)
    b.loc[0, "label"] = "dog"  # relabelled in between
    found = compare(a, b)
    assert found.n == 7
    assert b["image_id"][0] not in set(found.images["image_id"])


def test_the_order_of_the_rows_plays_no_part() -> None:
    a, b = outcomes(20, 3, 6, 4)
    mixed = compare(a, b.sample(frac=1, random_state=1))
    assert mixed.accuracy == compare(a, b).accuracy
    assert mixed.balanced == compare(a, b).balanced


def test_turning_the_runs_round_turns_the_difference_round() -> None:
    a, b = outcomes(60, 4, 14, 12)
    there, back = compare(a, b), compare(b, a)
    assert back.accuracy.value == -there.accuracy.value
    assert back.p == there.p
    assert back.accuracy.low == pytest.approx(-there.accuracy.high, abs=0.012)  # one image


def test_the_same_seed_gives_the_same_interval() -> None:
    assert bootstrap(7, 12, 150, seed=3) == bootstrap(7, 12, 150, seed=3)
    a, b = outcomes(60, 4, 14, 12)
    assert compare(a, b, seed=5).balanced == compare(a, b, seed=5).balanced


def test_no_image_in_common_leaves_everything_open() -> None:
    a, b = outcomes(4, 1, 1, 1)
    found = compare(a.iloc[:3], b.iloc[3:])
    assert found.n == 0
    assert (found.accuracy.low, found.accuracy.high) == (-1, 1)
    assert found.verdict is Verdict.NOT_SHOWN


def test_the_surest_mistakes_come_first() -> None:
    found = compare(*outcomes(5, 4, 3, 1))
    assert found.only_a["confidence_b"].is_monotonic_decreasing
    assert found.only_b["confidence_a"].is_monotonic_decreasing


# The interval


def test_it_agrees_with_drawing_images_one_by_one() -> None:
    """The multinomial draw is the bootstrap: the same spread as resampled rows."""
    rng = np.random.default_rng(0)
    values = np.array([-1] * 20 + [1] * 35 + [0] * 345)
    means = rng.choice(values, size=(4_000, len(values))).mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    found = bootstrap(20, 35, 400)
    assert found == pytest.approx((low, high), abs=0.004)


def test_it_agrees_with_scipy() -> None:
    """With many images the added halves vanish, and SciPy's percentile interval is the same."""
    values = np.array([-1] * 40 + [1] * 80 + [0] * 1880)
    theirs = stats.bootstrap(
        (values,), np.mean, method="percentile", n_resamples=4_000, random_state=1
    ).confidence_interval
    assert bootstrap(40, 80, 2000) == pytest.approx((theirs.low, theirs.high), abs=0.0012)


def test_it_agrees_with_the_theory_of_large_numbers() -> None:
    n, lost, won = 5_000, 150, 220
    value = (won - lost) / n
    spread = math.sqrt((lost + won) / n - value**2) / math.sqrt(n)
    found = bootstrap(lost, won, n)
    assert found == pytest.approx((value - 1.96 * spread, value + 1.96 * spread), abs=4e-4)


@cache
def known(only_a: int, only_b: int, n: int) -> tuple[float, float]:
    return bootstrap(only_a, only_b, n)


@pytest.mark.parametrize(
    ("n", "lost", "won"),
    [(20, 0.05, 0.1), (40, 0.02, 0.02), (60, 0.1, 0.2), (100, 0.03, 0.06), (300, 0.05, 0.08)],
)
def test_it_holds_the_truth_nineteen_times_of_twenty(n: int, lost: float, won: float) -> None:
    rng = np.random.default_rng(11)
    drawn = rng.multinomial(n, [lost, won, 1 - lost - won], size=1_500)
    held = [low <= won - lost <= high for low, high in (known(a, b, n) for a, b, _ in drawn)]
    assert np.mean(held) >= 0.935


@pytest.mark.parametrize("sizes", [(40, 40, 40), (90, 25, 12)])
def test_the_interval_of_balanced_accuracy_holds_too(sizes: tuple[int, ...]) -> None:
    rng = np.random.default_rng(5)
    labels = np.repeat(CLASSES, sizes).tolist()
    chance_a, chance_b = np.repeat([0.9, 0.8, 0.7], sizes), np.repeat([0.92, 0.8, 0.85], sizes)
    truth = np.mean([0.02, 0.0, 0.15])
    held = []
    for seed in range(150):
        # Two models that find the same images hard
        luck = 0.7 * rng.random(len(labels)) + 0.3 * rng.random((2, len(labels)))
        ranks = stats.rankdata(luck, axis=1) / len(labels)
        a, b = ranks[0] < chance_a, ranks[1] < chance_b
        found = compare(answers(a, labels), answers(b, labels), seed)
        held.append(found.balanced.low <= truth <= found.balanced.high)
    assert np.mean(held) >= 0.92


def test_the_balanced_interval_of_equal_classes_is_that_of_accuracy() -> None:
    rng = np.random.default_rng(2)
    labels = np.repeat(CLASSES, 100).tolist()
    a, b = answers(rng.random(300) < 0.8, labels), answers(rng.random(300) < 0.85, labels)
    found = compare(a, b)
    assert found.balanced.value == pytest.approx(found.accuracy.value)
    assert found.balanced.low == pytest.approx(found.accuracy.low, abs=0.008)
    assert found.balanced.high == pytest.approx(found.accuracy.high, abs=0.008)


# McNemar's exact test


@pytest.mark.parametrize(
    ("only_a", "only_b"), [(0, 0), (0, 1), (0, 5), (3, 3), (2, 9), (15, 4), (40, 71), (900, 1010)]
)
def test_it_is_the_binomial_test_on_the_images_that_differ(only_a: int, only_b: int) -> None:
    n = only_a + only_b
    expected = stats.binomtest(only_a, n).pvalue if n else 1.0
    assert mcnemar(only_a, only_b) == pytest.approx(expected, rel=1e-9)
    assert mcnemar(only_b, only_a) == mcnemar(only_a, only_b)


def test_it_stays_finite_where_the_answer_is_plain() -> None:
    assert mcnemar(0, 60_000) == 0.0
    assert mcnemar(30_000, 30_001) == pytest.approx(1.0)


# Luck


def test_the_best_of_many_equal_runs_is_lucky_by_as_much() -> None:
    rng = np.random.default_rng(1)
    for runs in (2, 5, 30):
        best = rng.normal(size=(40_000, runs)).max(axis=1).mean()
        assert luck_of_the_best(runs, 0.9, 300) == pytest.approx(
            best * math.sqrt(0.09 / 300), rel=0.07
        )


def test_a_single_run_needs_no_luck() -> None:
    assert luck_of_the_best(1, 0.9, 300) == 0
    assert luck_of_the_best(5, 0.9, 0) == 0
