"""Whatever the size of a heat map, its shares add up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import gaze
from core.gaze import BORDER_AREA, GRID, OUTSIDE_AREA

SIDES = st.integers(2, 30)


@given(SIDES)
def test_even_heat_lies_where_there_is_room(side: int) -> None:
    even = np.ones((side, side))
    assert float(gaze.border(even)) == pytest.approx(BORDER_AREA)
    assert float(gaze.outside(even)) == pytest.approx(OUTSIDE_AREA)


@given(SIDES, st.integers(0, 1000))
def test_the_grid_keeps_each_half_of_the_heat(half: int, seed: int) -> None:
    heat = gaze.normal(np.random.default_rng(seed).random((2 * half, 2 * half)))
    grid = gaze.on_grid(heat)
    assert grid.shape == (GRID, GRID)
    assert grid.sum() == pytest.approx(1)
    assert grid[: GRID // 2].sum() == pytest.approx(heat[:half].sum())
    assert grid[:, : GRID // 2].sum() == pytest.approx(heat[:, :half].sum())


@given(st.floats(0.001, 1e6))
def test_how_hot_it_is_does_not_matter(times: float) -> None:
    heat = np.random.default_rng(0).random((3, GRID, GRID))
    np.testing.assert_allclose(gaze.border(times * heat), gaze.border(heat))
