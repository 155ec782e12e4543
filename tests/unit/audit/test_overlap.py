"""Classes that a quick classifier mixes up are named in pairs."""

from __future__ import annotations

from core.audit import Evidence
from core.audit.overlap import CHECK, score
from tests.unit.audit.evidence import blobs, evidence


def test_two_names_for_one_thing_overlap():
    images, features = blobs({"cat": 100, "dog": 50, "owl": 50})
    images.loc[:49, "label"] = "kitten"
    found = score(Evidence(images, features=features))
    assert list(found.subjects) == ["cat / kitten"]
    assert found.scores[0] < CHECK.threshold
    assert "of 50 images of cat look like kitten" in found.notes[0]


def test_classes_that_stand_apart_are_not_named():
    assert list(score(evidence({"cat": 50, "dog": 50})).subjects) == []


def test_one_class_cannot_overlap():
    assert list(score(evidence({"cat": 50})).subjects) == []
