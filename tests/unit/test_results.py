"""The figures are those of the textbooks, also for few images, odd classes and none at all."""

import json
import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest
from sklearn.metrics import (
    balanced_accuracy_score,
    confusion_matrix,
    f1_score,
    log_loss,
    precision_recall_fscore_support,
)

from core import results

CLASSES = ["ant", "bee", "cat", "dog"]


def answers(labels, probabilities, classes=CLASSES):
    """Predictions for images of these labels."""
    images = pd.DataFrame({"label": pd.Series(labels, dtype=str)})
    images.insert(0, "image_id", [f"image{n}" for n in range(len(images))])
    return results.predictions(images, np.asarray(probabilities).reshape(-1, len(classes)), classes)


def said(labels, predicted, classes=CLASSES, sure=0.7):
    """Predictions that say ``predicted`` with a probability of ``sure``."""
    rest = (1 - sure) / (len(classes) - 1)
    rows = [[sure if name == best else rest for name in classes] for best in predicted]
    return answers(labels, rows, classes)


def random_answers(n=300, seed=0, classes=CLASSES, present=None):
    rng = np.random.default_rng(seed)
    labels = rng.choice(present or classes, n)
    return answers(labels, rng.dirichlet(np.ones(len(classes)), n), classes)


class TestWilson:
    @pytest.mark.parametrize(
        ("successes", "trials"),
        [(0, 1), (1, 1), (0, 10), (1, 10), (5, 10), (10, 10), (81, 263), (999, 1000), (3, 100_000)],
    )
    def test_it_is_the_interval_of_the_textbooks(self, successes, trials):
        expected = binomtest(successes, trials).proportion_ci(0.95, method="wilson")
        assert results.wilson(successes, trials) == pytest.approx(tuple(expected), abs=1e-12)

    def test_it_is_the_published_example(self):
        """81 of 263: Newcombe, Two-sided confidence intervals, Stat. Med. 17 (1998), table I."""
        low, high = results.wilson(81, 263)
        assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)

    def test_nothing_tried_is_nothing_known(self):
        assert results.wilson(0, 0) == (0.0, 1.0)

    @pytest.mark.parametrize("trials", [1, 2, 5, 30, 1000])
    def test_it_ends_exactly_at_nought_and_one(self, trials):
        assert results.wilson(0, trials)[0] == 0.0
        assert results.wilson(trials, trials)[1] == 1.0

    def test_more_images_make_it_narrower(self):
        widths = [high - low for low, high in (results.wilson(n // 2, n) for n in (4, 40, 400))]
        assert widths == sorted(widths, reverse=True)


class TestPredictions:
    def test_the_likeliest_class_is_said_with_its_probability(self):
        table = answers(["ant", "dog"], [[0.1, 0.6, 0.2, 0.1], [0.05, 0.05, 0.1, 0.8]])
        assert table["predicted"].tolist() == ["bee", "dog"]
        assert table["confidence"].tolist() == [0.6, 0.8]
        assert table["correct"].tolist() == [False, True]

    def test_the_loss_is_that_of_the_true_class(self):
        table = answers(["ant", "dog"], [[0.1, 0.6, 0.2, 0.1], [0.05, 0.05, 0.1, 0.8]])
        assert table["loss"].tolist() == pytest.approx([-math.log(0.1), -math.log(0.8)])

    def test_a_probability_of_nought_has_a_finite_loss(self):
        assert answers(["ant"], [[0.0, 1.0, 0.0, 0.0]])["loss"][0] == pytest.approx(27.6, abs=0.1)

    def test_all_probabilities_are_there_in_the_order_of_the_classes(self):
        table = answers(["ant"], [[0.1, 0.6, 0.2, 0.1]])
        assert table.loc[0, ["p_0", "p_1", "p_2", "p_3"]].tolist() == pytest.approx(
            [0.1, 0.6, 0.2, 0.1]
        )

    def test_a_label_that_is_no_class_is_wrong_and_has_no_loss(self):
        table = answers(["zebra"], [[0.1, 0.6, 0.2, 0.1]])
        assert not table["correct"][0]
        assert math.isnan(table["loss"][0])

    def test_no_images_give_an_empty_table_with_all_columns(self):
        table = answers([], [])
        assert table.empty
        assert {"predicted", "correct", "confidence", "loss", "p_0", "p_3"} <= set(table.columns)
        assert table["correct"].dtype == bool


@pytest.mark.parametrize("seed", range(3))
class TestMetricsAgainstScikitLearn:
    @pytest.fixture
    def table(self, seed):
        return random_answers(seed=seed)

    def test_accuracy_balanced_accuracy_and_f1(self, table):
        found = results.metrics(table, CLASSES)
        truth, guess = table["label"], table["predicted"]
        assert found["accuracy"] == pytest.approx((truth == guess).mean())
        assert found["balanced_accuracy"] == pytest.approx(balanced_accuracy_score(truth, guess))
        assert found["macro_f1"] == pytest.approx(f1_score(truth, guess, average="macro"))

    def test_each_class(self, table):
        found = results.metrics(table, CLASSES)["per_class"]
        columns = precision_recall_fscore_support(
            table["label"], table["predicted"], labels=CLASSES
        )
        for row, *expected in zip(found, *columns, strict=True):
            figures = [row["precision"], row["recall"], row["f1"], row["n"]]
            assert figures == pytest.approx(expected)
            assert (row["recall_low"], row["recall_high"]) == results.wilson(
                row["correct"], row["n"]
            )

    def test_the_confusion_matrix_has_the_truth_in_rows(self, table):
        expected = confusion_matrix(table["label"], table["predicted"], labels=CLASSES)
        assert results.metrics(table, CLASSES)["confusion"] == expected.tolist()

    def test_the_loss(self, table):
        probabilities = table[[f"p_{i}" for i in range(len(CLASSES))]].to_numpy(np.float64)
        expected = log_loss(table["label"], probabilities / probabilities.sum(1, keepdims=True))
        assert results.metrics(table, CLASSES)["loss"] == pytest.approx(expected, rel=1e-5)


class TestMetrics:
    def test_the_interval_is_that_of_the_accuracy(self):
        found = results.metrics(said(["ant"] * 10, ["ant"] * 8 + ["bee"] * 2), CLASSES)
        interval = (found["accuracy_low"], found["accuracy_high"])
        assert interval == results.wilson(8, 10)

    def test_the_majority_baseline_is_the_share_of_the_commonest_class(self):
        found = results.metrics(said(["bee"] * 6 + ["ant"] * 4, ["dog"] * 10), CLASSES)
        assert (found["majority_baseline"], found["majority_class"]) == (0.6, "bee")

    def test_a_class_without_images_does_not_count_among_the_means(self):
        """As scikit-learn does it for balanced accuracy; for F1 told to look at these classes."""
        table = random_answers(present=["ant", "bee"], seed=5)
        found = results.metrics(table, CLASSES)
        truth, guess = table["label"], table["predicted"]
        recalls = [(guess[truth == name] == name).mean() for name in ("ant", "bee")]
        assert found["balanced_accuracy"] == pytest.approx(np.mean(recalls))
        f1 = f1_score(truth, guess, average="macro", labels=["ant", "bee"])
        assert found["macro_f1"] == pytest.approx(f1)

    def test_a_class_without_images_has_the_widest_interval(self):
        found = results.metrics(said(["ant"], ["ant"]), CLASSES)["per_class"][3]
        assert (found["label"], found["n"], found["predicted"]) == ("dog", 0, 0)
        assert (found["precision"], found["recall"], found["f1"]) == (0.0, 0.0, 0.0)
        assert (found["recall_low"], found["recall_high"]) == (0.0, 1.0)

    def test_of_no_images_all_shares_are_nought_and_nothing_is_known(self):
        found = results.metrics(answers([], []), CLASSES)
        assert (found["n"], found["accuracy"], found["loss"]) == (0, 0.0, 0.0)
        assert (found["accuracy_low"], found["accuracy_high"]) == (0.0, 1.0)
        assert found["majority_baseline"] == 0.0

    def test_an_unknown_label_spoils_the_precision_of_what_it_was_taken_for(self):
        table = said(["ant", "ant", "zebra", "zebra"], ["ant", "bee", "ant", "ant"])
        found = results.metrics(table, CLASSES)
        ant = found["per_class"][0]
        assert (found["n"], found["correct"]) == (2, 1)
        assert (ant["recall"], ant["precision"]) == (0.5, pytest.approx(1 / 3))
        assert found["loss"] == pytest.approx((-math.log(0.7) - math.log(0.1)) / 2)

    def test_all_figures_are_plain_json(self):
        found = results.metrics(random_answers(), CLASSES)
        assert json.loads(json.dumps(found, allow_nan=False)) == found


class TestWorstMistakes:
    def test_the_surest_of_its_error_comes_first(self):
        table = answers(
            ["ant", "ant", "ant", "bee"],
            [[0.3, 0.5, 0.1, 0.1], [0.9, 0.1, 0, 0], [0.01, 0.97, 0.01, 0.01], [0.5, 0.2, 0.3, 0]],
        )
        assert results.worst_mistakes(table)["image_id"].tolist() == ["image2", "image3", "image0"]

    def test_equal_losses_stand_in_the_order_of_their_ids(self):
        table = said(["ant"] * 3, ["bee"] * 3)
        ids = results.worst_mistakes(table[::-1])["image_id"].tolist()
        assert ids == ["image0", "image1", "image2"]

    def test_where_all_is_right_there_is_none(self):
        assert results.worst_mistakes(said(["ant"], ["ant"])).empty
        assert results.worst_mistakes(answers([], [])).empty


class TestHolm:
    def test_it_corrects_step_by_step_as_in_the_paper(self):
        found = results.holm([0.01, 0.04, 0.03, 0.005])
        assert found == pytest.approx([0.03, 0.06, 0.06, 0.02])
        assert results.holm([0.9, 0.8]) == [1.0, 1.0]
        assert results.holm([]) == []

    def test_tests_that_are_not_listed_count_too(self):
        assert results.holm([0.001, 0.002], tried=10) == pytest.approx([0.01, 0.018])
