"""What a recipe buys: views that teach something help, views that lie harm, others do nothing."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from core import probe, worth
from core.errors import ProjectProblem, Stopped
from core.project import Project
from core.recipe import Recipe, Step
from core.worth import CELLS, Compared, Level, Worth

CLASSES, EACH, WIDTH, VIEWS = 3, 40, 120, 4
LABELS = np.repeat(np.arange(CLASSES), EACH)
RNG = np.random.default_rng(7)
MIDDLES = 0.2 * RNG.normal(size=(CLASSES, WIDTH))
Features = NDArray[np.float32]


def images(labels: NDArray[np.int64], seed: int) -> Features:
    """Points far around the middle of their class, so that many are needed to find it."""
    rng = np.random.default_rng(seed)
    return (MIDDLES[labels] + rng.normal(size=(len(labels), WIDTH))).astype("f4")


def compared(views: Features, labels: NDArray[np.int64] = LABELS, seed: int = 0) -> Compared:
    shares = np.repeat(np.eye(CLASSES, dtype="f4")[labels][:, None], VIEWS, axis=1)
    cells = probe.folds_of(LABELS, n=CELLS)
    return worth.compare(
        images(LABELS, 1), views, LABELS, shares, cells, np.arange(len(LABELS)), seed
    )


def other_photos(labels: NDArray[np.int64] = LABELS) -> Features:
    """Views as good as other photos of the same classes."""
    return np.stack([images(labels, 10 + turn) for turn in range(VIEWS)], axis=1)


def test_views_as_good_as_new_images_are_worth_it() -> None:
    found = compared(other_photos())
    assert found.level is Level.WORTH
    assert found.with_views > found.without + 0.05
    assert found.low <= found.difference <= found.high


def test_views_of_another_class_do_harm() -> None:
    found = compared(other_photos((LABELS + 1) % CLASSES))
    assert found.level is Level.HARM
    assert found.high < 0


def test_copies_show_no_difference() -> None:
    found = compared(np.repeat(images(LABELS, 1)[:, None], VIEWS, axis=1))
    assert found.level is Level.OPEN
    assert abs(found.difference) < 0.03


def test_the_same_seed_gives_the_same() -> None:
    views = other_photos()
    assert compared(views) == compared(views)
    assert compared(views) != compared(views, seed=1)


def test_views_never_tell_about_the_images_that_are_judged() -> None:
    """Labels without any meaning stay unguessable, however many views there are."""
    rng = np.random.default_rng(3)
    features = rng.normal(size=(120, WIDTH)).astype(np.float32)
    views = (np.repeat(features[:, None], VIEWS, axis=1) + 0.01).astype(np.float32)
    shares = np.repeat(np.eye(CLASSES, dtype="f4")[LABELS][:, None], VIEWS, axis=1)
    cells = probe.folds_of(LABELS, n=CELLS)
    found = worth.compare(features, views, LABELS, shares, cells, np.arange(120))
    assert found.with_views < 0.5


def test_it_stops_when_asked() -> None:
    views = other_photos()
    shares = np.zeros((len(LABELS), VIEWS, CLASSES), "f4")
    cells = probe.folds_of(LABELS, n=CELLS)
    blocks = np.arange(len(LABELS))
    with pytest.raises(Stopped):
        worth.compare(
            images(LABELS, 1), views, LABELS, shares, cells, blocks, should_stop=lambda: True
        )


FOUND = Worth(
    catalogue="c",
    made="2026-01-01T00:00:00+00:00",
    recipe=Recipe("Mine", (Step("rotation", 0.1),)),
    views=4,
    images=3000,
    asked=1500,
    compared=Compared(0.9, 0.92, 0.005, 0.035),
    anew=6000,
    seconds=30.0,
)


def test_what_was_found_comes_back_as_it_was(tmp_path: Path) -> None:
    project = Project.create(tmp_path, "Leaves")
    assert Worth.load(project) is None
    FOUND.save(project)
    assert Worth.load(project) == FOUND
    project.worth_file.write_text('{"recipe": 1}')
    with pytest.raises(ProjectProblem, match="cannot be read"):
        Worth.load(project)


def test_the_cost_is_told_for_what_was_asked_and_for_all() -> None:
    assert FOUND.looks == 6000
    assert FOUND.seconds_for_all == 60
    assert dataclasses.replace(FOUND, anew=0).seconds_for_all is None


@pytest.mark.parametrize(
    ("low", "high", "level"),
    [(0.001, 0.02, Level.WORTH), (-0.02, -0.001, Level.HARM), (-0.01, 0.01, Level.OPEN)],
)
def test_only_the_interval_decides(low: float, high: float, level: Level) -> None:
    assert Compared(0.9, 0.9, low, high).level is level
