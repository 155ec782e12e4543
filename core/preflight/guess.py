"""Guess the label from a few numbers, and find out how well blind luck would have done.

Ridge regression is linear in the labels. So what a fold costs to solve serves the true labels
and hundreds of shuffled ones alike: a shuffling costs two more matrix products.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import Stopped
from core.probe import Labels, Matrix

FOLDS = 5
SHUFFLINGS = 499  # enough to speak up after a correction for a dozen questions
_AT_ONCE = 2_000_000  # scores that are held in memory
_STRENGTH = 0.03


@dataclass(frozen=True)
class Guess:
    """How well a cue tells the label.

    Attributes:
        answers: the class that each image was taken for by a classifier that never saw it.
        margins: how far the score of the true class lies above the best other; above 0 is right.
        accuracy: the share of images guessed right, each class counting the same.
        chance: the same, on average, with shuffled labels.
        p_value: the share of shufflings, the true labels counted in, that do at least as well,
            overall or for some class.
        informed: for each class, the share of its images that is recognised less the share of
            other images that is taken for it: 0 is blind, 1 perfect (W. J. Youden, Index for
            rating diagnostic tests, Cancer 3, 1950).
        luck: the informedness that the luckiest class reaches in 19 of 20 shufflings.
    """

    answers: Labels
    margins: NDArray[np.float64]
    accuracy: float
    chance: float
    p_value: float
    informed: NDArray[np.float64]
    luck: float


def guess(
    cues: Mapping[str, Matrix],
    labels: Labels,
    classes: int,
    blocks: Labels,
    seed: int = 0,
    tell: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> dict[str, Guess]:
    """How well each of ``cues`` tells the label, in cross-validation and against shuffled labels.

    Folds do not depend on the labels, so under "the cue tells nothing" the true labels are one
    shuffling among the others and the test is exact (B. Phipson and G. K. Smyth, Permutation
    p-values should never be zero, Stat. Appl. Genet. Mol. Biol. 9, 2010). Two figures are looked
    at, the accuracy and the best class's informedness; the larger of the two, each in standard
    deviations of its shufflings, is what is compared.

    Args:
        cues: (images, values) by name.
        labels: class numbers.
        classes: how many there are.
        blocks: images with the same number stay in one fold, and keep together in shuffling.
        seed: the same gives the same folds and shufflings.
        tell: called with how many shufflings are done, of how many.
        should_stop: asked now and then.

    Raises:
        Stopped: ``should_stop`` said so.
    """
    rng = np.random.default_rng(seed)
    folds = blind_folds(blocks, rng)
    orders = [labels, *(shuffle(labels, blocks, rng) for _ in range(SHUFFLINGS))]
    solved = {name: _Solved.of(cue, folds) for name, cue in cues.items()}
    rates: dict[str, list[NDArray[np.float64]]] = {name: [] for name in cues}
    true: dict[str, NDArray[np.float32]] = {}
    done = 0
    for many in _portions(orders, classes):
        targets = _targets(many, classes)
        for name, each in solved.items():
            if should_stop():
                raise Stopped
            scores = each.scores(targets).reshape(classes, len(labels), -1)
            true.setdefault(name, scores[:, :, 0].T.copy())
            rates[name].append(_rates(_best(scores), many, classes))
        done += many.shape[1]
        tell(done, len(orders))
    return {name: _weigh(np.concatenate(rates[name], axis=1), true[name], labels) for name in cues}


def blind_folds(blocks: Labels, rng: np.random.Generator) -> Labels:
    """A fold for every image, made without a look at the labels; blocks are never divided."""
    _, place, sizes = np.unique(blocks, return_inverse=True, return_counts=True)
    filled, fold = np.zeros(FOLDS), np.zeros(len(sizes), np.int64)
    mixed = rng.permutation(len(sizes))
    for block in mixed[np.argsort(-sizes[mixed], kind="stable")]:
        fold[block] = filled.argmin()
        filled[fold[block]] += sizes[block]
    return fold[place]


def shuffle(labels: Labels, blocks: Labels, rng: np.random.Generator) -> Labels:
    """The same labels in another order, those of a block mostly side by side as before.

    Images that belong together share their label and their look; dealt out one by one, chance
    would seem smaller than it is.
    """
    _, place = np.unique(blocks, return_inverse=True)
    here, there = (rng.permutation(int(place.max(initial=0)) + 1)[place] for _ in range(2))
    found = np.empty_like(labels)
    found[np.argsort(here, kind="stable")] = labels[np.argsort(there, kind="stable")]
    return found


@dataclass(frozen=True)
class _Solved:
    """A cue, with the inverse that turns labels into weights for each fold left out."""

    cue: Matrix
    folds: list[tuple[NDArray[np.int64], Matrix]]

    @classmethod
    def of(cls, cue: Matrix, folds: Labels) -> _Solved:
        centred = (cue - cue.mean(axis=0, dtype=np.float64)).astype(np.float32)
        whole = centred.T.astype(np.float64) @ centred
        parts = []
        for fold in np.unique(folds):
            rows = np.flatnonzero(folds == fold)
            scatter = whole - centred[rows].T.astype(np.float64) @ centred[rows]
            penalty = _STRENGTH * np.trace(scatter) / len(scatter)
            scatter[np.diag_indices(len(scatter))] += max(penalty, 1e-6)
            parts.append((rows, np.linalg.inv(scatter).astype(np.float32)))
        return cls(centred, parts)

    def scores(self, targets: NDArray[np.float32]) -> NDArray[np.float32]:
        """(classes, images, k): what each image scores with the labels of each column.

        Args:
            targets: (classes, images, k).
        """
        classes, _, k = targets.shape
        found = np.empty_like(targets)
        flat = targets.transpose(1, 0, 2)  # (images, classes, k)
        parts = [
            self.cue[rows].T @ flat[rows].reshape(len(rows), classes * k) for rows, _ in self.folds
        ]
        whole = np.sum(parts, axis=0)
        for (rows, inverse), part in zip(self.folds, parts, strict=True):
            said = self.cue[rows] @ (inverse @ (whole - part))
            found[:, rows] = said.reshape(len(rows), classes, k).transpose(1, 0, 2)
        return found


def _portions(orders: list[Labels], classes: int) -> Iterator[NDArray[np.int64]]:
    """Labels (images, k), as many shufflings at a time as memory allows."""
    step = max(1, _AT_ONCE // max(1, len(orders[0]) * classes))
    for start in range(0, len(orders), step):
        yield np.stack(orders[start : start + step], axis=1)


def _targets(many: NDArray[np.int64], classes: int) -> NDArray[np.float32]:
    """What to learn, (classes, images, k): rare classes speak louder, by the root of their share.

    So noise speaks for every class equally often, whatever its size.
    """
    share = np.bincount(many[:, 0], minlength=classes) / len(many)
    loud = 1 / np.sqrt(np.maximum(share, 1e-9))
    targets = np.empty((classes, *many.shape), np.float32)
    for number in range(classes):
        targets[number] = np.where(many == number, 1 - share[number], -share[number])
        targets[number] *= loud[number]
    return targets


def _best(scores: NDArray[np.float32]) -> NDArray[np.int64]:
    """The class with the highest score, (images, k); faster than argmax over few classes."""
    best, highest = np.zeros(scores.shape[1:], np.int64), scores[0].copy()
    for number in range(1, len(scores)):
        better = scores[number] > highest
        best[better] = number
        np.maximum(highest, scores[number], out=highest)
    return best


def _rates(
    answers: NDArray[np.int64], many: NDArray[np.int64], classes: int
) -> NDArray[np.float64]:
    """(2, k, classes): the share of each class that is recognised, and of others taken for it."""
    k = many.shape[1]
    size = np.maximum(np.bincount(many[:, 0], minlength=classes), 1)
    places = answers + np.arange(k) * classes
    said = np.bincount(places.ravel(), minlength=k * classes).reshape(k, classes)
    right = np.bincount(places[answers == many], minlength=k * classes).reshape(k, classes)
    return np.stack([right / size, (said - right) / np.maximum(len(many) - size, 1)])


def _weigh(rates: NDArray[np.float64], scores: NDArray[np.float32], labels: Labels) -> Guess:
    recall, false = rates
    accuracy, informed = recall.mean(axis=1), recall - false
    best = informed.max(axis=1)
    stood_out = np.maximum(_standard(accuracy), _standard(best))
    return Guess(
        answers=scores.argmax(axis=1),
        margins=_margins(scores, labels),
        accuracy=float(accuracy[0]),
        chance=float(accuracy[1:].mean()),
        p_value=float((stood_out >= stood_out[0] - 1e-9).mean()),
        informed=informed[0],
        luck=float(np.quantile(best[1:], 0.95)),
    )


def _standard(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """In standard deviations from the mean; all count the same, the true labels too."""
    return np.asarray((values - values.mean()) / max(float(values.std()), 1e-12))


def _margins(scores: NDArray[np.float32], labels: Labels) -> NDArray[np.float64]:
    rows = np.arange(len(labels))
    own = scores[rows, labels].astype(np.float64)
    others = scores.astype(np.float64)
    others[rows, labels] = -np.inf
    return np.asarray(own - others.max(axis=1))
