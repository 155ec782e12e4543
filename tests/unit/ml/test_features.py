"""Features come in the order of their images, from LiteRT or from Keras alike."""

import time
from itertools import islice

import numpy as np
import pytest

from core.errors import DataProblem, ModelProblem
from core.ingest import load_fitted
from core.ml import features
from core.ml.convert import Converted, has_litert
from core.ml.features import KerasExtractor, LiteRTExtractor, extractor, loader
from core.settings import Fit
from tests.makers import JUNK, image_bytes


@pytest.fixture(params=["litert", "keras"])
def extract(request, lite0):
    """Both engines."""
    if request.param == "keras":
        return request.getfixturevalue("keras_extractor")
    if not has_litert():
        pytest.skip("no LiteRT on this machine")
    return LiteRTExtractor(lite0.litert, threads=3)


@pytest.fixture(scope="module")
def keras_extractor(lite0):
    return KerasExtractor(lite0.keras)


def test_they_come_in_the_order_of_the_images(extract, pixels, monkeypatch):
    monkeypatch.setattr(features, "_BATCH", 4)
    alone = [next(extract([lambda image=image: image])) for image in pixels]

    def loading(place):
        time.sleep(0.01 * (place % 3))  # the first to begin is not the first to end
        return pixels[place]

    order = [3, 1, 4, 1, 5, 2, 6, 5, 3, 0, 7]
    found = list(extract([lambda place=place: loading(place) for place in order]))
    assert len(found) == len(order)
    for place, vector in zip(order, found, strict=True):
        np.testing.assert_allclose(vector, alone[place], atol=1e-5)


def test_no_images_have_no_features(extract):
    assert list(extract([])) == []


def test_what_an_image_raises_is_raised(extract, pixels):
    def damaged():
        raise DataProblem("The image is damaged")

    with pytest.raises(DataProblem, match="damaged"):
        list(extract([lambda: pixels[0], damaged, lambda: pixels[1]]))


def test_images_are_loaded_as_they_are_needed(extract, pixels, monkeypatch):
    monkeypatch.setattr(features, "_BATCH", 4)
    loaded = []

    def load():
        loaded.append(None)
        return pixels[0]

    found = extract(load for _ in range(1000))
    assert len(list(islice(found, 5))) == 5
    found.close()
    assert len(loaded) < 20


def test_with_litert_the_images_before_a_damaged_one_are_done(lite0, pixels):
    if not has_litert():
        pytest.skip("no LiteRT on this machine")

    def damaged():
        raise DataProblem("The image is damaged")

    found = LiteRTExtractor(lite0.litert, threads=2)([*[lambda: pixels[0]] * 3, damaged])
    assert len(list(islice(found, 3))) == 3
    with pytest.raises(DataProblem, match="damaged"):
        next(found)


def test_size_and_width_are_known_beforehand(extract):
    assert (extract.size, extract.width) == (224, 2840)


def test_keras_does_the_work_where_litert_is_missing(lite0, monkeypatch):
    monkeypatch.setattr(features, "has_litert", lambda: False)
    assert isinstance(extractor(lite0), KerasExtractor)


@pytest.mark.parametrize("litert", [True, False])
def test_a_damaged_backbone_is_a_problem(tmp_path, monkeypatch, litert):
    if litert and not has_litert():
        pytest.skip("no LiteRT on this machine")
    monkeypatch.setattr(features, "has_litert", lambda: litert)
    for name in ("features.keras", "features.tflite"):
        (tmp_path / name).write_bytes(b"cut off")
    with pytest.raises(ModelProblem, match="prepared backbone cannot be loaded") as raised:
        extractor(Converted(tmp_path))
    assert str(tmp_path) in raised.value.fix


class TestLoader:
    def test_an_original_is_brought_to_the_models_size(self, tmp_path):
        data = image_bytes(size=(90, 60))
        (tmp_path / "original").write_bytes(data)
        found = loader(tmp_path / "original", 48, Fit.PAD)()
        np.testing.assert_array_equal(found, load_fitted(data, 48, Fit.PAD))
        assert (found.shape, found.dtype) == ((48, 48, 3), np.uint8)

    def test_nothing_is_read_before_it_is_called(self, tmp_path):
        load = loader(tmp_path / "original", 48, Fit.SQUASH)
        (tmp_path / "original").write_bytes(image_bytes())
        assert load().shape == (48, 48, 3)

    def test_an_original_that_is_gone_is_a_problem(self, tmp_path):
        with pytest.raises(DataProblem, match="An image of this project is gone"):
            loader(tmp_path / "original", 48, Fit.SQUASH)()

    def test_an_original_that_became_damaged_is_a_problem(self, tmp_path):
        (tmp_path / "original").write_bytes(JUNK)
        with pytest.raises(DataProblem):
            loader(tmp_path / "original", 48, Fit.SQUASH)()
