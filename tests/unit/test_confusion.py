"""The confusion matrix read aloud: who is taken for whom, and who stands beside whom."""

from __future__ import annotations

import numpy as np
import pytest

from core.confusion import Pair, by_confusion, confused_pairs

CLASSES = ["ant", "bee", "cat", "dog"]


def matrix(right: int = 20, **mistakes: int) -> list[list[int]]:
    """``right`` of each class are right; ``ant_bee=3`` more ants were taken for bees."""
    counts = np.diag([right] * len(CLASSES))
    for name, number in mistakes.items():
        truth, said = name.split("_")
        counts[CLASSES.index(truth), CLASSES.index(said)] = number
    return counts.tolist()


def test_both_directions_make_one_pair_and_the_commoner_is_told_first() -> None:
    pairs = confused_pairs(matrix(ant_bee=1, bee_ant=5), CLASSES)
    assert pairs == [Pair("bee", "ant", count=5, of=25, back=1, back_of=21)]
    assert pairs[0].share == pytest.approx(0.2)
    low, high = pairs[0].interval
    assert 0 < low < 0.2 < high < 1


def test_a_class_mixed_up_more_often_comes_first() -> None:
    pairs = confused_pairs(matrix(ant_dog=2, bee_cat=4, cat_bee=4, cat_dog=3), CLASSES)
    assert [(pair.truth, pair.said) for pair in pairs] == [
        ("bee", "cat"),
        ("cat", "dog"),
        ("ant", "dog"),
    ]


def test_one_mistake_in_two_images_does_not_outrank_twenty_in_sixty() -> None:
    counts = [[40, 20, 0, 0], [0, 60, 0, 0], [0, 0, 1, 1], [0, 0, 0, 0]]
    assert [pair.truth for pair in confused_pairs(counts, CLASSES)] == ["ant", "cat"]


def test_a_class_without_images_can_still_be_named_in_vain() -> None:
    counts = [[3, 0, 0, 2], [0, 5, 0, 0], [0, 0, 5, 0], [0, 0, 0, 0]]
    (pair,) = confused_pairs(counts, CLASSES)
    assert pair == Pair("ant", "dog", count=2, of=5, back=0, back_of=0)


def test_without_mistakes_there_are_no_pairs_and_the_order_stays() -> None:
    assert confused_pairs(matrix(), CLASSES) == []
    assert by_confusion(matrix()) == [0, 1, 2, 3]


def test_confused_classes_stand_side_by_side_the_worst_first() -> None:
    order = by_confusion(matrix(ant_dog=2, bee_dog=9, cat_ant=4))
    assert [CLASSES[place] for place in order] == ["bee", "dog", "ant", "cat"]


def test_a_path_that_ends_begins_anew_with_the_most_confused_of_the_rest() -> None:
    order = by_confusion(matrix(ant_cat=9, dog_bee=2))
    assert {CLASSES[place] for place in order[:2]} == {"ant", "cat"}
    assert sorted(order) == [0, 1, 2, 3]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_few_classes_have_an_order_too(number: int) -> None:
    assert by_confusion(np.eye(number, dtype=int).tolist()) == list(range(number))


def test_the_order_gathers_the_mistakes_beside_the_diagonal() -> None:
    """Twelve classes in a chain, shuffled: the order finds the chain again."""
    rng = np.random.default_rng(0)
    chain = np.diag([50] * 12) + np.diag(rng.integers(5, 9, 11), 1) + np.diag([5] * 11, -1)
    shuffled = rng.permutation(12)
    counts = chain[np.ix_(shuffled, shuffled)]
    order = by_confusion(counts.tolist())

    def beside(matrix: np.ndarray) -> int:
        return int(np.trace(matrix, 1) + np.trace(matrix, -1))

    assert sorted(order) == list(range(12))
    assert beside(counts[np.ix_(order, order)]) > 0.8 * beside(chain) > 2 * beside(counts)
