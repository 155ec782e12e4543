"""What is far from everything is found, whatever its label says."""

from __future__ import annotations

import numpy as np

from core.audit import Evidence
from core.audit.outliers import CHECK, score
from tests.unit.audit.evidence import blobs, evidence

SIZES = {"cat": 60, "dog": 60}


def test_images_of_something_else_are_the_worst():
    images, features = blobs(SIZES)
    features[[5, 90]] += 40 * np.random.default_rng(1).normal(size=(2, features.shape[1]))
    found = score(Evidence(images, features=features))
    assert set(np.argsort(found.scores)[:2]) == {5, 90}
    assert set(np.flatnonzero(found.scores < CHECK.threshold)) == {5, 90}
    assert found.notes[5] == "Far from everything else"


def test_an_even_cloud_has_no_outliers():
    assert (score(evidence(SIZES)).scores >= CHECK.threshold).all()


def test_a_handful_of_images_is_never_called_unusual():
    assert (score(evidence({"cat": 5, "dog": 5})).scores == 1).all()


def test_identical_features_do_no_harm():
    images, features = blobs(SIZES)
    features[:] = features[0]
    found = score(Evidence(images, features=features))
    assert np.isfinite(found.scores).all()
