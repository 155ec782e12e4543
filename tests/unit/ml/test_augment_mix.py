"""Steps that mix images change their labels as well, by just as much."""

from __future__ import annotations

import numpy as np
import pytest

from core.augmentations import AUGMENTATIONS
from core.ml.augment import Augmenter
from core.recipe import Recipe, Step

SIZE, COUNT = 32, 40
MIXING = [name for name, each in AUGMENTATIONS.items() if each.mixes]
GREYS = np.linspace(0, 255, COUNT).round()


def plain_images() -> np.ndarray:
    """Each image has one grey of its own, so its mean tells what it was mixed from."""
    return np.tile(GREYS.astype(np.uint8)[:, None, None, None], (1, SIZE, SIZE, 3))


def mixer(**strengths: float) -> Augmenter:
    return Augmenter(Recipe(steps=tuple(Step(*each) for each in strengths.items())), SIZE)


@pytest.mark.parametrize("name", MIXING)
def test_labels_change_by_the_share_of_the_other_image(name):
    mixed, labels = mixer(**{name: 1.0}).mix(plain_images(), np.eye(COUNT), 1)
    assert mixed.dtype == np.uint8 and labels.dtype == np.float32
    np.testing.assert_allclose(labels.sum(axis=1), 1, atol=1e-5)
    assert (np.diag(labels) < 0.999).sum() > 0.8 * COUNT
    assert ((labels > 0).sum(axis=1) <= 2).all()
    # One class for each image: the greys weighted by the labels are the greys that are seen
    np.testing.assert_allclose(mixed.mean(axis=(1, 2, 3)), labels @ GREYS, atol=1)


@pytest.mark.parametrize("name", MIXING)
def test_the_strength_is_the_share_of_images_that_are_mixed(name):
    before, truth = plain_images(), np.eye(COUNT, dtype=np.float32)
    mixed, labels = mixer(**{name: 0.4}).mix(before, truth, 3)
    untouched = (labels == truth).all(axis=1)
    assert 0.35 * COUNT < untouched.sum() < 0.85 * COUNT
    np.testing.assert_array_equal(mixed[untouched], before[untouched])


@pytest.mark.parametrize("name", MIXING)
def test_without_strength_neither_images_nor_labels_change(name):
    before, truth = plain_images(), np.eye(COUNT, dtype=np.float32)
    mixed, labels = mixer(**{name: 0.0}, rotation=1.0).mix(before, truth, 3)
    np.testing.assert_array_equal(mixed, before)
    np.testing.assert_array_equal(labels, truth)


@pytest.mark.parametrize("name", MIXING)
def test_the_same_seed_gives_the_same_mixture(name):
    step = mixer(**{name: 1.0})
    first = step.mix(plain_images(), np.eye(COUNT), 1)
    other = step.mix(plain_images(), np.eye(COUNT), 2)
    again = mixer(**{name: 1.0}).mix(plain_images(), np.eye(COUNT), 1)
    for before, after in zip(first, again, strict=True):
        np.testing.assert_array_equal(before, after)
    assert np.abs(first[1] - other[1]).max() > 0.1


def test_soft_labels_are_mixed_like_sharp_ones():
    soft = np.tile(np.float32([0.7, 0.3]), (COUNT, 1))
    np.testing.assert_allclose(mixer(mix_up=1.0).mix(plain_images(), soft, 1)[1], soft, atol=1e-5)


def test_whoever_asks_chooses_the_partners():
    partners = [0] * COUNT
    _, labels = mixer(cut_mix=1.0).mix(plain_images(), np.eye(COUNT), 1, partners)
    np.testing.assert_allclose(
        labels[:, 0] + np.diag(labels) * (np.arange(COUNT) > 0), 1, atol=1e-5
    )


def test_with_a_seed_and_a_partner_each_a_mixture_does_not_depend_on_its_batch():
    step, seeds = mixer(mix_up=1.0, fourier_mix=1.0), list(range(COUNT))
    swapped = [place ^ 1 for place in range(COUNT)]
    whole = step.mix(plain_images(), np.eye(COUNT), seeds, swapped)
    two = step.mix(plain_images()[:2], np.eye(COUNT)[:2], seeds[:2], swapped[:2])
    np.testing.assert_array_equal(two[0], whole[0][:2])
    np.testing.assert_array_equal(two[1], whole[1][:2])


@pytest.mark.parametrize("count", [1, 2, 7])
def test_every_image_lends_itself_once(count):
    before, truth = plain_images()[:count], np.eye(count)
    _, labels = mixer(mix_up=1.0).mix(before, truth, 5)
    for row, label in enumerate(labels):
        assert set(np.flatnonzero(label)) - {row} or count == 1
    lent = [
        int(np.argmax(np.where(np.arange(count) == row, 0, label)))
        for row, label in enumerate(labels)
    ]
    assert sorted(lent) == list(range(count))


def test_steps_that_keep_labels_and_steps_that_mix_stay_out_of_each_others_way():
    before = plain_images()
    both = mixer(flip_horizontal=1.0, brightness=0.5, mix_up=1.0)
    np.testing.assert_array_equal(
        both(before, 1), mixer(flip_horizontal=1.0, brightness=0.5)(before, 1)
    )
    np.testing.assert_array_equal(
        both.mix(before, np.eye(COUNT), 1)[0], mixer(mix_up=1.0).mix(before, np.eye(COUNT), 1)[0]
    )
