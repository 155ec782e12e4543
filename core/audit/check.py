"""What a check is: a short file that scores images, classes or files, and decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import probe


class Scope(StrEnum):
    """What a check scores."""

    IMAGE = "image"
    CLASS = "class"
    FILE = "file"


class Needs(StrEnum):
    """What a check looks at, from the cheapest to the dearest."""

    TABLE = "table"
    PIXELS = "pixels"
    FEATURES = "features"


@dataclass
class Evidence:
    """All that a check may look at. Rows of every part are those of ``images``, in its order.

    Attributes:
        images: the catalogue in force.
        measured: the numbers of each image, columns as `core.audit.measure` gives them; NaN
            where an image could not be measured. No columns where nothing was measured.
        features: (images, width) of the pretrained network; None where there are none.
        rejected: the files that were not taken.
    """

    images: pd.DataFrame
    measured: pd.DataFrame = field(default_factory=pd.DataFrame)
    features: NDArray[np.float32] | None = None
    rejected: pd.DataFrame = field(default_factory=pd.DataFrame)

    @cached_property
    def classes(self) -> list[str]:
        """The names of the classes, sorted."""
        return sorted(str(label) for label in self.images["label"].unique())

    @cached_property
    def labels(self) -> NDArray[np.int64]:
        """The number of each image's class in `classes`."""
        found = pd.Index(self.classes).get_indexer(pd.Index(self.images["label"]))
        return np.asarray(found, dtype=np.int64)

    @cached_property
    def compressed(self) -> NDArray[np.float32]:
        """The principal components of the features."""
        if self.features is None:
            raise ValueError("A check that needs features ran without any")
        return probe.compress(self.features)

    @cached_property
    def answers(self) -> NDArray[np.float64]:
        """(images, classes): probabilities by a probe that saw neither an image nor its twin."""
        folds = probe.folds_of(self.labels, self.images["sha256"].to_numpy())
        return probe.out_of_fold(self.compressed, self.labels, folds, len(self.classes))


@dataclass(frozen=True)
class Found:
    """The scores of one check, one for each subject, and what else it knows about each.

    Attributes:
        scores: 0 (worst) to 1 (nothing wrong); NaN where it cannot tell.
        notes: what was found, in words; '' where there is nothing to say.
        subjects: names of classes or files; None: the images of the evidence, in order.
        groups: images with the same name belong together; '' stands alone.
        suggested: the label that an image might have instead; '' none.
        remark: one sentence about all of them together; '' where there is nothing to say.
    """

    scores: NDArray[np.float64]
    notes: Sequence[str] | None = None
    subjects: Sequence[str] | None = None
    groups: Sequence[str] | None = None
    suggested: Sequence[str] | None = None
    remark: str = ""


@dataclass(frozen=True)
class Check:
    """One check.

    Attributes:
        name: its key, the prefix of its columns; `core/lessons/checks/NAME.md` teaches it.
        title: what is found, as a heading.
        threshold: a subject whose score lies below is an issue, unless the user moves it.
        score: looks at the evidence.
        scope: what it scores.
        needs: what it looks at.
    """

    name: str
    title: str
    threshold: float
    score: Callable[[Evidence], Found]
    scope: Scope = Scope.IMAGE
    needs: Needs = Needs.PIXELS


def nothing(evidence: Evidence) -> NDArray[np.float64]:
    """A score of 1 for every image."""
    return np.ones(len(evidence.images))


def column(evidence: Evidence, name: str) -> NDArray[Any]:
    """A measured column; NaN for all where it was not measured."""
    if name not in evidence.measured.columns:
        return np.full(len(evidence.images), np.nan)
    return evidence.measured[name].to_numpy()
