"""The twenty corruptions: each grows with its severity, and does what its name says."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from core.corruptions import CORRUPTIONS, FAMILIES, SEVERITIES, corrupted
from tests.makers import picture

SIDE = 112
RANDOM = (
    "gaussian_noise",
    "shot_noise",
    "impulse_noise",
    "snow",
    "fog",
    "frost",
    "elastic",
    "crop",
)
SAME_FOR_ALL = ("defocus_blur", "zoom_blur", "brightness", "contrast", "pixelate", "jpeg")


@pytest.fixture(scope="module")
def image() -> np.ndarray:
    """A soft picture with small things in it."""
    drawn, random = np.array(picture((SIDE, SIDE), seed=3)), np.random.default_rng(3)
    for left, top, width, height in random.integers((0, 0, 2, 2), (SIDE, SIDE, 12, 12), (150, 4)):
        drawn[top : top + height, left : left + width] = random.integers(0, 256, 3)
    return drawn


def apart(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one.astype(int) - other).mean())


def test_there_are_twenty_in_five_families() -> None:
    assert len(CORRUPTIONS) == 20
    assert {each.family for each in CORRUPTIONS.values()} == set(FAMILIES)
    assert all(len(each.levels) == len(SEVERITIES) for each in CORRUPTIONS.values())


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_each_severity_goes_further_than_the_one_before(name: str, image: np.ndarray) -> None:
    away = [
        np.mean([apart(CORRUPTIONS[name](image, severity, seed), image) for seed in range(3)])
        for severity in SEVERITIES
    ]
    assert away[0] > 0 and all(low < high for low, high in pairwise(away)), away


@pytest.mark.parametrize("name", RANDOM)
def test_another_seed_gives_another_picture(name: str, image: np.ndarray) -> None:
    one, other = (CORRUPTIONS[name](image, 3, seed) for seed in (1, 2))
    assert apart(one, other) > 0


@pytest.mark.parametrize("name", SAME_FOR_ALL)
def test_what_has_nothing_to_draw_is_the_same_for_every_seed(name: str, image: np.ndarray) -> None:
    one, other = (CORRUPTIONS[name](image, 3, seed) for seed in (1, 2))
    assert apart(one, other) == 0


@pytest.mark.parametrize("severity", [-1, 6])
def test_other_severities_are_refused(severity: int, image: np.ndarray) -> None:
    with pytest.raises(ValueError, match="not 0 to 5"):
        CORRUPTIONS["fog"](image, severity)


def test_gaussian_noise_has_the_stated_spread_and_no_lean() -> None:
    grey = np.full((SIDE, SIDE, 3), 128, np.uint8)
    noise = CORRUPTIONS["gaussian_noise"](grey, 2, 5).astype(float) - grey
    assert noise.std() == pytest.approx(0.08 * 255, rel=0.03)
    assert abs(noise.mean()) < 0.5


def test_shot_noise_has_the_variance_of_counted_photons() -> None:
    grey = np.full((SIDE, SIDE, 3), 100, np.uint8)
    noise = CORRUPTIONS["shot_noise"](grey, 2, 5).astype(float)
    assert noise.mean() == pytest.approx(100, abs=1)
    assert noise.var() == pytest.approx(255 * 100 / 60, rel=0.06)  # mean photons over full ones


def test_impulse_noise_hits_the_stated_share() -> None:
    grey = np.full((SIDE, SIDE, 3), 128, np.uint8)
    hit = CORRUPTIONS["impulse_noise"](grey, 3, 5)
    assert (hit == 0).mean() == pytest.approx(0.03, abs=0.004)
    assert (hit == 255).mean() == pytest.approx(0.03, abs=0.004)
    assert set(np.unique(hit)) == {0, 128, 255}


@pytest.mark.parametrize(
    "name", ["defocus_blur", "motion_blur", "zoom_blur", "glass_blur", "pixelate"]
)
def test_blurs_leave_an_even_picture_even(name: str) -> None:
    grey = np.full((SIDE, SIDE, 3), 77, np.uint8)
    assert (CORRUPTIONS[name](grey, 5, 1) == 77).all()


@pytest.mark.parametrize("name", ["defocus_blur", "motion_blur", "zoom_blur"])
def test_blurs_keep_the_light_and_lose_the_edges(name: str, image: np.ndarray) -> None:
    seen = CORRUPTIONS[name](image, 4, 1)
    assert seen.mean() == pytest.approx(image.mean(), abs=3)
    steps = [np.abs(np.diff(one.astype(int), axis=1)).mean() for one in (image, seen)]
    assert steps[1] < 0.75 * steps[0]


def test_a_point_out_of_focus_becomes_a_disc() -> None:
    dark = np.zeros((224, 224, 3), np.uint8)
    dark[112, 112] = 255
    seen = np.argwhere(CORRUPTIONS["defocus_blur"](dark, 4)[..., 0] > 0) - 112
    assert np.hypot(*seen.T).max() == pytest.approx(6, abs=0.75)
    assert len(seen) == pytest.approx(np.pi * 42, rel=0.1)


def test_the_same_severity_means_the_same_loss_on_a_smaller_image() -> None:
    large, small = (np.array(picture((side, side), seed=4)) for side in (224, 112))
    large, small = (np.where(one > 128, 220, 30).astype(np.uint8) for one in (large, small))
    losses = [apart(CORRUPTIONS["defocus_blur"](one, 4), one) for one in (large, small)]
    assert losses[1] == pytest.approx(losses[0], rel=0.3)


def test_too_bright_keeps_the_hue() -> None:
    red = np.full((16, 16, 3), (120, 60, 30), np.uint8)
    seen = CORRUPTIONS["brightness"](red, 2)
    assert seen[0, 0].tolist() == pytest.approx([171, 86, 43], abs=1)
    black = np.zeros((16, 16, 3), np.uint8)
    assert (CORRUPTIONS["brightness"](black, 2) == 51).all()


def test_another_lamp_changes_colour_and_hardly_light(image: np.ndarray) -> None:
    luma = np.array([0.299, 0.587, 0.114])
    grey = np.full((16, 16, 3), 100, np.uint8)
    seen = CORRUPTIONS["colour_cast"](grey, 3, 1)[0, 0]
    assert seen @ luma == pytest.approx(100, abs=1)
    assert abs(int(seen[0]) - int(seen[2])) > 30


def test_low_light_is_dark_on_average_by_the_stated_share() -> None:
    grey = np.full((SIDE, SIDE, 3), 200, np.uint8)
    assert CORRUPTIONS["low_light"](grey, 3, 1).mean() == pytest.approx(0.26 * 200, abs=1)


def test_turning_by_the_stated_angle_to_either_side() -> None:
    half = np.zeros((224, 224, 3), np.uint8)
    half[112:] = 255  # level line through the middle
    slopes = set()
    for seed in range(8):
        seen = CORRUPTIONS["rotation"](half, 3, seed)[..., 0] > 127
        heights = seen[:, [72, 152]].argmax(axis=0)
        slopes.add(round(float(np.degrees(np.arctan2(heights[1] - heights[0], 80)))))
    assert {abs(slope) for slope in slopes} <= {19, 20, 21}
    assert min(slopes) < 0 < max(slopes)


def test_pixelate_leaves_few_pixels() -> None:
    random = np.random.default_rng(0).integers(0, 256, (100, 100, 3), dtype=np.uint8)
    seen = CORRUPTIONS["pixelate"](random, 4)
    assert len(np.unique(seen.reshape(-1, 3), axis=0)) <= 20 * 20


def test_frost_grows_from_the_border() -> None:
    dark = np.zeros((SIDE, SIDE, 3), np.uint8)
    seen = CORRUPTIONS["frost"](dark, 2, 3).astype(float)
    assert seen[:8].mean() > 4 * max(1.0, seen[48:64, 48:64].mean())


def test_from_the_side_the_far_edge_looks_smaller() -> None:
    framed = np.zeros((224, 224, 3), np.uint8)
    framed[30:194, 30:194] = 255
    seen = CORRUPTIONS["perspective"](framed, 5, 1)[..., 0] > 127
    inner = seen[40:184, 40:184] if seen[112, 112] else ~seen
    widths = [int(line.sum()) for line in (seen[40], seen[183], seen[:, 40], seen[:, 183])]
    assert inner.any() and max(widths) > 1.2 * min(widths)


def test_chance_hangs_on_the_image_alone(image: np.ndarray) -> None:
    one, same, other = (corrupted(image, "snow", 3, sha256) for sha256 in ("ab", "ab", "cd"))
    assert apart(one, same) == 0 and apart(one, other) > 0
