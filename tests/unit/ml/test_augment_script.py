"""The script of a recipe runs by itself and alters images as the augmenter does."""

from __future__ import annotations

import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.augmentations import AUGMENTATIONS
from core.ml.augment import Augmenter, make_layer
from core.ml.mended import OWN
from core.ml.stateless import numbers_of
from core.recipe import PRESETS, Recipe, Step, as_code
from tests.makers import picture

SIZE, COUNT = 32, 200


def load(recipe: Recipe) -> dict:
    """The names that the script of ``recipe`` defines."""
    names: dict = {}
    exec(as_code(recipe, SIZE), names)
    return names


def everything(strength: float) -> Recipe:
    return Recipe("Everything", tuple(Step(name, strength) for name in AUGMENTATIONS))


@pytest.mark.parametrize("strength", [0.3, 1.0])
def test_it_makes_the_same_layers_with_the_same_numbers(strength):
    names, recipe = load(everything(strength)), everything(strength)
    made = [*names["LAYERS"], *(layer for layer, _ in names["MIXES"])]
    assert len(made) == len(recipe.steps)
    inorder = sorted(recipe.steps, key=lambda step: AUGMENTATIONS[step.name].mixes)
    for step, layer in zip(inorder, made, strict=True):
        ours = make_layer(step, SIZE)
        kind = type(ours).__mro__[1] if type(ours) in OWN.values() else type(ours)
        assert isinstance(layer, kind)
        theirs = [float(getattr(*place)) for place in numbers_of(layer)]
        wanted = [float(getattr(*place)) for place in numbers_of(ours)]
        assert theirs == pytest.approx(wanted, abs=1e-5)


def test_its_mixtures_have_the_share_of_the_recipe():
    shares = [share for _, share in load(everything(0.3))["MIXES"]]
    assert shares == [0.3, 0.3, 0.3]


def test_all_steps_run_in_a_dataset():
    images = np.stack([np.asarray(picture((SIZE, SIZE), seed)) for seed in range(12)])
    labels = np.eye(3, dtype=np.float32)[np.arange(12) % 3]
    dataset = tf.data.Dataset.from_tensor_slices((images, labels)).batch(6)
    for altered, shared in dataset.map(load(everything(0.5))["augment"]):
        assert altered.dtype == tf.uint8 and altered.shape == (6, SIZE, SIZE, 3)
        np.testing.assert_allclose(tf.reduce_sum(shared, axis=1), 1, atol=1e-5)


@pytest.mark.parametrize(
    "name", ["rotation", "brightness", "grayscale", "posterise", "blur", "jpeg_quality", "cutout"]
)
def test_it_changes_images_as_far_as_the_augmenter_does(name):
    recipe = Recipe("One", (Step(name, 0.6),))
    image = np.asarray(picture((SIZE, SIZE), 3))
    before = np.repeat(image[None], COUNT, axis=0)
    keras.utils.set_random_seed(0)  # the script's own draws
    theirs, _ = load(recipe)["augment"](before, np.ones((COUNT, 1)))
    ours = Augmenter(recipe, SIZE)(before, 1)
    changed = [
        np.abs(after.astype(np.int16) - before).mean(axis=(1, 2, 3))
        for after in (np.asarray(theirs), ours)
    ]
    spread = np.mean([each.std() for each in changed]) / np.sqrt(COUNT / 2)
    assert abs(changed[0].mean() - changed[1].mean()) < 5 * spread
    np.testing.assert_allclose(
        *(np.quantile(each, [0.1, 0.9]) for each in changed), atol=3 * spread + 1, rtol=0.2
    )


def test_its_cutmix_shares_the_label_by_what_is_seen():
    mix = load(Recipe("Mix", (Step("cut_mix", 1.0),)))["augment"]
    greys = np.linspace(0, 255, 40).round()
    before = np.tile(greys[:, None, None, None], (1, SIZE, SIZE, 3))
    mixed, labels = mix(before, np.eye(40))
    np.testing.assert_allclose(np.mean(mixed, axis=(1, 2, 3)), np.asarray(labels) @ greys, atol=1)


def test_it_runs_by_itself_without_a_word(tmp_path):
    script = tmp_path / "augment.py"
    recipe = PRESETS["photos"]
    more = Recipe("More", (*recipe.steps, Step("jpeg_quality", 0.5), Step("mix_up", 0.5)))
    run_it = "\nimport numpy as np\nprint(augment(np.zeros((4, 32, 32, 3)), np.eye(4))[0].shape)\n"
    script.write_text(as_code(more, SIZE) + run_it, encoding="utf-8")
    run = subprocess.run(
        [sys.executable, script], cwd=tmp_path, capture_output=True, text=True, timeout=300
    )
    assert run.stdout.strip() == "(4, 32, 32, 3)", run.stderr
    assert "WARNING:tensorflow" not in run.stderr
