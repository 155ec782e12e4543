"""The drop, whatever the counts: intervals hold the value, tests are fair to both sides."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.field import difference, exact

counts = st.integers(1, 80).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts, counts)
def test_the_interval_holds_the_value_and_the_other_way_round_it_is_mirrored(before, after) -> None:
    there, back = difference(*before, *after), difference(*after, *before)
    assert -1 <= there.low <= there.value <= there.high <= 1
    assert 0 < there.p <= 1
    assert there.value == -back.value
    assert (there.low, there.high) == (pytest.approx(-back.high), pytest.approx(-back.low))
    assert there.p == pytest.approx(back.p)


@given(st.lists(st.tuples(counts, counts), min_size=1, max_size=5))
def test_the_exact_test_is_the_same_for_wrong_as_for_right_answers(classes) -> None:
    right = np.array([(*before, *after) for before, after in classes])
    wrong = np.stack(
        [right[:, 1] - right[:, 0], right[:, 1], right[:, 3] - right[:, 2], right[:, 3]]
    )
    assert exact(right) == pytest.approx(exact(wrong.T))


@given(counts)
def test_equal_sides_show_nothing(side) -> None:
    found = difference(*side, *side)
    assert found.value == 0
    assert found.low <= 0 <= found.high
    assert found.p == pytest.approx(1)
