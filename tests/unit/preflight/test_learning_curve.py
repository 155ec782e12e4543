"""A known law is recovered; what the data does not tell is not told."""

from __future__ import annotations

import numpy as np
import pytest

from core.preflight import words
from core.preflight.answers import Curve, Gain
from core.preflight.learning_curve import TIMES, curve, fit_law, measure
from tests.unit.preflight.helpers import features, numbers, table

SIZES = np.array([50.0, 90, 160, 280, 500, 900])


def law(n: float | np.ndarray) -> np.ndarray:
    return np.asarray(0.04 + 1.5 * np.asarray(n, float) ** -0.5)


def drawn(errors: np.ndarray, images: int = 1500, seed: int = 0) -> np.ndarray:
    """Which of ``images`` are answered wrong: a harder image is wrong at more sizes."""
    return np.random.default_rng(seed).random(images)[None] < errors[:, None]


def test_a_known_law_is_recovered() -> None:
    found = fit_law(SIZES, law(SIZES)[None], np.ones(6))
    assert found.at(4000.0)[0, 0] == pytest.approx(float(law(4000)), abs=0.005)
    assert found.a[0] == pytest.approx(0.04, abs=0.015)
    assert found.c[0] == pytest.approx(0.5, abs=0.08)


def test_bounds_hold() -> None:
    rising = fit_law(SIZES, SIZES[None] / 1000, np.ones(6))
    assert rising.b[0] == 0 and rising.a[0] > 0
    falling = fit_law(SIZES, (SIZES[None] ** -1.5), np.ones(6), floor=False)
    assert falling.a[0] == 0 and falling.b[0] > 0


def test_the_range_holds_what_more_images_really_give() -> None:
    held = []
    for seed in range(10):
        found = curve("", SIZES, drawn(law(SIZES), seed=seed), np.arange(1500), 1100, seed)
        for gain in found.gains:
            true = float(law(1100) - law(gain.times * 1100))
            held.append(gain.low <= true <= gain.high)
    assert len(held) == 20
    assert sum(held) >= 17


def test_no_word_beyond_four_times_the_images() -> None:
    found = curve("", SIZES, drawn(law(SIZES)), np.arange(1500), 1100)
    assert TIMES[-1] == 4
    assert max(n for n, _, _ in found.band) == pytest.approx(4400)
    assert all(low <= high for _, low, high in found.band)


def test_what_does_not_fall_says_nothing() -> None:
    found = curve("", SIZES, drawn(np.full(6, 0.3)), np.arange(1500), 1100)
    assert found.gains == () and found.band == ()
    assert "nothing can be said" in words.of_curve(found)


def test_a_perfect_probe_has_nothing_to_mend() -> None:
    found = curve("", SIZES, np.zeros((6, 200), bool), np.arange(200), 1100)
    assert "Hardly any mistake" in words.of_curve(found)


def test_few_images_make_no_curve() -> None:
    found = curve("a", SIZES, drawn(law(SIZES), 9), np.arange(9), 1100)
    assert found.gains == ()
    assert "9 images" in found.why_not


def test_every_image_is_asked_once_at_every_size() -> None:
    images = table(60, "abc")
    found = measure(features(images), numbers(images), np.arange(180), 3)
    assert found is not None
    sizes, wrong = found
    assert len(sizes) == 6
    assert wrong.shape == (6, 180)
    assert wrong[0].mean() > wrong[-1].mean()


def test_too_few_images_for_a_curve() -> None:
    images = table(5, "abc")
    assert measure(features(images), numbers(images), np.arange(15), 3) is None


@pytest.mark.parametrize(
    ("gain", "says"),
    [
        (Gain(2, 0.011, 0.032), "Twice as many images would probably give 1 to 3 points more."),
        (
            Gain(4, 0.0, 0.004),
            "Four times as many images would probably give less than 1 point more.",
        ),
        (Gain(2, 0.018, 0.021), "Twice as many images would probably give about 2 points more."),
        (Gain(2, 0.0096, 0.0104), "Twice as many images would probably give about 1 point more."),
    ],
)
def test_a_gain_in_words(gain: Gain, says: str) -> None:
    assert words.of_gain(gain) == says
    assert words.of_curve(Curve("", (), 0.1, (), (gain,))) == says
