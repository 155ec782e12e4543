"""Averages, scaling and what a class explains, against NumPy and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from core import looks
from tests.makers import picture


def images(number: int) -> np.ndarray:
    return np.random.default_rng(number).integers(0, 256, (number, 5, 4, 3), dtype=np.uint8)


def test_average_is_that_of_numpy() -> None:
    many = images(37)
    found = looks.average(iter(many))
    assert found is not None
    assert found.images == 37
    np.testing.assert_allclose(found.mean, many.mean(axis=0))
    np.testing.assert_allclose(found.deviation, many.std(axis=0), atol=1e-9)


def test_no_images_have_no_average() -> None:
    assert looks.average([]) is None


def test_the_same_image_again_and_again_is_sharp() -> None:
    one = np.asarray(picture((8, 8)))
    found = looks.average([one] * 5)
    assert found is not None
    assert found.verdict == "sharp"
    assert found.alike == pytest.approx(1)
    np.testing.assert_array_equal(looks.mean_picture(found), one)
    assert looks.deviation_picture(found).max() == 0


def test_noise_averages_to_flat_gray() -> None:
    found = looks.average(iter(images(400)))
    assert found is not None
    assert found.verdict == "flat"
    assert abs(looks.mean_picture(found).astype(int) - 127).max() < 20
    assert looks.deviation_picture(found).min() > 150


def test_images_that_share_a_place_are_between() -> None:
    noise = images(200).astype(float)
    shared = np.zeros((5, 4, 3))
    shared[1:4, 1:3] = 70
    found = looks.average((np.clip(noise * 0.6 + shared, 0, 255)).astype(np.uint8))
    assert found is not None
    assert found.verdict == "soft"


def test_scaling_is_what_the_network_gets() -> None:
    pixels = np.array([[[0, 127, 255]]], dtype=np.uint8)
    np.testing.assert_allclose(looks.scaled(pixels), [[[-127 / 128, 0, 1]]])


def test_the_histogram_counts_every_pixel_of_each_channel() -> None:
    pixels = np.array([[[0, 7, 255], [8, 8, 0]]], dtype=np.uint8)
    counts = looks.histogram(pixels)
    assert counts.shape == (3, 32)
    assert [list(np.flatnonzero(row)) for row in counts] == [[0, 1], [0, 1], [0, 31]]
    assert counts.sum() == 6


def test_a_class_that_tells_all_explains_all() -> None:
    labels = np.array([0, 0, 1, 1])
    assert looks.explained(np.array([1.0, 1.0, 5.0, 5.0]), labels) == pytest.approx(1)
    assert looks.explained(np.array([1.0, 5.0, 1.0, 5.0]), labels) == pytest.approx(0)


def test_what_is_not_known_explains_nothing() -> None:
    labels = np.array([0, 1, 3])
    assert looks.explained(np.array([np.nan, np.nan, np.nan]), labels) == 0
    assert looks.explained(np.array([2.0, 2.0, 2.0]), labels) == 0
    table = np.array([[1.0, 1.0], [5.0, 5.0], [np.nan, 9.0]])
    assert looks.explained(table, labels) == pytest.approx(1)
