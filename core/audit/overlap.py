"""Pairs of classes that are taken for each other: perhaps they are one, or drawn unclearly."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from core.audit.check import Check, Evidence, Found, Needs, Scope

BETWEEN = " / "
_FEW = 3  # images that may be mixed up by chance


def score(evidence: Evidence) -> Found:
    """Every pair of classes that is mixed up at all: 1 - the share of its images that are.

    An image counts where a probe that never saw it takes it for the other class of the pair.
    """
    classes, labels = evidence.classes, evidence.labels
    if len(classes) < 2:
        return Found(np.zeros(0), [], [])
    said = evidence.answers.argmax(axis=1)
    table = np.zeros((len(classes), len(classes)), np.int64)
    np.add.at(table, (labels, said), 1)
    sizes = table.sum(axis=1)
    subjects, scores, notes = [], [], []
    for one, other in combinations(range(len(classes)), 2):
        mixed = int(table[one, other] + table[other, one])
        if mixed < _FEW:
            continue
        subjects.append(f"{classes[one]}{BETWEEN}{classes[other]}")
        scores.append(1 - mixed / int(sizes[one] + sizes[other]))
        notes.append(
            f"{table[one, other]} of {sizes[one]} images of {classes[one]} look like "
            f"{classes[other]}, {table[other, one]} of {sizes[other]} the other way round"
        )
    return Found(np.asarray(scores, dtype=np.float64), notes, subjects)


CHECK = Check("overlap", "Classes that overlap", 0.95, score, Scope.CLASS, Needs.FEATURES)
