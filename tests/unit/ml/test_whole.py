"""The whole network begins as the trained head says and learns in every layer; GPUs share it."""

from __future__ import annotations

import subprocess
import sys

import keras
import numpy as np
import pytest

from core.errors import EngineProblem
from core.ml import classifier, devices, whole
from core.ml.batches import Examples
from core.ml.fitting import fit
from core.ml.head import Head
from core.ml.methods import Material, Start, built, one_hot
from core.ml.stepping import predict
from core.settings import Method, TrainSettings
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def trained(lite0, pixels, tmp_path_factory):
    """(head, network before, what it said, the same network after an epoch, start)."""
    width = keras.saving.load_model(lite0.keras, compile=False).output_shape[-1]
    rng = np.random.default_rng(0)
    head = Head(rng.normal(size=(width, 2)).astype(np.float32), np.array([0.5, 0], np.float32))
    settings = TrainSettings(method=Method.WHOLE, epochs=1, batch_size=4, learning_rate=1e-3)
    start = Start(2, settings, lite0, head)
    images = np.stack(pixels)
    inputs = whole.inputs(Material(pixels=images))
    network = built(whole, start, inputs)
    before = predict(network, inputs)
    weights = {w.path: w.numpy() for w in network.weights}
    examples = Examples(inputs, one_hot(np.arange(8) % 2, 2))
    with whole.scope():
        fit(network, examples, examples, settings, tmp_path_factory.mktemp("w") / "w.npz")
    return head, weights, before, network, start


def test_it_begins_as_the_trained_head_says(trained, lite0, pixels):
    head, _, before, _, _ = trained
    model = keras.saving.load_model(lite0.keras, compile=False)
    features = model.predict_on_batch(np.stack(pixels).astype(np.float32))
    np.testing.assert_allclose(before, head.probabilities(np.asarray(features)), atol=1e-4)


def test_every_layer_learns_but_normalisation(trained):
    _, before, _, network, _ = trained
    for weight in network.weights:
        changed = not np.array_equal(before[weight.path], weight.numpy())
        assert changed != ("bn" in weight.path), weight.path


def test_the_model_that_leaves_says_the_same(trained, pixels):
    _, _, before, network, start = trained
    said = classifier.predict(whole.whole(network, start), pixels)
    now = predict(network, (np.stack(pixels),))
    np.testing.assert_allclose(said, now, atol=1e-5)
    assert np.abs(now - before).max() > 0.01


class TestAdmission:
    @pytest.fixture(autouse=True)
    def nobody_insists(self, monkeypatch):
        monkeypatch.delenv(devices.WHOLE_ON_CPU, raising=False)

    def test_without_an_accelerator_it_is_a_problem(self, monkeypatch):
        monkeypatch.setattr(devices, "accelerators", tuple)
        with pytest.raises(EngineProblem, match="cannot be trained here") as raised:
            devices.require_accelerator()
        assert "Fine-tune" in raised.value.fix

    def test_with_one_it_is_admitted(self, monkeypatch):
        monkeypatch.setattr(devices, "accelerators", lambda: ("A card",))
        devices.require_accelerator()

    def test_who_insists_may_use_the_processor(self, monkeypatch):
        monkeypatch.setattr(devices, "accelerators", tuple)
        monkeypatch.setenv(devices.WHOLE_ON_CPU, "1")
        devices.require_accelerator()


def test_one_processor_shares_with_nobody():
    import tensorflow as tf

    with devices.shared():
        assert tf.distribute.get_strategy().num_replicas_in_sync == 1


_SHARED = """
import sys, tempfile
from pathlib import Path
import numpy as np, keras, tensorflow as tf
tf.config.set_logical_device_configuration(
    tf.config.list_physical_devices("CPU")[0], [tf.config.LogicalDeviceConfiguration()] * 2
)
from core.ml import devices
from core.ml.batches import Examples
from core.ml.fitting import fit
from core.ml.methods import one_hot
from core.settings import TrainSettings

two = tf.config.list_logical_devices("CPU")
images = np.random.default_rng(0).integers(0, 255, (13, 8, 8, 3), dtype=np.uint8)
examples = Examples((images,), one_hot(images[:, 0, 0, 0] % 2, 2))

def learnt(devices_used):
    devices.replicas = lambda: devices_used
    with devices.shared():
        replicas = tf.distribute.get_strategy().num_replicas_in_sync
        keras.utils.set_random_seed(0)
        x = given = keras.Input((8, 8, 3))
        x = keras.layers.Conv2D(4, 3)(keras.layers.Rescaling(1 / 255)(x))
        x = keras.layers.Dense(2)(keras.layers.GlobalAveragePooling2D()(keras.layers.ReLU()(x)))
        model = keras.Model(given, x)
        settings = TrainSettings(epochs=3, batch_size=4, learning_rate=0.01)
        path = Path(tempfile.mkdtemp()) / "c.npz"
        fit(model, examples, examples, settings, path)
        return replicas, model.get_weights()

alone, together = learnt(two[:1]), learnt(two)
assert (alone[0], together[0]) == (1, 2), (alone[0], together[0])
for one, other in zip(alone[1], together[1], strict=True):
    np.testing.assert_allclose(one, other, atol=1e-4)
print("same")
"""


def test_devices_that_share_a_training_learn_the_same_as_one():
    """Two halves of the processor stand in for two GPUs; the last batch has a single image."""
    run = subprocess.run(
        [sys.executable, "-c", _SHARED], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 0, run.stderr[-3000:]
    assert run.stdout.split() == ["same"]
