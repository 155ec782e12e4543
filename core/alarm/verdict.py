"""From what a probe says before and after an alteration to a verdict: fine, hard, or changed.

An alteration makes images *hard* where answers flip every which way. It *changes* the label
where images of one class become, to all appearance, ordinary images of one other class. Four
things must come together for that, of class a and class b:

1. An altered image is taken for b as surely as ordinary images of b are, and lies as near to them
   as they lie to each other (`core.alarm.eye`): blurred beyond knowledge is not like anything.
2. More images of a do so than the probe's everyday confusion explains. It takes a for b at a
   rate e without any alteration (`everyday_confusion`), so of n images with d draws each at most
   a binomial number with rate d * e would do so in at least one draw (the union bound).
3. They agree: of all images of a that turn into anything, more turn into b first than if they
   went wherever the probe confuses a anyway, or anywhere (again a binomial test).
4. It is no rare accident: a twentieth of the images, and at least `LEAST` of them.

Both tests must speak, so the larger p-value counts (an intersection-union test: R. Berger,
Multiparameter hypothesis testing, Technometrics 24, 1982). All pairs of classes of all steps are
looked at, so the p-values are corrected for as many (S. Holm, A simple sequentially rejective
multiple test procedure, Scand. J. Statistics 6, 1979).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from core.probe import Labels
from core.results import holm, log_choose, wilson

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SURE = 0.01  # a p-value below it, after the correction, is an alarm
LEAST = 4  # images that must change
_SHARE = 0.05  # of the class's images that must change
_HARD = 0.1  # of the answers that flip, from which on it is hard
_PAIRS = 6  # that are shown of a change
_KEPT = 12  # suspicions of a step that are kept; to leave out the least does no harm to the rest


class Level(StrEnum):
    """What an alteration does to the answers."""

    FINE = "fine"
    HARD = "hard"
    CHANGED = "changed"


@dataclass(frozen=True)
class Pair:
    """An image that became another class.

    Attributes:
        image: its id.
        draw: which of the draws.
        before: how sure the probe was of the label, 0..1.
        after: how sure it is of the other class.
    """

    image: str
    draw: int
    before: float
    after: float


@dataclass(frozen=True)
class Suspicion:
    """Images of one class that look like another after an alteration.

    Attributes:
        was, became: the classes.
        images: of class ``was`` that were looked at and told right before.
        changed: how many of them became the other class in at least one draw.
        expected: how many would do so by everyday confusion, at most.
        flipped: how many of them became anything else in at least one draw.
        p_value: of all this by accident, before any correction.
        pairs: the surest of them.
    """

    was: str
    became: str
    images: int
    changed: int
    expected: float
    flipped: int
    p_value: float
    pairs: tuple[Pair, ...]


@dataclass(frozen=True)
class Looked:
    """What was seen of one alteration.

    Attributes:
        name, strength: of the step.
        images: that were looked at and told right before.
        draws: alterations of each.
        flips: altered images that are told otherwise than before.
        looked_for: pairs of classes that could have been found.
        suspicions: pairs of classes that enough images speak for, the surest first.
        weaker: a strength at which none of the alarms was seen; None where nobody looked, or
            they were seen at every strength that was tried.
    """

    name: str
    strength: float
    images: int
    draws: int
    flips: int
    looked_for: int
    suspicions: tuple[Suspicion, ...]
    weaker: float | None = None

    @property
    def flipped(self) -> float:
        """The share of altered images that are told otherwise than before."""
        return self.flips / max(1, self.images * self.draws)

    @property
    def interval(self) -> tuple[float, float]:
        """Its 95 % interval; draws of one image count as one, since they go together."""
        return wilson(round(self.flipped * self.images), self.images)


@dataclass(frozen=True)
class Verdict:
    """What to think of one alteration.

    Attributes:
        looked: what was seen.
        level: of the worst of it.
        changes: the suspicions that are no accident, with p-values corrected for all that was
            looked at.
    """

    looked: Looked
    level: Level
    changes: tuple[Suspicion, ...]


def look(
    step: tuple[str, float],
    images: Sequence[str],
    labels: Labels,
    classes: Sequence[str],
    before: Floats,
    after: Floats,
    like: Flags,
    confusion: Floats,
) -> Looked:
    """Count what one alteration did.

    Args:
        step: its name and strength.
        images: ids; none is related to another, so that each counts by itself.
        labels: class numbers of the images.
        classes: the names.
        before: (images, classes) probabilities of the images as they are.
        after: (images, draws, classes) the same of what they became.
        like: (images, draws) whether that looks like an ordinary image of what it is taken for.
        confusion: (classes, classes) the probability that the probe gives, by true class, as
            `everyday_confusion` finds it.
    """
    right = before.argmax(axis=1) == labels
    said = after.argmax(axis=2)
    flips = right[:, None] & (said != labels[:, None])
    found, looked_for = [], 0
    for was in range(len(classes)):
        mine = right & (labels == was)
        if mine.sum() < LEAST:
            continue
        looked_for += len(classes) - 1
        turned = flips & like & mine[:, None]
        first = _first(said, turned)
        for became in np.unique(said[turned]):
            hits = turned & (said == became)
            suspicion = _suspicion(
                (classes[was], classes[int(became)]),
                (int(mine.sum()), int(hits.any(axis=1).sum()), int(turned.any(axis=1).sum())),
                int((first == became).sum()),
                _rate(confusion[was, became], like.shape[1]),
                _share(confusion[was], was, int(became)),
                _pairs(hits, images, before[:, was], after[:, :, became]),
            )
            if suspicion.changed >= max(LEAST, _SHARE * suspicion.images):
                found.append(suspicion)
    found.sort(key=lambda one: (one.p_value, -one.changed, one.was, one.became))
    n, draws = int(right.sum()), after.shape[1]
    return Looked(*step, n, draws, int(flips.sum()), looked_for, tuple(found[:_KEPT]))


def everyday_confusion(before: Floats, labels: Labels) -> Floats:
    """(classes, classes): the mean probability of each class, by true class.

    One image is added to each class that errs as all images do on average, and half an image's
    error to all of them, so that what was never seen does not count as impossible; nor, in a small
    class, as usual.
    """
    n, classes = before.shape
    wrong = (n - before[np.arange(n), labels].sum() + 0.5) / (n + 1)
    found = np.full((classes, classes), wrong / max(1, classes - 1))
    np.fill_diagonal(found, 1 - wrong)
    np.add.at(found, labels, before)
    result: Floats = found / (np.bincount(labels, minlength=classes)[:, None] + 1)
    return result


def verdicts(looked: Sequence[Looked]) -> tuple[Verdict, ...]:
    """What to think of each alteration, when all of them were looked at together."""
    corrected = iter(holm([s.p_value for one in looked for s in one.suspicions], _tried(looked)))
    found = []
    for one in looked:
        judged = [_with(suspicion, next(corrected)) for suspicion in one.suspicions]
        changes = tuple(suspicion for suspicion in judged if suspicion.p_value < SURE)
        hard = one.flipped >= _HARD and one.interval[0] >= _HARD / 2
        level = Level.CHANGED if changes else Level.HARD if hard else Level.FINE
        found.append(Verdict(one, level, changes))
    return tuple(found)


def at_least(k: int, n: int, rate: float) -> float:
    """The probability of ``k`` or more successes in ``n`` trials, each with the chance ``rate``."""
    if k <= 0 or rate >= 1:
        return 1.0 if k <= n else 0.0
    if rate <= 0:
        return 0.0
    logs = [
        log_choose(n, i) + i * math.log(rate) + (n - i) * math.log1p(-rate) for i in range(k, n + 1)
    ]
    return min(1.0, math.fsum(math.exp(each) for each in logs))


def _tried(looked: Sequence[Looked]) -> int:
    return sum(one.looked_for for one in looked)


def _with(suspicion: Suspicion, p_value: float) -> Suspicion:
    return Suspicion(**{**suspicion.__dict__, "p_value": p_value})


def _first(said: NDArray[np.int64], turned: Flags) -> NDArray[np.int64]:
    """(images,): what each turned into first, so that each has one voice; -1 where into nothing."""
    rows = np.arange(len(said))
    return np.where(turned.any(axis=1), said[rows, turned.argmax(axis=1)], -1)


def _rate(confusion: float, draws: int) -> float:
    """How often an image is taken for the other class in at least one draw, at most."""
    return float(min(1.0, draws * confusion))


def _share(confusion: Floats, was: int, became: int) -> float:
    """The share of all that leaves a class and would go to one other, at most."""
    others = len(confusion) - 1
    if others < 2:
        return 0.0  # with two classes there is nowhere else to go: nothing to be tested
    leaving = confusion.sum() - confusion[was]
    return float(max(1 / others, confusion[became] / leaving))


def _suspicion(
    names: tuple[str, str],
    counts: tuple[int, int, int],
    agreeing: int,
    rate: float,
    share: float,
    pairs: tuple[Pair, ...],
) -> Suspicion:
    images, changed, flipped = counts
    more = at_least(changed, images, rate)
    one = at_least(agreeing, flipped, share)
    return Suspicion(*names, images, changed, rate * images, flipped, max(more, one), pairs)


def _pairs(hits: Flags, images: Sequence[str], before: Floats, after: Floats) -> tuple[Pair, ...]:
    """The surest draw of each image that changed, the surest images first."""
    sure = np.where(hits, after, 0)
    rows = np.flatnonzero(hits.any(axis=1))
    rows = rows[np.argsort(-sure[rows].max(axis=1), kind="stable")][:_PAIRS]
    return tuple(
        Pair(images[int(row)], int(sure[row].argmax()), float(before[row]), float(sure[row].max()))
        for row in rows
    )
