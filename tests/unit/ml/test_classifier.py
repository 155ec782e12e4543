"""The saved model stands alone: plain Keras, from RGB to the probabilities of the head."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile

import keras
import numpy as np
import pytest

from core.errors import ModelProblem
from core.ml import classifier
from core.ml.convert import Converted
from core.ml.features import extractor
from core.ml.head import Head, loaded, on_features

ALONE = """
import sys
import numpy as np
import keras

model = keras.saving.load_model(sys.argv[1], safe_mode=True)
np.save(sys.argv[3], np.asarray(model(np.load(sys.argv[2]))))
strangers = {"core", "keras_cv", "streamlit", "ai_edge_litert"} & set(sys.modules)
assert not strangers, strangers
"""


@pytest.fixture(scope="module")
def head() -> Head:
    """A head for five classes whose answers vary."""
    rng = np.random.default_rng(0)
    kernel = (3 * rng.normal(size=(2840, 5))).astype(np.float32)
    return Head(kernel, rng.normal(size=5).astype(np.float32))


@pytest.fixture(scope="module")
def saved(lite0, head, tmp_path_factory):
    path = tmp_path_factory.mktemp("run") / "model.keras"
    classifier.save(on_features(loaded(lite0), head), path)
    return path


@pytest.fixture(scope="module")
def expected(lite0, head, pixels):
    """What the head says of the features that are cached and trained on."""
    features = np.stack(list(extractor(lite0)(lambda image=image: image for image in pixels)))
    return head.probabilities(features)


def test_in_a_fresh_process_keras_alone_gives_the_same_probabilities(
    saved, pixels, expected, tmp_path
):
    np.save(tmp_path / "images.npy", np.stack(pixels))  # uint8, as images come
    command = [sys.executable, "-I", "-W", "error::UserWarning", "-c", ALONE]
    files = [saved, tmp_path / "images.npy", tmp_path / "said.npy"]
    run = subprocess.run(
        [*command, *map(str, files)], cwd=tmp_path, capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 0, run.stderr
    said = np.load(tmp_path / "said.npy")
    assert said.shape == (len(pixels), 5)
    np.testing.assert_allclose(said.sum(axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(said, expected, atol=1e-4)
    assert len(set(said.argmax(axis=1))) > 1  # answers that differ, or this would show little


def test_here_too(saved, pixels, expected):
    model = classifier.load(saved)
    np.testing.assert_allclose(classifier.predict(model, pixels), expected, atol=1e-4)
    assert classifier.predict(model, []).shape == (0, 5)


def test_it_holds_plain_keras_layers_only(saved):
    with zipfile.ZipFile(saved) as archive:
        config = json.loads(archive.read("config.json"))
    layers = config["config"]["layers"]
    assert len(layers) > 100
    assert {layer["module"] for layer in layers} == {"keras.layers"}
    assert all(layer["registered_name"] is None for layer in layers)
    assert "Lambda" not in {layer["class_name"] for layer in layers}
    assert config["registered_name"] in (None, "Functional")
    assert "keras_cv" not in json.dumps(config)


def test_it_takes_images_of_the_backbones_size(saved):
    model = classifier.load(saved)
    assert model.input_shape == (None, 224, 224, 3)
    assert model.output_shape == (None, 5)


def test_a_save_that_fails_leaves_the_model_before_it(tmp_path):
    class Failing:
        def save(self, path):
            path.write_bytes(b"half a mo")
            raise OSError(28, "No space left on device")

    (tmp_path / "model.keras").write_bytes(b"the old one")
    with pytest.raises(OSError, match="No space"):
        classifier.save(Failing(), tmp_path / "model.keras")
    assert (tmp_path / "model.keras").read_bytes() == b"the old one"
    assert len(list(tmp_path.iterdir())) == 1


class TestLoading:
    def test_a_run_without_a_model_says_how_to_get_one(self, tmp_path):
        with pytest.raises(ModelProblem, match="no trained model") as raised:
            classifier.load(tmp_path / "model.keras")
        assert "Train this run" in raised.value.fix

    @pytest.mark.parametrize("content", [b"", b"no model", b"PK\5\6" + bytes(18)])
    def test_a_damaged_model_is_a_problem(self, tmp_path, content):
        (tmp_path / "model.keras").write_bytes(content)
        with pytest.raises(ModelProblem, match="cannot be loaded"):
            classifier.load(tmp_path / "model.keras")

    @pytest.mark.parametrize("shape", [(8,), (8, 6, 3), (8, 8, 1)])
    def test_a_model_of_something_else_is_a_problem(self, tmp_path, shape):
        images = keras.Input(shape)
        model = keras.Model(images, keras.layers.Dense(2)(keras.layers.Flatten()(images)))
        model.save(tmp_path / "model.keras")
        with pytest.raises(ModelProblem):
            classifier.load(tmp_path / "model.keras")

    def test_a_model_that_hides_code_is_not_loaded(self, tmp_path):
        images = keras.Input((8, 8, 3))
        flat = keras.layers.Flatten()(images)
        model = keras.Model(images, keras.layers.Lambda(lambda x: x)(flat))
        model.save(tmp_path / "model.keras")
        with pytest.raises(ModelProblem, match="not one that First Light made"):
            classifier.load(tmp_path / "model.keras")

    def test_a_damaged_backbone_is_a_problem(self, tmp_path, head):
        (tmp_path / "features.keras").write_bytes(b"cut off")
        with pytest.raises(ModelProblem, match="prepared backbone cannot be loaded"):
            on_features(loaded(Converted(tmp_path)), head)
