"""The head says what a softmax says, and its network learns what can be told apart."""

from __future__ import annotations

import numpy as np
import pytest

from core.calibration import warmed
from core.ml import head
from core.ml.batches import Examples
from core.ml.fitting import fit
from core.ml.head import Head, head_of
from core.ml.methods import Material, Method, Need, Start, method, one_hot, warm
from core.ml.stepping import predict
from core.settings import TrainSettings

WIDTH, CLASSES = 24, 3


def unit_vectors(n: int = 90, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Vectors of unit length around one direction a class, and their classes."""
    rng = np.random.default_rng(seed)
    classes = np.arange(n) % CLASSES
    vectors = np.eye(CLASSES, WIDTH)[classes] + 0.05 * rng.normal(size=(n, WIDTH))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float32), classes


@pytest.fixture
def trained(tmp_path):
    """A head's network after some epochs, with what it learnt from."""
    settings = TrainSettings(epochs=20, batch_size=16, learning_rate=0.01, dropout=0.2)
    vectors, classes = unit_vectors()
    examples = Examples(head.inputs(Material(features=vectors)), one_hot(classes, CLASSES))
    network = head.network(Start(CLASSES, settings), ((WIDTH,),))
    fit(network, examples, examples, settings, tmp_path / "head.npz")
    return network


def test_it_looks_at_features_alone():
    assert method(Method.HEAD) is head
    assert {Need.FEATURES} == head.NEEDS


def test_what_can_be_told_apart_is_learnt(trained):
    vectors, classes = unit_vectors(seed=3)
    assert (predict(trained, (vectors,)).argmax(axis=1) == classes).mean() > 0.98


def test_the_layer_taken_out_of_its_network_says_the_same(trained):
    vectors, _ = unit_vectors(seed=3)
    found = head_of(trained).probabilities(vectors)
    np.testing.assert_allclose(found, predict(trained, (vectors,)), atol=1e-5)


def test_a_network_can_begin_with_a_trained_head(trained):
    vectors, _ = unit_vectors(seed=3)
    start = Start(CLASSES, TrainSettings(), head=head_of(trained))
    again = head.network(start, ((WIDTH,),))
    np.testing.assert_allclose(predict(again, (vectors,)), predict(trained, (vectors,)), atol=1e-5)


class TestProbabilities:
    head = Head(np.array([[300.0, -300.0], [0.0, 1.0]], np.float32), np.array([0.5, 0], np.float32))

    def test_they_are_the_softmax(self):
        found = self.head.probabilities(np.array([[0.0, 2.0]], np.float32))
        expected = np.exp([0.5, 2.0]) / np.exp([0.5, 2.0]).sum()
        np.testing.assert_allclose(found, [expected])

    def test_they_sum_to_one_however_large_the_logits(self):
        found = self.head.probabilities(np.array([[9.0, 0], [-9.0, 0]], np.float32))
        np.testing.assert_array_equal(found, [[1, 0], [0, 1]])

    def test_of_no_images_there_are_none(self):
        assert self.head.probabilities(np.empty((0, 2), np.float32)).shape == (0, 2)


def test_a_temperature_in_its_weights_is_one_in_its_answers(trained):
    vectors, _ = unit_vectors(seed=3)
    before = predict(trained, (vectors,))
    warm(trained, 2.5)
    np.testing.assert_allclose(predict(trained, (vectors,)), warmed(before, 2.5), atol=1e-5)
    found = head_of(trained).probabilities(vectors)
    np.testing.assert_allclose(found, warmed(before, 2.5), atol=1e-5)
