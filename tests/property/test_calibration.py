"""What holds of temperatures, sets and curves, whatever a model says."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from core import calibration, conformal, curves
from core.conformal import Conformal
from core.probe import cross_entropy

FEW = settings(max_examples=25)  # each holds up to 30 images
SCORES = st.floats(0, 1, width=32)


@st.composite
def answers(draw: st.DrawFn, least: int = 0) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Probabilities, some of them 0, and labels."""
    n, classes = draw(st.integers(least, 30)), draw(st.integers(2, 5))
    raw = draw(arrays.arrays(np.float64, (n, classes), elements=st.floats(0, 1)))
    raw[raw.sum(axis=1) < 1e-3] = 1.0
    labels = draw(arrays.arrays(np.int64, n, elements=st.integers(0, classes - 1)))
    return raw / raw.sum(axis=1, keepdims=True), labels


@FEW
@given(answers(), st.floats(0.1, 10))
def test_warmth_never_changes_who_is_ahead(found, temperature):
    before, _ = found
    after = calibration.warmed(before, temperature)
    assert np.allclose(after.sum(axis=1), 1)
    first = np.arange(len(before)), before.argmax(axis=1)
    assert (after[first] >= after.max(axis=1, initial=0) - 1e-9).all()


@FEW
@given(answers())
def test_the_fitted_temperature_never_does_worse_than_none(found):
    before, labels = found
    temperature = calibration.fit_temperature(before, labels)
    assert calibration.COOLEST <= temperature <= calibration.WARMEST
    after = calibration.warmed(before, temperature)
    plain = calibration.warmed(before, 1.0000001)  # with zeros as small as they are kept
    assert cross_entropy(after, labels) <= cross_entropy(plain, labels) + 1e-6


@FEW
@given(answers(), st.integers(1, 20))
def test_the_calibration_error_is_a_mean_gap_of_the_bins(found, bins):
    probabilities, labels = found
    confidence, correct = probabilities.max(1, initial=0), probabilities.argmax(1) == labels
    table = calibration.reliability(confidence, correct, bins)
    assert table["n"].sum() == len(labels)
    assert (table["accuracy_low"] <= table["accuracy_high"]).all()
    gaps = (table["accuracy"] - table["confidence"]).abs() * table["n"] / max(1, len(labels))
    assert np.isclose(calibration.ece(confidence, correct, bins), gaps.sum())
    assert 0 <= calibration.ece(confidence, correct, bins) <= 1 + 1e-9


@FEW
@given(answers())
def test_the_higher_the_threshold_the_fewer_answers(found):
    probabilities, labels = found
    correct = probabilities.argmax(1) == labels
    curve = calibration.coverage_curve(probabilities.max(1, initial=0), correct, 20)
    assert curve["answered"].is_monotonic_decreasing
    assert (curve["right"] <= curve["answered"]).all()
    assert curve["answered"].iloc[0] == len(labels)
    assert curve["right"].iloc[0] == correct.sum()


@FEW
@given(answers(least=1), st.floats(0.01, 0.99))
def test_sets_hold_the_truth_of_as_many_noted_images_as_promised(found, rate):
    probabilities, labels = found
    sets = Conformal.of(probabilities, labels).sets(probabilities, rate)
    kept = conformal.judged(sets, labels)
    assert kept.held >= np.ceil(len(labels) * (1 - rate) - 1e-9)
    assert kept.single + kept.several + kept.none == kept.n == len(labels)


@given(st.lists(st.tuples(SCORES, st.booleans()), max_size=40))
def test_curves_run_from_nothing_to_all_and_areas_are_shares(found):
    scores = np.array([score for score, _ in found], np.float64)
    truth = np.array([kind for _, kind in found], bool)
    for of in (curves.roc, curves.precision_recall):
        curve = of(scores, truth)
        assert (np.diff(curve.x) >= 0).all()
        assert ((curve.y >= 0) & (curve.y <= 1)).all()
        assert curve.positives + curve.negatives == len(found)
        if truth.any():
            assert curve.x[-1] == 1 or of is curves.roc
        assert np.isnan(curve.area) or 0 <= curve.low <= curve.area + 1e-12
        assert np.isnan(curve.area) or curve.area - 1e-12 <= curve.high <= 1 + 1e-12


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_the_interval_of_f1_holds_it(correct, missed, false):
    low, high = curves.f1_interval(correct, correct + missed, correct + false)
    count = 2 * correct + missed + false
    assert low - 1e-12 <= (2 * correct / count if count else 0.5) <= high + 1e-12
