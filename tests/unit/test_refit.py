"""What is brought up to date is what a fit from the beginning gives."""

import numpy as np
import pytest

from core import probe
from core.refit import LEFT_OUT, Refit

N, WIDTH, CLASSES, STRENGTH = 40, 6, 3, 0.1


@pytest.fixture
def images():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, CLASSES, N)
    return (rng.normal(size=(N, WIDTH)) + np.eye(CLASSES, WIDTH)[labels]).astype(np.float32), labels


@pytest.fixture
def asked():
    return np.random.default_rng(1).normal(size=(7, WIDTH)).astype(np.float32)


def from_the_beginning(features, labels, penalty, asked):
    """Ridge regression with an absolute penalty, by the normal equations."""
    centre, targets = features.mean(axis=0, dtype=float), np.eye(CLASSES)[labels]
    x, share = features - centre, targets.mean(axis=0)
    weights = np.linalg.solve(x.T @ x + penalty * np.eye(WIDTH), x.T @ (targets - share))
    return share + (asked - centre) @ weights


def penalty_of(features):
    x = features - features.mean(axis=0, dtype=float)
    return STRENGTH * np.trace(x.T @ x) / WIDTH


def test_at_first_it_is_the_probe(images, asked):
    weights, offset = probe.fit(*images, CLASSES, STRENGTH)
    found = Refit(*images, CLASSES, STRENGTH).scores(asked)
    np.testing.assert_allclose(found, asked @ weights + offset, atol=1e-6)


def test_changes_that_are_tried_leave_it_as_it_is_and_are_right(images, asked):
    features, labels = images
    ridge = Refit(features, labels, CLASSES, STRENGTH)
    rows, to = np.arange(8), np.array([0, 1, 2, LEFT_OUT] * 2)
    before = ridge.scores(asked)
    tried = list(ridge.tried(asked, features[rows], labels[rows], to))
    np.testing.assert_array_equal(ridge.scores(asked), before)
    for row, new, found in zip(rows, to, tried, strict=True):
        keep, changed = np.arange(N), labels.copy()
        if new == LEFT_OUT:
            keep = np.delete(keep, row)
        else:
            changed[row] = new
        wanted = from_the_beginning(features[keep], changed[keep], penalty_of(features), asked)
        np.testing.assert_allclose(found, wanted, atol=1e-6)


def test_many_changes_one_after_the_other_add_up(images, asked):
    features, labels = images
    ridge = Refit(features, labels, CLASSES, STRENGTH)
    keep, changed = np.ones(N, bool), labels.copy()
    for row, new in enumerate([2, LEFT_OUT, 0, LEFT_OUT, LEFT_OUT, 1]):
        (expected,) = ridge.tried(asked, features[[row]], labels[[row]], np.array([new]))
        ridge.carry_out(features[row], int(labels[row]), new)
        np.testing.assert_allclose(ridge.scores(asked), expected, atol=1e-9)
        keep[row], changed[row] = new != LEFT_OUT, max(new, 0)
    wanted = from_the_beginning(features[keep], changed[keep], penalty_of(features), asked)
    np.testing.assert_allclose(ridge.scores(asked), wanted, atol=1e-6)
