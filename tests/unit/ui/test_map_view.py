"""What the points of the map stand for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.ui.map_component import _places
from core.ui.map_view import by_class, by_score, numbers_told


def test_each_class_has_a_mark_of_its_own_the_largest_first():
    keys, legend = by_class(pd.Series(["cat", "dog", "dog", "owl", "owl", "owl"]))
    assert [mark.text for mark in legend] == ["owl", "dog", "cat"]
    assert keys == [2, 1, 1, 0, 0, 0]


def test_no_two_of_many_classes_look_the_same():
    _, legend = by_class(pd.Series([f"class {number}" for number in range(24)]))
    assert len({(mark.colour, mark.shape) for mark in legend}) == 24


def test_of_very_many_classes_the_smallest_share_a_mark():
    labels = pd.Series([f"class {n:03}" for n in range(100) for _ in range(1 + (n == 7))])
    keys, legend = by_class(labels)
    assert legend[0].text == "class 007"
    assert legend[-1].text == "77 more classes"
    assert max(keys) == len(legend) - 1


def test_what_was_selected_is_told_by_class_letter_by_letter():
    assert numbers_told(pd.Series(["cat", "*dog*", "*dog*"])) == r"\*dog\*: 2, cat: 1"


def test_scores_become_five_levels_the_worst_first():
    keys, legend = by_score(np.array([0.0, 0.19, 0.2, 0.5, 1.0]))
    assert keys == [0, 0, 1, 2, 4]
    assert legend[0].text == "0.0 to 0.2 (worst)"
    assert legend[-1].text == "0.8 to 1.0"


def test_an_image_without_a_score_says_so():
    keys, legend = by_score(np.array([0.5, np.nan]))
    assert legend[keys[1]].text == "not known"


@pytest.mark.parametrize("reported", [None, "all", {"0": 1}, [3], [-1], ["1"], [True], [1.0]])
def test_a_selection_that_cannot_be_is_no_selection(reported):
    assert _places(reported, 3, current=True) == []


def test_a_selection_on_another_map_is_forgotten():
    assert _places([0, 2, 2], 3, current=True) == [0, 2]
    assert _places([0, 2], 3, current=False) == []
