"""The rate finder reads curves as a person would, and says when they tell nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.errors import Stopped
from core.ml import head
from core.ml.batches import Examples
from core.ml.methods import Start, built, one_hot
from core.ml.rate_finder import FEWEST, Proposal, propose, rates, sweep
from core.settings import Method, TrainSettings
from tests.unit.ml.test_head import CLASSES, unit_vectors

RATES = rates(Method.HEAD)
NICE = {1, 2, 3, 5}


def curve(turn: float = 0.03, noise: float = 0.0, seed: int = 0) -> np.ndarray:
    """A loss that falls from 2 to near 0.3 as rates near ``turn``, then grows without bounds."""
    fall = 1.7 / (1 + (turn / 8 / RATES) ** 1.5)
    losses = 2.0 - fall + (RATES / turn / 2) ** 3
    losses = losses + noise * np.random.default_rng(seed).normal(size=len(RATES))
    ended = np.flatnonzero(losses > 3.5)
    return losses[: ended[0] + 1] if len(ended) else losses


@pytest.mark.parametrize("turn", [0.0003, 0.003, 0.03, 0.2])
@pytest.mark.parametrize("noise", [0.0, 0.05, 0.15])
def test_the_proposal_lies_where_the_loss_falls_well_before_it_turns(
    turn: float, noise: float
) -> None:
    found = propose(RATES, curve(turn, noise), 500)
    assert found.rate is not None
    assert turn / 40 < found.rate <= turn / 2
    assert found.rate in RATES or int(f"{found.rate:e}"[0]) in NICE
    assert "falls fastest around" in found.reason
    assert "turns up again at" in found.reason


def test_rates_ten_times_as_large_move_the_proposal_ten_times() -> None:
    small, large = (propose(RATES, curve(turn), 500).rate for turn in (0.003, 0.03))
    assert small is not None
    assert large == pytest.approx(10 * small)


def test_noise_alone_leads_to_no_proposal() -> None:
    rng = np.random.default_rng(4)
    for _ in range(50):
        flat = 2 + 0.3 * rng.normal(size=len(RATES))
        assert propose(RATES, flat, 500).rate is None


@pytest.mark.parametrize(
    ("losses", "images", "why"),
    [
        (np.full(len(RATES), 2.0), 500, "hardly fell"),
        (2 + (RATES / 0.02) ** 3, 500, "hardly fell, whatever the rate. From 0.01 on it grew."),
        (curve(noise=0.6), 500, "jumps about"),
        (np.linspace(2, 9, 9), 500, "grew without bounds"),
        (np.full(3, np.inf), 500, "grew without bounds"),
        (np.array([]), 500, "grew without bounds"),
        (curve(), FEWEST - 1, "23 images are too few"),
    ],
)
def test_where_the_curve_tells_nothing_it_says_so(
    losses: np.ndarray, images: int, why: str
) -> None:
    found = propose(RATES, losses, images)
    assert found.rate is None
    assert why in found.reason
    assert "stay with the usual one" in found.reason
    assert len(found.smooth) == np.isfinite(losses).sum()


def test_a_loss_that_never_turns_up_is_told_as_such() -> None:
    losses = 2 - 1.7 / (1 + (0.01 / RATES) ** 1.5)
    assert "had not turned up yet" in propose(RATES, losses, 500).reason


def test_a_last_loss_without_bounds_does_not_bend_the_curve() -> None:
    losses = curve()
    more = np.append(losses, 1e9)[: len(RATES)]
    assert propose(RATES, more, 500).rate == propose(RATES, losses, 500).rate


def swept(images: int, settings: TrainSettings, **calls: object) -> tuple[Proposal, np.ndarray]:
    vectors, classes = unit_vectors(images)
    examples = Examples((vectors,), one_hot(classes, CLASSES))
    network = built(head, Start(CLASSES, settings), (vectors,))
    tell = calls.get("tell", lambda done, total: None)
    check_stop = calls.get("check_stop", lambda: None)
    losses = sweep(network, (examples, examples), settings, RATES, tell, check_stop)
    return propose(RATES, losses, images), losses


def test_on_a_real_head_it_finds_a_rate_that_learns_quickly() -> None:
    found, losses = swept(240, TrainSettings(batch_size=16))
    assert losses[0] == pytest.approx(np.log(CLASSES), abs=0.01)
    assert found.rate is not None
    assert 1e-3 <= found.rate <= 0.1


def test_the_same_settings_give_the_same_curve_and_another_seed_another() -> None:
    settings = TrainSettings(batch_size=16)
    first, again, other = (
        swept(90, each)[1] for each in (settings, settings, replace(settings, seed=1))
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first[: len(other)], other[: len(first)])


@pytest.mark.parametrize("images", [3, 7])
def test_a_handful_of_images_is_no_trouble(images: int) -> None:
    found, losses = swept(images, TrainSettings())
    assert len(losses) > 3
    assert found.rate is None


def test_it_tells_how_far_it_is_and_stops_at_once() -> None:
    told: list[tuple[int, int]] = []

    def check_stop() -> None:
        if len(told) == 5:
            raise Stopped

    with pytest.raises(Stopped):
        swept(90, TrainSettings(), tell=lambda *at: told.append(at), check_stop=check_stop)
    assert told == [(number, len(RATES)) for number in range(1, 6)]


@pytest.mark.parametrize("which", Method)
def test_the_rates_grow_by_the_same_factor(which: Method) -> None:
    tried = rates(which)
    np.testing.assert_allclose(tried[1:] / tried[:-1], tried[1] / tried[0])
    assert tried[0] < TrainSettings.usual(which).learning_rate < tried[-1]
