"""From answers to figures: weakest first, intervals that count images, what is left."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core import stress
from core.corruptions import CORRUPTIONS
from core.results import wilson
from core.stress.figures import intervals
from tests.unit.stress.made import written


def test_the_corruption_that_hurts_most_comes_first(tmp_path: Path) -> None:
    harm = {"fog": 10, "snow": 5}
    found = written(tmp_path, 20, lambda place, name, _: place >= harm.get(name, 0))
    first, second, *others = stress.hurts(found)
    assert (first.name, first.accuracy.value, first.kept) == ("fog", 0.5, 0.5)
    assert first.drop.value == 0.5 and first.drop.low > 0.15
    assert second.name == "snow"
    assert {one.accuracy.value for one in others} == {1.0}


def test_five_severities_of_one_image_are_no_five_images(tmp_path: Path) -> None:
    found = written(tmp_path, 40, lambda place, name, _: name == "clean" or place % 4 > 0)
    accuracy = stress.hurts(found)[0].accuracy
    low, high = wilson(30, 40)
    assert accuracy.value == 0.75 and accuracy.n == 40
    assert (accuracy.low, accuracy.high) == (
        pytest.approx(low, abs=0.03),
        pytest.approx(high, abs=0.03),
    )


def test_severities_have_figures_of_their_own(tmp_path: Path) -> None:
    found = written(tmp_path, 10, lambda place, name, severity: name != "jpeg" or severity < 4)
    jpeg = stress.hurts(found)[0]
    assert [share.value for share in jpeg.by_severity] == [1, 1, 1, 0, 0]
    assert jpeg.by_severity[4].high == pytest.approx(wilson(0, 10)[1])


def test_relative_robustness_is_what_is_left_of_the_accuracy(tmp_path: Path) -> None:
    def right(place: int, name: str, severity: int) -> bool:
        return place < 16 if name == "clean" else place < 8

    whole = stress.robustness(written(tmp_path, 20, right))
    assert (whole.clean.value, whole.stressed.value, whole.guessing) == (0.8, 0.4, 0.5)
    assert whole.kept is not None
    assert whole.kept.value == pytest.approx(0.5)
    assert 0.2 < whole.kept.low < 0.5 < whole.kept.high < 0.8


def test_nothing_can_be_kept_where_nothing_was_right(tmp_path: Path) -> None:
    found = written(tmp_path, 6, lambda *_: False)
    assert stress.robustness(found).kept is None
    assert stress.hurts(found)[0].kept is None


def test_images_that_are_all_answered_alike_leave_some_doubt(tmp_path: Path) -> None:
    whole = stress.robustness(written(tmp_path, 10, lambda *_: True))
    assert whole.stressed.value == whole.stressed.high == 1
    assert 0.6 < whole.stressed.low < 0.95


def test_the_class_that_suffers_most_comes_first(tmp_path: Path) -> None:
    found = written(tmp_path, 20, lambda place, name, _: name != "frost" or place % 2 == 0)
    first, second = stress.class_hurts(found)
    assert (first.label, first.weakest, second.label) == ("dog", "frost", "cat")
    assert first.stressed.value == pytest.approx(1 - 1 / len(CORRUPTIONS))
    assert first.by_corruption[found.names.index("frost")] == 0


def test_what_answers_turn_into_counts_only_what_was_right_before(tmp_path: Path) -> None:
    def right(place: int, name: str, severity: int) -> bool:
        return place > 3 if name == "clean" else not (name == "fog" and place % 2 == 0)

    found = written(tmp_path, 10, right)
    assert stress.taken_for(found, "fog") == [("cat", "dog", 3 * 5)]
    assert stress.taken_for(found, "jpeg") == []


def test_a_summary_is_plain_data(tmp_path: Path) -> None:
    found = stress.summary(written(tmp_path, 8, lambda *_: True, names=["fog"]))
    assert (found["n"], found["corruptions"], found["side"]) == (8, 1, "validation")
    assert found["hurts"][0]["name"] == "fog"
    assert found["clean"]["value"] == 1


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    random, truth = np.random.default_rng(0), 0.7
    easy = random.beta(3.5, 1.5, (60, 400))  # how easy an image of each test is: 0.7 on average
    low, high = intervals(random.binomial(5, easy) / 5).T
    assert 0.92 <= ((low <= truth) & (truth <= high)).mean() <= 0.98
