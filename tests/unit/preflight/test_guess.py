"""Guessing from numbers: as well as can be, and no better than luck where there is nothing."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import Stopped
from core.preflight.guess import blind_folds, guess, shuffle


def test_a_cue_that_is_the_label_is_guessed_always() -> None:
    labels = np.repeat([0, 1, 2], [60, 30, 10])
    cue = np.eye(3, dtype=np.float32)[labels]
    (found,) = guess({"x": cue}, labels, 3, np.arange(100)).values()
    assert found.accuracy == 1
    assert found.informed.tolist() == [1, 1, 1]
    assert found.chance == pytest.approx(1 / 3, abs=0.05)
    assert found.p_value < 0.01
    assert (found.margins > 0).all()
    assert (found.answers == labels).all()


def test_p_values_of_noise_are_spread_evenly() -> None:
    p_values = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        cue = rng.normal(size=(60, 4)).astype(np.float32)
        labels = rng.permutation(np.repeat([0, 1, 2], 20))
        p_values.append(guess({"x": cue}, labels, 3, np.arange(60), seed)["x"].p_value)
    assert sum(p <= 0.05 for p in p_values) <= 6
    assert 0.3 < float(np.mean(p_values)) < 0.7


def test_twins_are_no_evidence() -> None:
    """Ten copies of each of twelve images: what looks like 120 is twelve."""
    p_values = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        cue = np.repeat(rng.normal(size=(12, 3)), 10, axis=0).astype(np.float32)
        labels = np.repeat(rng.permutation(np.repeat([0, 1], 6)), 10)
        blocks = np.repeat(np.arange(12), 10)
        p_values.append(guess({"x": cue}, labels, 2, blocks, seed)["x"].p_value)
    assert sum(p <= 0.05 for p in p_values) <= 4


def test_folds_and_shufflings_keep_blocks_and_counts() -> None:
    rng = np.random.default_rng(0)
    blocks = np.repeat(np.arange(40), rng.integers(1, 6, 40))
    labels = rng.integers(0, 3, 40)[blocks]
    folds = blind_folds(blocks, rng)
    assert all(len(set(folds[blocks == block])) == 1 for block in range(40))
    mixed = shuffle(labels, blocks, rng)
    assert np.bincount(mixed).tolist() == np.bincount(labels).tolist()
    assert (mixed != labels).any()


def test_the_same_seed_gives_the_same_answer() -> None:
    rng = np.random.default_rng(0)
    cue, labels = rng.normal(size=(50, 3)).astype(np.float32), rng.integers(0, 2, 50)
    first, second = (guess({"x": cue}, labels, 2, np.arange(50), 7)["x"] for _ in range(2))
    assert (first.p_value, first.accuracy) == (second.p_value, second.accuracy)


def test_it_can_be_stopped() -> None:
    cue = np.zeros((20, 1), np.float32)
    with pytest.raises(Stopped):
        guess({"x": cue}, np.arange(20) % 2, 2, np.arange(20), should_stop=lambda: True)
