"""Labels that contradict the picture are found; right ones are left alone."""

from __future__ import annotations

import numpy as np
import pytest

from core.audit import Evidence
from core.audit.wrong_labels import CHECK, THRESHOLD, score
from tests.unit.audit.evidence import blobs, evidence

SIZES = {"cat": 60, "dog": 60, "owl": 60}


def changed(seed: int, share: float = 0.05):
    """Images of which a share has a wrong label, and which ones those are."""
    rng = np.random.default_rng(seed)
    images, features = blobs(SIZES, seed=seed)
    wrong = rng.choice(len(images), int(share * len(images)), replace=False)
    others = {label: [other for other in SIZES if other != label] for label in SIZES}
    images.loc[wrong, "label"] = [rng.choice(others[images["label"][place]]) for place in wrong]
    return Evidence(images, features=features), set(wrong)


@pytest.mark.parametrize("seed", range(3))
def test_changed_labels_are_found_first(seed):
    data, wrong = changed(seed)
    scores = score(data).scores
    assert set(np.argsort(scores)[: len(wrong)]) == wrong
    assert set(np.flatnonzero(scores < CHECK.threshold)) >= wrong


def test_the_right_label_is_suggested_and_told():
    data, wrong = changed(0)
    found = score(data)
    for place in wrong:
        truth = data.images["source"][place].split("/")[0]
        assert found.suggested[place] == truth
        assert found.notes[place].startswith(f"Looks like {truth} (")


def test_right_labels_raise_no_alarm():
    found = score(evidence(SIZES))
    assert (found.scores >= THRESHOLD).all()
    assert not any(found.suggested)


def test_an_identical_file_under_another_label_is_the_worst():
    images, features = blobs(SIZES)
    images.loc[70, "sha256"] = images.loc[3, "sha256"]
    features[70] = features[3]
    found = score(Evidence(images, features=features))
    assert found.scores[3] == found.scores[70] == 0
    assert found.notes[3] == "The identical picture is also labelled dog"
    assert found.notes[70] == "The identical picture is also labelled cat"
    assert (np.delete(found.scores, [3, 70]) > 0).all()


def test_identical_files_with_one_label_do_not_contradict():
    images, features = blobs(SIZES)
    images.loc[4, "sha256"] = images.loc[3, "sha256"]
    features[4] = features[3]
    assert score(Evidence(images, features=features)).scores.min() >= THRESHOLD


@pytest.mark.parametrize("sizes", [{"cat": 12}, {"cat": 1, "dog": 1}, {"cat": 1, "dog": 30}])
def test_tiny_data_gets_scores_all_the_same(sizes):
    found = score(evidence(sizes))
    assert len(found.scores) == sum(sizes.values())
    assert ((found.scores >= 0) & (found.scores <= 1)).all()
