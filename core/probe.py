"""A quick linear classifier on features: what can be told, in a fraction of a second.

Ridge regression onto the classes, solved in closed form, so that hundreds of them (folds,
permutations, sizes of a learning curve) take seconds. It is for questions about data; the
model that is kept is trained by `core.ml`.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
Labels = NDArray[np.int64]

WIDTH = 512  # values an image that `compress` leaves
FOLDS = 5
STRENGTHS = (0.003, 0.03, 0.1, 0.3, 1.0)  # penalties that are tried, times the mean variance
SHARPNESS = np.geomspace(1.0, 64.0, 25)  # inverse temperatures that are tried


def compress(features: NDArray[np.floating[Any]], width: int = WIDTH, seed: int = 0) -> Matrix:
    """The principal components of ``features``: (images, at most ``width``), centred.

    It sees no labels, so it may be done once, before any folds are made.
    Source: N. Halko et al., Finding structure with randomness, SIAM Review 53 (2011).
    """
    return compressed(features, width, seed)[0]


@dataclass(frozen=True)
class Axes:
    """Where principal components come from, so that other images can be seen in the same way.

    Attributes:
        middle: (values,) the mean of the features.
        directions: (values, width); None where nothing had to be left out.
    """

    middle: Matrix
    directions: Matrix | None

    def __call__(self, features: NDArray[np.floating[Any]]) -> Matrix:
        """(images, width): ``features`` along these axes."""
        centred: Matrix = np.asarray(features, np.float32) - self.middle
        return centred if self.directions is None else centred @ self.directions


def compressed(
    features: NDArray[np.floating[Any]], width: int = WIDTH, seed: int = 0
) -> tuple[Matrix, Axes]:
    """What `compress` gives, and the axes by which it came about."""
    from sklearn.utils.extmath import randomized_svd

    if not len(features):
        return np.zeros((0, 1), np.float32), Axes(np.zeros(features.shape[1], np.float32), None)
    middle: Matrix = np.asarray(np.mean(features, axis=0, dtype=np.float64), np.float32)
    centred: Matrix = np.asarray(features, np.float32) - middle
    most = min(width, *centred.shape)
    if most == centred.shape[1]:
        return centred, Axes(middle, None)
    left, values, right = randomized_svd(centred, most, n_iter=2, random_state=seed)
    axes = Axes(middle, np.ascontiguousarray(right.T, dtype=np.float32))
    return np.asarray(left * values, dtype=np.float32), axes


def folds_of(
    labels: Labels,
    groups: Sequence[Any] | NDArray[Any] | None = None,
    n: int = FOLDS,
    seed: int = 0,
) -> NDArray[np.int64]:
    """A fold 0..n-1 for every image: classes spread evenly, groups never divided.

    Args:
        labels: class numbers.
        groups: images with the same value stay together; None: each stands alone.
        n: folds.
        seed: the same gives the same folds.
    """
    rng = np.random.default_rng(seed)
    if groups is None:
        groups = np.arange(len(labels))
    keys = np.unique(np.asarray(groups), return_inverse=True)[1]
    first = np.unique(keys, return_index=True)[1]
    sizes = np.bincount(keys, minlength=len(first))
    room = np.zeros((int(labels.max(initial=-1)) + 1, n))
    fold_of = np.zeros(len(first), np.int64)
    shuffled = rng.permutation(len(first))
    for group in shuffled[np.argsort(-sizes[shuffled], kind="stable")]:
        filled = room[labels[first[group]]]
        emptiest = np.flatnonzero(filled == filled.min())
        fold_of[group] = emptiest[np.argmin(room[:, emptiest].sum(axis=0))]
        filled[fold_of[group]] += sizes[group]
    return fold_of[keys]


def out_of_fold(
    features: Matrix, labels: Labels, folds: NDArray[np.int64], classes: int | None = None
) -> NDArray[np.float64]:
    """Probabilities of every image by a probe that never saw its fold: (images, classes).

    The penalty and the sharpness of the probabilities are those with the least cross-entropy.

    Args:
        features: (images, width), as `compress` gives them.
        labels: class numbers.
        folds: as `folds_of` gives them.
        classes: their number; by default as many as occur.
    """
    return tuned(features, labels, folds, classes).answers(features, folds)


@dataclass(frozen=True)
class Tuned:
    """A probe for each fold, which learnt from all the others.

    Attributes:
        solved: fold -> weights (width, classes) and offsets (classes,).
        sharpness: by which scores become probabilities.
    """

    solved: Mapping[int, tuple[NDArray[np.float64], NDArray[np.float64]]]
    sharpness: float

    def answers(self, features: Matrix, folds: NDArray[np.int64]) -> NDArray[np.float64]:
        """(images, classes): probabilities of each image by the probe that never saw its fold.

        Images may be others than those that were learnt from, such as altered ones; each gets
        the fold of the image that it was made of.
        """
        return softmax(self.sharpness * _apply(self.solved, features, folds))


def tuned(
    features: Matrix, labels: Labels, folds: NDArray[np.int64], classes: int | None = None
) -> Tuned:
    """The probes behind `out_of_fold`, which see its arguments."""
    classes = classes or int(labels.max(initial=-1)) + 1
    best: tuple[float, Tuned] | None = None
    for strength in STRENGTHS:
        solved = _solve(features, labels, folds, classes, strength)
        scores = _apply(solved, features, folds)
        for sharpness in SHARPNESS:
            loss = cross_entropy(softmax(sharpness * scores), labels)
            if best is None or loss < best[0]:
                best = loss, Tuned(solved, float(sharpness))
    assert best is not None
    return best[1]


def accuracy(
    features: Matrix, labels: Labels, folds: NDArray[np.int64], strength: float = 0.1
) -> float:
    """The share of images that a probe gets right which never saw their fold."""
    scores = _scores(features, labels, folds, int(labels.max(initial=-1)) + 1, strength)
    return float((scores.argmax(axis=1) == labels).mean()) if len(labels) else 0.0


def fit(
    features: Matrix, labels: Labels, classes: int, strength: float = 0.1
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weights (width, classes) and offsets (classes,) of the probe on these images."""
    return Sums.of(features, labels, classes).solve(strength)


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each row as probabilities."""
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def cross_entropy(answers: NDArray[np.float64], labels: Labels) -> float:
    """The mean of -log of the probability of the true class, in nats."""
    own = answers[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(own, 1e-12)).mean()) if len(labels) else 0.0


@dataclass(frozen=True)
class Sums:
    """What ridge regression needs to know of some images; the sums of parts add up."""

    gram: NDArray[np.float64]
    cross: NDArray[np.float64]
    total: NDArray[np.float64]
    counts: NDArray[np.float64]
    n: int

    @classmethod
    def of(cls, features: Matrix, labels: Labels, classes: int) -> Sums:
        """The sums of images that each are of one class."""
        return cls.shared(features, np.eye(classes, dtype=np.float32)[labels])

    @classmethod
    def shared(cls, features: Matrix, targets: Matrix) -> Sums:
        """The sums of images with a share of each class: ``targets`` is (images, classes)."""
        return cls(
            (features.T @ features).astype(np.float64),
            (features.T @ targets).astype(np.float64),
            features.sum(axis=0, dtype=np.float64),
            targets.sum(axis=0, dtype=np.float64),
            len(features),
        )

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.gram + other.gram,
            self.cross + other.cross,
            self.total + other.total,
            self.counts + other.counts,
            self.n + other.n,
        )

    def __sub__(self, other: Sums) -> Sums:
        return Sums(
            self.gram - other.gram,
            self.cross - other.cross,
            self.total - other.total,
            self.counts - other.counts,
            self.n - other.n,
        )

    def solve(self, strength: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Weights and offsets; the offsets are not penalised."""
        n = max(self.n, 1)
        mean, share = self.total / n, self.counts / n
        scatter = self.gram - n * np.outer(mean, mean)
        width = len(scatter)
        scatter[np.diag_indices(width)] += max(strength * np.trace(scatter) / width, 1e-9)
        weights = np.linalg.solve(scatter, self.cross - n * np.outer(mean, share))
        return np.asarray(weights, np.float64), np.asarray(share - mean @ weights, np.float64)


def _scores(
    features: Matrix, labels: Labels, folds: NDArray[np.int64], classes: int, strength: float
) -> NDArray[np.float64]:
    """What the probe says of each image, before any sharpening: (images, classes)."""
    return _apply(_solve(features, labels, folds, classes, strength), features, folds)


def _solve(
    features: Matrix, labels: Labels, folds: NDArray[np.int64], classes: int, strength: float
) -> dict[int, tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Weights and offsets of the probe that sees all but one fold, for each fold."""
    rows = {int(fold): folds == fold for fold in np.unique(folds)}
    parts = {fold: Sums.of(features[held], labels[held], classes) for fold, held in rows.items()}
    whole = reduce(operator.add, parts.values())
    return {fold: (whole - part).solve(strength) for fold, part in parts.items()}


def _apply(
    solved: Mapping[int, tuple[NDArray[np.float64], NDArray[np.float64]]],
    features: Matrix,
    folds: NDArray[np.int64],
) -> NDArray[np.float64]:
    """The scores of each image by the probe of its fold: (images, classes)."""
    classes = len(next(iter(solved.values()))[1])
    scores = np.zeros((len(features), classes))
    for fold, (weights, offset) in solved.items():
        held = folds == fold
        scores[held] = features[held] @ weights + offset
    return scores
