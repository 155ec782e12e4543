"""A model file with another head in it: nothing else differs, and nothing half is left."""

import keras
import numpy as np
import pytest

from core.ml import classifier
from core.ml.head import Head, on_features
from core.ml.rehead import rehead

WIDTH, CLASSES = 6, 3


def head(seed: int, classes: int = CLASSES, width: int = WIDTH) -> Head:
    rng = np.random.default_rng(seed)
    kernel, bias = rng.normal(size=(width, classes)), rng.normal(size=classes)
    return Head(kernel.astype(np.float32), bias.astype(np.float32))


@pytest.fixture
def saved(tmp_path):
    """A small network with a head, as a training saves it."""
    keras.utils.set_random_seed(1)
    given = keras.Input((8, 8, 3))
    x = keras.layers.Conv2D(WIDTH, 3)(keras.layers.Rescaling(1 / 255)(given))
    base = keras.Model(given, keras.layers.GlobalAveragePooling2D()(x))
    classifier.save(on_features(base, head(0)), tmp_path / "model.keras")
    return base, tmp_path / "model.keras"


def test_it_is_the_model_that_would_have_been_built(saved, tmp_path):
    base, source = saved
    before, target = source.read_bytes(), tmp_path / "new.keras"
    assert rehead(source, target, head(1))
    images = np.random.default_rng(0).uniform(0, 255, (5, 8, 8, 3)).astype(np.float32)
    np.testing.assert_array_equal(
        classifier.load(target)(images), on_features(base, head(1))(images)
    )
    assert source.read_bytes() == before


@pytest.mark.parametrize("other", [head(1, classes=4), head(1, width=7)])
def test_a_head_of_another_shape_has_no_place_in_it(saved, tmp_path, other):
    assert not rehead(saved[1], tmp_path / "new.keras", other)
    assert [path.name for path in tmp_path.iterdir()] == ["model.keras"]


@pytest.mark.parametrize("damage", [lambda b: b[:-200], lambda b: b"", lambda b: b"junk" * 99])
def test_a_damaged_file_is_not_used(saved, tmp_path, damage):
    saved[1].write_bytes(damage(saved[1].read_bytes()))
    assert not rehead(saved[1], tmp_path / "new.keras", head(1))
    assert not rehead(tmp_path / "gone.keras", tmp_path / "new.keras", head(1))
    assert [path.name for path in tmp_path.iterdir()] == ["model.keras"]
