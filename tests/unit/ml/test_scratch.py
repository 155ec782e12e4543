"""A network that begins with nothing learns, resumes exactly, and leaves as a plain Keras model."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from core.errors import Stopped
from core.ml import classifier, scratch
from core.ml.batches import Examples
from core.ml.fitting import Hooks, fit
from core.ml.methods import Material, Start, built, one_hot
from core.ml.pixels import altering
from core.ml.stepping import predict
from core.recipe import Recipe, Step
from core.settings import Method, TrainSettings

SIZE = 32
_NOBODY = Hooks()


def material(n: int = 48, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Noise with a bright bar, lying or standing: (n, SIZE, SIZE, 3) and labels."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 120, (n, SIZE, SIZE, 3), dtype=np.uint8)
    labels = np.arange(n) % 2
    for image, label in zip(images, labels, strict=True):
        at = rng.integers(4, SIZE - 8)
        (image if label else image.swapaxes(0, 1))[at : at + 4] = 230
    return images, labels


@pytest.fixture
def train(tmp_path):
    """Trains; each call goes on from the checkpoint of the last one."""

    def train(alter=None, hooks=_NOBODY, folder="run", **values):
        usual = {"epochs": 8, "batch_size": 16, "learning_rate": 3e-3, "dropout": 0.1}
        settings = TrainSettings(method=Method.SCRATCH, **{**usual, **values})
        sides = [
            Examples(scratch.inputs(Material(pixels=images)), one_hot(labels, 2), alter=alter)
            for images, labels in (material(), material(32, seed=1))
        ]
        start = Start(2, settings)
        network = built(scratch, start, sides[0].inputs)
        (tmp_path / folder).mkdir(exist_ok=True)
        path = tmp_path / folder / "scratch.npz"
        return network, fit(network, *sides, settings, path, hooks), start

    return train


def test_it_learns_and_leaves_as_one_plain_model(train, tmp_path):
    network, _, start = train()
    images, labels = material(40, seed=2)
    model = scratch.whole(network, start)
    classifier.save(model, tmp_path / "model.keras")
    said = classifier.predict(classifier.load(tmp_path / "model.keras"), list(images))
    assert (said.argmax(axis=1) == labels).mean() > 0.9
    np.testing.assert_allclose(said, predict(network, (images,)), atol=1e-5)
    assert {type(layer).__module__.partition(".")[0] for layer in model.layers} == {"keras"}
    assert not any(isinstance(layer, keras.layers.Lambda) for layer in model.layers)


def test_every_random_choice_follows_from_the_seed(train):
    one, two, other = (
        train(folder=name, seed=seed, epochs=1)[0] for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    weights = [network.get_weights() for network in (one, two, other)]
    for mine, same in zip(*weights[:2], strict=True):
        np.testing.assert_array_equal(mine, same)
    assert not np.array_equal(weights[0][0], weights[2][0])


def test_with_fresh_augmentation_too_it_resumes_to_the_same_numbers(train):
    recipe = Recipe("", (Step("rotation", 0.1), Step("mix_up", 0.5)))
    alter = altering(recipe, SIZE)
    whole, fitted, _ = train(alter, epochs=3, folder="whole")
    calls = 0

    def check_stop() -> None:
        nonlocal calls
        calls += 1
        if calls == 8:  # in the second epoch
            raise Stopped

    with pytest.raises(Stopped):
        train(alter, Hooks(check_stop=check_stop), epochs=3)
    resumed, again, _ = train(altering(recipe, SIZE), epochs=3)
    for one, other in zip(whole.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    figures = ("loss", "accuracy", "val_loss", "val_accuracy")
    for one, other in zip(fitted.history, again.history, strict=True):
        assert [one[name] for name in figures] == [other[name] for name in figures]


def test_fresh_augmentation_shows_something_else_in_every_epoch(train):
    shown = []
    alter = altering(Recipe("", (Step("rotation", 0.5),)), SIZE)

    def watched(inputs, labels, seed):
        images, mixed = alter(inputs, labels, seed)
        shown.append(images[0])
        return images, mixed

    train(watched, epochs=2)
    # The validation side is predicted without alterations, so all were asked for in training
    first, second = np.concatenate(shown[:3]), np.concatenate(shown[3:])
    assert len(first) == len(second) == 48
    assert len(np.unique(np.concatenate([first, second]).reshape(96, -1), axis=0)) == 96


@pytest.mark.parametrize("size", [96, 300])
def test_any_size_will_do(size):
    settings = TrainSettings(method=Method.SCRATCH)
    network = scratch.network(Start(7, settings), ((size, size, 3),))
    assert network.output_shape == (None, 7)
    assert network.count_params() < 400_000
