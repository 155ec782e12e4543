"""Whatever the corruption: severity 0 gives back the same bytes, and a seed the same result."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.corruptions import CORRUPTIONS, SEVERITIES

names = st.sampled_from(sorted(CORRUPTIONS))
seeds = st.integers(0, 2**64 - 1)
sides = st.sampled_from([16, 33, 64])


def picture(side: int, seed: int) -> np.ndarray:
    """Any picture: noise, so that nothing hides."""
    random = np.random.default_rng(seed)
    return random.integers(0, 256, (side, side, 3), dtype=np.uint8)


@given(name=names, side=sides, seed=seeds)
def test_severity_zero_changes_nothing(name, side, seed):
    image = picture(side, seed)
    assert CORRUPTIONS[name](image, 0, seed).tobytes() == image.tobytes()


@settings(max_examples=60, deadline=None)
@given(name=names, side=sides, severity=st.sampled_from(SEVERITIES), seed=seeds)
def test_a_seed_gives_the_same_result_and_leaves_the_image_alone(name, side, severity, seed):
    image = picture(side, seed)
    before = image.tobytes()
    first = CORRUPTIONS[name](image, severity, seed)
    assert image.tobytes() == before
    assert first.shape == image.shape and first.dtype == np.uint8
    assert first.tobytes() == CORRUPTIONS[name](image, severity, seed).tobytes()
