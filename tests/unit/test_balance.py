"""What training does about unequal classes."""

from __future__ import annotations

import numpy as np
import pytest

from core import balance
from core.settings import Balance

COUNTS = [10, 30, 60]


def test_all_classes_count_alike() -> None:
    weights = balance.class_weights([25, 75], Balance.AUTO)
    assert weights == [2.0, pytest.approx(2 / 3)]


def test_the_weights_average_one_over_the_images() -> None:
    for counts in (COUNTS, [*COUNTS, 0, 0]):
        weights = balance.class_weights(counts, Balance.AUTO)
        assert weights is not None
        assert np.average(weights, weights=counts) == pytest.approx(1)


def test_off_means_off() -> None:
    assert balance.class_weights(COUNTS, Balance.OFF) is None


def test_auto_leaves_equal_classes_alone() -> None:
    assert balance.class_weights([100, 95], Balance.AUTO) is None
    assert balance.class_weights([100, 95], Balance.ON) is not None
    assert balance.class_weights([100, 80], Balance.AUTO) is not None


def test_nothing_to_weigh() -> None:
    assert balance.class_weights([], Balance.ON) is None
    assert balance.class_weights([0, 0], Balance.ON) is None


def test_what_each_class_lacks() -> None:
    assert balance.missing([100, 30, 51]) == [0, 70, 49]
    assert balance.missing([101, 30, 51], 0.5) == [0, 21, 0]
    assert balance.missing([]) == []
