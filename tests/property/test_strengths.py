"""Whatever the recipe: strength 0 gives back the very same bytes, and a seed the same draw."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from core.augmentations import AUGMENTATIONS
from core.recipe import PRESETS, Recipe, Step, differences

SIZE, COUNT = 32, 4
# Quick to trace; the unit tests go through all
TRIED = ("flip_horizontal", "rotation", "crop_and_resize", "grayscale", "jpeg_quality", "cutout")

seeds = st.integers(0, 2**63 - 1)
strengths = st.floats(0, 1)
names = st.lists(st.sampled_from(sorted(AUGMENTATIONS)), unique=True, max_size=12)


def recipes(able: st.SearchStrategy[list[str]], power: st.SearchStrategy[float]):
    def with_strengths(chosen: list[str]) -> st.SearchStrategy[Recipe]:
        parts = st.tuples(*(st.builds(Step, st.just(name), power) for name in chosen))
        return st.builds(Recipe, st.just("Any"), parts)

    return able.flatmap(with_strengths)


def batch(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (COUNT, SIZE, SIZE, 3), dtype=np.uint8)
    return images, rng.dirichlet(np.ones(3), COUNT).astype(np.float32)


@given(recipe=recipes(names, st.just(0.0)), seed=seeds)
def test_strength_zero_changes_nothing(recipe, seed):
    from core.ml.augment import Augmenter

    images, labels = batch(seed)
    augmenter = Augmenter(recipe, SIZE)
    assert augmenter(images, seed).tobytes() == images.tobytes()
    mixed, shared = augmenter.mix(images, labels, seed)
    assert mixed.tobytes() == images.tobytes() and shared.tobytes() == labels.tobytes()


some = st.lists(st.sampled_from(TRIED), unique=True)


@settings(max_examples=30)
@given(recipe=recipes(some, strengths), idle=st.sampled_from(sorted(AUGMENTATIONS)), seed=seeds)
def test_a_step_of_strength_zero_is_as_good_as_none(recipe, idle, seed):
    from core.ml.augment import Augmenter

    images, _ = batch(seed)
    others = tuple(step for step in recipe.steps if step.name != idle)
    without = Augmenter(Recipe("", others), SIZE)(images, seed)
    with_it = Augmenter(Recipe("", (Step(idle, 0.0), *others)), SIZE)(images, seed)
    assert without.tobytes() == with_it.tobytes()


@settings(max_examples=30)
@given(name=st.sampled_from(["mix_up", "cut_mix"]), strength=strengths, seed=seeds)
def test_mixed_labels_stay_probabilities(name, strength, seed):
    from core.ml.augment import Augmenter

    images, labels = batch(seed)
    _, shared = Augmenter(Recipe("", (Step(name, strength),)), SIZE).mix(images, labels, seed)
    assert np.isfinite(shared).all() and (shared >= 0).all()
    np.testing.assert_allclose(shared.sum(axis=1), 1, atol=1e-4)


@given(recipe=recipes(names, strengths))
def test_recipes_survive_json_and_differ_from_none_by_what_is_active(recipe):
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert {each.name for each in differences(Recipe(), recipe)} == {s.name for s in recipe.active}
    assert all(differences(recipe, preset) for preset in PRESETS.values() if preset.id != recipe.id)
