"""The rebuilt network is the published one, and its features are what they are said to be."""

from pathlib import Path

import numpy as np
import pytest

from core.ml.backbones import feature_layers, published_classifier
from core.ml.features import extractor
from core.settings import Backbone
from tests.unit.ml.conftest import generated_image

REFERENCE = Path(__file__).parent / "reference"  # of the original torch network


@pytest.mark.slow
@pytest.mark.parametrize(
    ("backbone", "file"),
    [(Backbone.LITE0, "lite0_logits.npy"), (Backbone.LITE2, "lite2_logits.npy")],
)
def test_the_logits_are_those_of_the_published_network(backbone, file):
    model = published_classifier(backbone, backbone.image_size)
    image = generated_image(backbone.image_size)[np.newaxis].astype(np.float32)
    found = np.asarray(model(image))
    np.testing.assert_allclose(found.ravel(), np.load(REFERENCE / file).ravel(), atol=1e-4, rtol=0)
    assert not model.trainable_weights[2:]  # but for the ImageNet classifier, all is frozen


def test_features_are_taken_at_four_depths():
    assert feature_layers(Backbone.LITE0) == (
        *("block3b_add", "block5c_add", "block6d_add"),
        "top_activation",
    )
    assert feature_layers(Backbone.LITE2)[:3] == ("block3c_add", "block5d_add", "block6e_add")


def test_every_depth_has_the_same_say(lite0, pixels):
    """Averages are of length 1; the quarters of the two middle depths of length 1/2."""
    extract = extractor(lite0, threads=1)
    (features,) = extract([lambda: pixels[0]])
    widths = [40, 112, 192, 1280, 4 * 112, 4 * 192]
    assert extract.width == features.size == sum(widths) == 2840
    parts = np.split(features, np.cumsum(widths)[:-1])
    lengths = [float(np.linalg.norm(part)) for part in parts]
    assert lengths == pytest.approx([1, 1, 1, 1, 0.5, 0.5], abs=1e-5)


def test_features_tell_where_something_is(lite0, pixels):
    """Turned upside down, the averages stay alike while the quarters change places."""
    upright, turned = extractor(lite0, threads=1)(
        [lambda: pixels[0], lambda: np.ascontiguousarray(pixels[0][::-1, ::-1])]
    )
    quarters = slice(1624, 1624 + 448)
    places = upright[quarters].reshape(4, 112), turned[quarters].reshape(4, 112)
    as_they_stand = np.sum(places[0] * places[1])
    changed_places = np.sum(places[0] * places[1][::-1])
    assert changed_places > as_they_stand
