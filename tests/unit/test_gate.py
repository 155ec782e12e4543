"""The gate lets its own kind pass and turns away what lies elsewhere."""

import io
import math

import numpy as np
import pytest

from core.gate import RATE, Gate

WIDTH = 200


def kind(n, seed, middle=0):
    """Embeddings around one of the axes, by classes of two directions."""
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % 2
    points = 0.03 * rng.normal(size=(n, WIDTH))
    points[:, middle] += 1.0
    points[np.arange(n), middle + 1 + labels] += 0.7
    return points.astype(np.float32), labels


@pytest.fixture(scope="module")
def gate():
    train, labels = kind(300, 0)
    return Gate.fit(train, labels, kind(200, 1)[0])


def test_its_own_kind_passes(gate):
    assert gate.unlike(kind(1000, 2)[0]).mean() <= 0.05


def test_over_many_gates_about_as_many_are_turned_away_as_meant():
    turned = []
    for seed in range(12):
        train, labels = kind(200, 3 * seed)
        own = Gate.fit(train, labels, kind(150, 3 * seed + 1)[0])
        turned.append(own.unlike(kind(300, 3 * seed + 2)[0]).mean())
    assert 0.5 * RATE <= np.mean(turned) <= 1.5 * RATE


def test_what_lies_elsewhere_does_not(gate):
    assert gate.unlike(kind(200, 3, middle=20)[0]).all()
    assert gate.unlike(np.random.default_rng(0).normal(size=(200, WIDTH))).all()


def test_a_class_that_was_not_learnt_lies_farther_off_than_those_that_were(gate):
    """Between its classes, with all that they have: only the distance to a class tells it."""
    points, _ = kind(200, 3)
    stranger = points.copy()
    stranger[:, [1, 2]] = stranger[:, [2, 1]] * 0.5 + 0.35
    assert np.median(gate.distances(stranger)) > np.quantile(gate.distances(points), 0.95)


def test_what_no_training_image_has_counts_though_it_lies_in_the_middle_of_a_class(gate):
    points, _ = kind(200, 3)
    odd = points + 0.5 * np.eye(WIDTH, dtype=np.float32)[40]
    assert gate.unlike(odd).all()


def test_a_training_image_is_about_1_away():
    train, labels = kind(300, 0)
    own = Gate.fit(train, labels, kind(200, 1)[0])
    assert own.distances(train).mean() == pytest.approx(1.0, rel=0.2)


@pytest.mark.parametrize("width", [2, 3])
def test_where_training_images_have_everything_the_distance_to_a_class_is_left(width):
    rng = np.random.default_rng(0)
    train, labels = rng.normal(size=(100, width)), np.arange(100) % 2
    own = Gate.fit(train, labels, rng.normal(size=(80, width)))
    assert own.unlike(np.full((1, width), 30.0)).all()
    assert not own.unlike(np.zeros((1, width))).any()


def test_few_validation_images_turn_away_only_what_is_farther_than_all_of_them():
    train, labels = kind(100, 0)
    few = kind(5, 1)[0]
    own = Gate.fit(train, labels, few)
    assert own.limit == own.distances(few).max()


def test_without_validation_images_everything_passes():
    train, labels = kind(100, 0)
    own = Gate.fit(train, labels, np.empty((0, WIDTH), np.float32))
    assert own.limit == math.inf
    assert not own.unlike(kind(20, 3, middle=20)[0]).any()


@pytest.mark.parametrize("n", [1, 2, 9])
def test_a_handful_of_training_images_is_enough_to_be_asked(n):
    train, labels = kind(n, 0)
    own = Gate.fit(train, labels, kind(50, 1)[0])
    assert np.isfinite(own.distances(kind(3, 2)[0])).all()


def test_many_images_at_a_time_are_those_one_by_one(gate):
    points, _ = kind(2100, 6)
    assert gate.distances(points)[-5:] == pytest.approx(gate.distances(points[-5:]), rel=1e-4)


def test_it_survives_a_file(gate):
    file = io.BytesIO()
    np.savez(file, **gate.to_arrays())
    file.seek(0)
    again = Gate.from_arrays(np.load(file, allow_pickle=False))
    points, _ = kind(20, 7)
    assert (again.distances(points) == gate.distances(points)).all()
    assert again.limit == gate.limit
