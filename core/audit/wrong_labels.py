"""Labels that the picture seems to contradict, and identical pictures under two labels.

Source: C. Northcutt, L. Jiang, I. Chuang, Confident learning: estimating uncertainty in dataset
labels, JAIR 70 (2021), as the package cleanlab implements it.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.audit.check import Check, Evidence, Found, Needs

THRESHOLD = 0.1
_JUST_BELOW = THRESHOLD * 0.999


def score(evidence: Evidence) -> Found:
    """The probability that a probe gives to the label of an image that it never saw.

    Where confident learning finds the label wrong, at most a little below the threshold: some
    classes are so hard that no label in them gets a low probability. Identical files under
    several labels score 0, since one of the labels must be wrong.
    """
    labels, classes = evidence.labels, evidence.classes
    scores = np.ones(len(labels))
    notes, suggested = [""] * len(labels), [""] * len(labels)
    if len(classes) > 1:
        answers = evidence.answers
        scores = answers[np.arange(len(labels)), labels].copy()
        wrong = _confidently_wrong(labels, answers)
        scores[wrong] = np.minimum(scores[wrong], _JUST_BELOW)
        for place in np.flatnonzero(answers.argmax(axis=1) != labels).tolist():
            best = int(answers[place].argmax())
            sure = min(99, round(100 * answers[place, best]))
            suggested[place] = classes[best]
            notes[place] = f"Looks like {classes[best]} ({sure} % sure)"
    for place, others in _contradicted(evidence).items():
        scores[place] = 0.0
        notes[place] = f"The identical picture is also labelled {' and '.join(others)}"
        suggested[place] = suggested[place] if suggested[place] in others else ""
    return Found(scores, notes, suggested=suggested)


def _confidently_wrong(labels: NDArray[np.int64], answers: NDArray[np.float64]) -> NDArray[Any]:
    """Where confident learning finds the label wrong: one boolean an image."""
    from cleanlab.filter import find_label_issues

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of classes without any issue
        found = find_label_issues(labels, answers, n_jobs=1, min_examples_per_class=1)
    return np.asarray(found, dtype=bool)


def _contradicted(evidence: Evidence) -> dict[int, list[str]]:
    """Places of images whose identical twin has another label, with the twins' labels."""
    images = evidence.images.reset_index(drop=True)
    twins = images[images.duplicated("sha256", keep=False)]
    found: dict[int, list[str]] = {}
    for _, group in twins.groupby("sha256", sort=False):
        labels = sorted({str(label) for label in group["label"]})
        if len(labels) > 1:
            for place, own in zip(group.index, group["label"], strict=True):
                found[int(place)] = [label for label in labels if label != own]
    return found


CHECK = Check("wrong_labels", "Labels that may be wrong", THRESHOLD, score, needs=Needs.FEATURES)
