"""Frozen normalisation drawn into convolutions: the same answers, and the same learning."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from core.ml.folded import Folded, folded


def make_network(frozen: bool = True) -> keras.Model:
    """A block as the pretrained networks have them: expand, look, project, add."""
    keras.utils.set_random_seed(0)
    image = keras.Input((8, 8, 6))

    def normalised(x: keras.KerasTensor) -> keras.KerasTensor:
        layer = keras.layers.BatchNormalization(epsilon=1e-3)
        seen = layer(x)
        rng = np.random.default_rng(x.shape[-1])
        layer.set_weights([rng.uniform(0.5, 2, x.shape[-1]) for _ in range(4)])
        layer.trainable = not frozen
        return seen

    x = normalised(keras.layers.Conv2D(12, 1, use_bias=False)(image))
    x = keras.layers.ReLU(6)(x)
    x = normalised(keras.layers.DepthwiseConv2D(3, padding="same", use_bias=False)(x))
    x = normalised(keras.layers.Conv2D(6, 1, use_bias=False)(x))
    x = keras.layers.Add()([x, image])
    x = normalised(keras.layers.DepthwiseConv2D(3, (2, 2), "same", use_bias=False)(x))
    x = normalised(keras.layers.Conv2D(4, 3, use_bias=False)(x))  # no product of matrices
    return keras.Model(image, keras.layers.GlobalAveragePooling2D()(x))


@pytest.fixture
def images() -> np.ndarray:
    return np.random.default_rng(1).normal(size=(5, 8, 8, 6)).astype(np.float32)


def gradients(model: keras.Model, images: np.ndarray) -> dict[str, np.ndarray]:
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(model(images, training=True) ** 2)
    variables = model.trainable_variables
    found = tape.gradient(loss, variables)
    return {v.path: g.numpy() for v, g in zip(variables, found, strict=True)}


def test_it_answers_as_the_network_does(images: np.ndarray) -> None:
    model = make_network()
    for training in (False, True):
        found = folded(model)(images, training=training)
        np.testing.assert_allclose(found, model(images, training=training), rtol=1e-4, atol=1e-5)


def test_every_pair_becomes_one_layer(images: np.ndarray) -> None:
    layers = folded(make_network()).layers
    assert sum(isinstance(layer, Folded) for layer in layers) == 4
    left = [layer for layer in layers if isinstance(layer, keras.layers.BatchNormalization)]
    assert len(left) == 1  # after the convolution of 3 by 3


def test_it_learns_as_the_network_would(images: np.ndarray) -> None:
    model = make_network()
    expected = gradients(model, images)
    found = gradients(folded(model), images)
    assert len(expected) == 5
    assert found.keys() == expected.keys()
    for path, gradient in expected.items():
        np.testing.assert_allclose(found[path], gradient, rtol=1e-3, atol=1e-4)


def test_what_it_learns_the_network_knows(images: np.ndarray) -> None:
    model = make_network()
    twin = folded(model)
    before = model(images).numpy()
    for variable in twin.trainable_variables:
        variable.assign(variable + 0.1)
    assert np.abs(model(images).numpy() - before).max() > 0.01
    np.testing.assert_allclose(twin(images), model(images), rtol=1e-4, atol=1e-4)


def test_a_normalisation_that_learns_stays(images: np.ndarray) -> None:
    layers = folded(make_network(frozen=False)).layers
    assert not any(isinstance(layer, Folded) for layer in layers)
