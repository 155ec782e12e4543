"""The maps at four depths, and which of their channels are shown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.errors import ModelProblem
from core.ml.convert import Converted
from core.ml.depths import Depths, standing_out, telling
from core.ml.features import Pixels, extractor


def test_the_maps_have_their_sizes_and_their_averages_are_the_features(
    lite0: Converted, pixels: list[Pixels]
) -> None:
    look = Depths(lite0)
    maps = look(pixels[0])
    assert [each.shape for each in maps] == [
        *((28, 28, 40), (14, 14, 112), (7, 7, 192)),
        (7, 7, 1280),
    ]
    assert (look.size, look.width) == (224, 2840)
    (features,) = extractor(lite0, threads=1)([lambda: pixels[0]])
    averages = [each.mean(axis=(0, 1)) for each in maps]
    expected = np.concatenate([each / np.linalg.norm(each) for each in averages])
    np.testing.assert_allclose(features[: len(expected)], expected, atol=1e-4)


def test_channels_that_differ_most_from_place_to_place_come_first() -> None:
    rng = np.random.default_rng(0)
    maps = rng.normal(size=(7, 7, 6)).astype(np.float32) * [1, 5, 0, 3, 2, 4]
    assert telling(maps, 3).tolist() == [1, 5, 3]
    assert telling(maps, 9).tolist() == [1, 5, 3, 4, 0]  # the third says nothing


def test_a_channel_that_repeats_another_is_passed_over() -> None:
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(2, 7, 7)).astype(np.float32)
    maps = np.stack([3 * one, -2 * one + 7, other], axis=-1)
    assert telling(maps, 3).tolist() == [0, 2]


@pytest.mark.parametrize("sign", [1, -1])
def test_a_spot_stands_out_whether_above_or_below_the_rest(sign: int) -> None:
    channel = np.full((5, 5), 2.0, np.float32)
    channel[1, 3] += sign * 10
    heat = standing_out(channel)
    assert np.flatnonzero(heat).tolist() == [8]
    assert not standing_out(np.ones((5, 5), np.float32)).any()


def test_damaged_files_are_told(tmp_path: Path) -> None:
    (tmp_path / "features.keras").write_bytes(b"nothing")
    with pytest.raises(ModelProblem, match="cannot be loaded"):
        Depths(Converted(tmp_path))
