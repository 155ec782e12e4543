"""Heat as figures: shares of places, and a small place that is always the same."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from core import gaze
from core.gaze import BORDER_AREA, GRID


def maps(count: int, seed: int = 0) -> np.ndarray:
    """Heat that lies anywhere: (count, GRID, GRID)."""
    return gaze.normal(np.random.default_rng(seed).random((count, GRID, GRID)) ** 3)


def at(row: int, column: int, count: int = 8, seed: int = 0) -> np.ndarray:
    """Heat of which three fifths lie in two by two places, wherever the rest is."""
    heat = 0.4 * maps(count, seed)
    heat[:, row : row + 2, column : column + 2] += 0.15
    return heat


class TestShares:
    def test_heat_at_the_edge_and_in_the_middle(self) -> None:
        heat = np.zeros((2, 25, 25))
        heat[0, :, 0] = 1
        heat[1, 12, 12] = 1
        assert gaze.border(heat).tolist() == [1, 0]
        assert gaze.outside(heat).tolist() == [1, 0]

    def test_no_heat_counts_as_even_heat(self) -> None:
        assert float(gaze.border(np.zeros((7, 7)))) == pytest.approx(BORDER_AREA)
        assert gaze.normal(np.full((2, 2), np.nan)).sum() == pytest.approx(1)

    def test_a_mean_of_few_shares_is_unsure(self) -> None:
        few, many = (
            gaze.mean_share(np.array([0.2, 0.6])),
            gaze.mean_share(np.array([0.2, 0.6] * 50)),
        )
        assert few.mean == many.mean == pytest.approx(0.4)
        assert few.high - few.low > 4 * (many.high - many.low)
        assert gaze.mean_share(np.array([0.3])).low == 0

    @pytest.mark.parametrize("n", [5, 12, 60])
    def test_the_interval_of_a_mean_is_students(self, n: int) -> None:
        values = np.random.default_rng(n).uniform(0.3, 0.6, n)
        low, high = stats.t.interval(0.95, n - 1, values.mean(), stats.sem(values))
        share = gaze.mean_share(values)
        assert (share.low, share.high) == pytest.approx((low, high))

    def test_of_no_shares_nothing_is_known(self) -> None:
        assert gaze.mean_share(np.array([])) == gaze.Share(0, 0, 1)


class TestASmallPlace:
    def test_one_that_is_always_the_same_is_found(self) -> None:
        spot = gaze.spot(at(0, 0), at(8, 8, 40, seed=1))
        assert spot is not None
        assert (spot.top, spot.left) == (0, 0)
        assert 0.6 < spot.share.mean < 0.7
        assert spot.share.low <= spot.share.mean <= spot.share.high
        assert spot.steady == 1
        assert spot.apart

    @pytest.mark.parametrize(
        ("row", "column", "words"),
        [
            (0, 0, "at the top left"),
            (6, 12, "at the right"),
            (12, 6, "at the bottom"),
            (6, 6, "in the middle"),
            (12, 12, "at the bottom right"),
        ],
    )
    def test_its_place_has_words(self, row: int, column: int, words: str) -> None:
        spot = gaze.spot(at(row, column), maps(40, seed=1))
        assert spot is not None
        assert spot.words == words

    def test_a_place_that_wanders_is_none(self) -> None:
        heats = np.concatenate([at(row, row, 1, seed=row) for row in range(0, 12, 2)])
        assert gaze.spot(heats, maps(40)) is None

    def test_nor_is_heat_that_lies_anywhere(self) -> None:
        assert gaze.spot(maps(20), maps(40, seed=1)) is None

    def test_nor_where_all_classes_look(self) -> None:
        assert gaze.spot(at(6, 6), at(6, 6, 40, seed=1)) is None

    def test_few_images_show_nothing(self) -> None:
        assert gaze.spot(at(0, 0, 4), maps(40)) is None
        assert gaze.spot(at(0, 0, 5), maps(40)) is not None

    def test_a_model_that_names_one_class_alone_can_be_asked(self) -> None:
        assert gaze.spot(at(0, 0), np.empty((0, GRID, GRID))) is not None
