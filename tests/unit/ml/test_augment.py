"""The augmenter alters what it should, as far as it should, and always the same for a seed."""

from __future__ import annotations

import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import tensorflow as tf

from core.augmentations import AUGMENTATIONS
from core.ml import augment
from core.ml.augment import Augmenter, prepare
from core.recipe import PRESETS, Recipe, Step
from tests.conftest import ROOT
from tests.makers import picture

SIZE, COUNT = 32, 24
KEEPING = [name for name, each in AUGMENTATIONS.items() if not each.mixes]


def images(count: int = COUNT, size: int = SIZE) -> np.ndarray:
    return np.stack([np.asarray(picture((size, size), seed)) for seed in range(count)])


def augmenter(size: int = SIZE, **strengths: float) -> Augmenter:
    return Augmenter(Recipe(steps=tuple(Step(*each) for each in strengths.items())), size)


def change(before: np.ndarray, after: np.ndarray) -> float:
    """The mean change of a pixel, in levels of 0-255."""
    return float(np.abs(after.astype(np.int16) - before).mean())


def textured() -> np.ndarray:
    """Pale images with grain, so that every step finds something to alter."""
    grain = np.random.default_rng(0).integers(-15, 16, (COUNT, SIZE, SIZE, 3))
    return (50 + images() * 0.6 + grain).astype(np.uint8)


@pytest.mark.parametrize("name", KEEPING)
def test_a_stronger_step_changes_more(name):
    before = textured()
    weak, strong = (augmenter(**{name: strength})(before, 5) for strength in (0.25, 1.0))
    assert strong.dtype == np.uint8 and strong.shape == before.shape
    assert change(before, strong) > 1.2 * change(before, weak)
    assert change(before, strong) > 1


@pytest.mark.parametrize("name", KEEPING)
def test_a_very_weak_step_changes_hardly_anything(name):
    before = images()
    least = 2.5 if name == "jpeg_quality" else 0.6  # even the best JPEG rounds its colours
    assert change(before, augmenter(**{name: 1e-4})(before, 5)) < least


@pytest.mark.parametrize("name", KEEPING)
def test_a_draw_depends_on_its_seed_alone(name):
    before, step = images(), augmenter(**{name: 0.8})
    first = step(before, 5)
    assert change(step(before, 6), first) > 0
    again = augmenter(**{name: 0.8})(before, 5)
    np.testing.assert_array_equal(first, again)


@pytest.mark.parametrize("name", KEEPING)
def test_images_are_drawn_for_one_by_one(name):
    before = np.repeat(images(1), COUNT, axis=0)
    after = augmenter(**{name: 0.7})(before, 1)
    assert len(np.unique(after.reshape(COUNT, -1), axis=0)) > 1


def test_with_a_seed_each_an_image_does_not_depend_on_its_batch():
    before, seeds = images(), list(range(100, 100 + COUNT))
    recipe = augmenter(rotation=0.5, cutout=0.5, rand_augment=0.5)
    whole = recipe(before, seeds)
    np.testing.assert_array_equal(recipe(before[::-1], seeds[::-1]), whole[::-1])
    np.testing.assert_array_equal(recipe(before[3:5], seeds[3:5]), whole[3:5])


def test_leaving_out_a_step_leaves_the_others_as_they_were():
    before = images()
    flipped = augmenter(flip_horizontal=1.0)(before, 3)
    both = augmenter(flip_horizontal=1.0, grayscale=0.5)(before, 3)
    np.testing.assert_array_equal(augmenter(grayscale=0.5)(flipped, 3), both)


def test_a_step_without_strength_is_as_good_as_none():
    before = images()
    np.testing.assert_array_equal(augmenter(rotation=0.0, hue=0.0)(before, 3), before)
    np.testing.assert_array_equal(
        augmenter(rotation=0.0, contrast=0.4)(before, 3), augmenter(contrast=0.4)(before, 3)
    )


def test_no_images_are_no_trouble():
    nothing = images()[:0]
    assert augmenter(rotation=0.5)(nothing, 1).shape == (0, SIZE, SIZE, 3)
    mixed, labels = augmenter(mix_up=1.0).mix(nothing, np.zeros((0, 3)), 1)
    assert mixed.shape == (0, SIZE, SIZE, 3) and labels.shape == (0, 3)


def test_the_images_that_come_in_stay_as_they_are():
    before = images()
    copy = before.copy()
    after = augmenter()(before, 1)
    after[:] = 0
    augmenter(brightness=1.0)(before, 1)
    np.testing.assert_array_equal(before, copy)


def test_a_new_strength_is_not_traced_anew(monkeypatch):
    floating = [name for name in AUGMENTATIONS if name != "posterise"]  # its bits are whole
    prepare(floating, SIZE)

    def refuse(*_: object) -> None:
        raise AssertionError("traced again")

    monkeypatch.setattr(augment, "_trace_keeping", refuse)
    monkeypatch.setattr(augment, "_trace_mixing", refuse)
    for strength in (0.01, 0.37, 0.99):
        for name in floating:
            step = augmenter(**{name: strength})
            step(images(2), 1)
            step.mix(images(2), np.eye(2), 1)


def test_threads_get_what_one_thread_gets():
    size, before = 24, images(6, 24)  # a size that nobody traced: they also trace at once
    recipe = Recipe(steps=(Step("rotation", 0.5), Step("grid_mask", 0.6), Step("aug_mix", 0.8)))
    with ThreadPoolExecutor(4) as pool:
        drawn = list(pool.map(lambda seed: Augmenter(recipe, size)(before, seed), range(8)))
    for seed, after in enumerate(drawn):
        np.testing.assert_array_equal(after, Augmenter(recipe, size)(before, seed))


def test_another_process_draws_the_same():
    script = (
        "import zlib\n"
        "from core.ml.augment import Augmenter\n"
        "from core.recipe import PRESETS\n"
        "from tests.unit.ml.test_augment import images\n"
        "Augmenter(PRESETS['photos'], 32)(images(), 1)\n"
        "print(zlib.crc32(Augmenter(PRESETS['photos'], 32)(images(), 9).tobytes()))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    here = zlib.crc32(Augmenter(PRESETS["photos"], SIZE)(images(), 9).tobytes())
    assert run.stdout.split() == [str(here)], run.stderr


def test_nothing_is_said_while_layers_are_traced(capfd):
    before = images(2, 20)
    for name in ("crop_and_resize", "jpeg_quality", "equalise", "grid_mask", "blur"):
        augmenter(20, **{name: 0.5})(before, 1)
    augmenter(20, fourier_mix=0.5).mix(before, np.eye(2), 1)
    assert "WARNING" not in capfd.readouterr().err


def test_tensorflow_draws_as_ever_afterwards():
    usual = tf.random.uniform, tf.random.gamma, tf.random.shuffle, tf.random.normal
    prepare(["mix_up", "rand_augment"], 16)
    assert usual == (tf.random.uniform, tf.random.gamma, tf.random.shuffle, tf.random.normal)


@pytest.mark.parametrize(("name", "axis"), [("flip_horizontal", 2), ("flip_vertical", 1)])
def test_a_flip_at_full_strength_turns_every_second_image(name, axis):
    before = images(200, SIZE)
    after = augmenter(**{name: 1.0})(before, 1)
    same = (after == before).all(axis=(1, 2, 3))
    turned = (after == np.flip(before, axis)).all(axis=(1, 2, 3))
    assert (same ^ turned).all()
    assert 70 < turned.sum() < 130


@pytest.mark.parametrize(("strength", "on_its_head"), [(0.2, False), (1.0, True)])
def test_rotation_goes_as_far_as_it_says(strength, on_its_head):
    before = np.zeros((60, SIZE, SIZE, 3), np.uint8)
    before[:, : SIZE // 2] = 255  # bright above
    after = augmenter(rotation=strength)(before, 1)[:, 4:-4, 12:-12].astype(float)
    upside_down = after[:, -6:].mean(axis=(1, 2, 3)) > after[:, :6].mean(axis=(1, 2, 3))
    assert upside_down.any() == on_its_head
    assert not upside_down.all()


def test_brightness_stays_within_its_range():
    before = np.full((200, SIZE, SIZE, 3), 128, np.uint8)
    levels = augmenter(brightness=0.5)(before, 1)[:, 0, 0, 0].astype(int) - 128
    assert np.abs(levels).max() <= 52
    assert levels.min() < -40 and levels.max() > 40


@pytest.mark.parametrize("name", ["blur", "jpeg_quality", "sharpness", "rotation", "zoom"])
def test_a_plain_image_stays_plain(name):
    before = np.full((12, SIZE, SIZE, 3), 200, np.uint8)
    after = augmenter(**{name: 1.0})(before, 1).astype(int)
    assert np.abs(after - 200).max() <= 2


@pytest.mark.parametrize("size", [8, 17, 64])
def test_any_size_will_do(size):
    before = images(2, size)
    for preset in PRESETS.values():
        assert Augmenter(preset, size)(before, 1).shape == before.shape
    assert augmenter(size, blur=1.0)(before, 1).shape == before.shape
