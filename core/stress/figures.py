"""Answers to corrupted images -> figures with intervals: what hurts most, whom, and by how much.

The five severities of a corruption are asked of the same images, and the twenty corruptions as
well. So an interval never counts answers as if they came from so many images: it comes from
drawing whole images anew, with all that was asked of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.corruptions import SEVERITIES
from core.results import wilson
from core.stress.kept import Bools, Stress

Floats = NDArray[np.float64]
DRAWS = 2000
_LEVEL = 0.05


@dataclass(frozen=True)
class Share:
    """A share with its 95 % interval.

    Attributes:
        value: 0..1.
        low, high: the interval.
        n: images that it rests on.
    """

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True)
class Hurt:
    """What one corruption does.

    Attributes:
        name: of the corruption.
        accuracy: the mean over the severities.
        drop: by how much that is below the accuracy on the images as they are.
        kept: accuracy as a share of the one on the images as they are; None where that is 0.
        by_severity: accuracy at each severity, the mildest first.
    """

    name: str
    accuracy: Share
    drop: Share
    kept: float | None
    by_severity: tuple[Share, ...]


@dataclass(frozen=True)
class Robustness:
    """All corruptions together.

    Attributes:
        clean: accuracy on the images as they are.
        stressed: the mean accuracy over corruptions and severities.
        kept: the mean relative robustness: ``stressed`` as a share of ``clean``; None where
            nothing was right to begin with.
        guessing: what always naming the commonest class would get right.
    """

    clean: Share
    stressed: Share
    kept: Share | None
    guessing: float


@dataclass(frozen=True)
class ClassHurt:
    """What the corruptions do to one class.

    Attributes:
        label: its name.
        clean: recall on the images as they are.
        stressed: mean recall over corruptions and severities.
        by_corruption: mean recall over the severities, in the order of `Stress.names`.
        weakest: the corruption with the lowest; None where nothing was measured.
    """

    label: str
    clean: Share
    stressed: Share
    by_corruption: tuple[float, ...]
    weakest: str | None


def hurts(found: Stress) -> list[Hurt]:
    """Every corruption, the one that hurts most first."""
    clean, right = found.clean.astype(float), found.right
    each = right.mean(axis=2)
    accuracy = _intervals(each)
    drop = _intervals(clean[:, None] - each, signed=True)
    base = float(clean.mean())
    rows = [
        Hurt(
            name,
            _share(each[:, place], *accuracy[place]),
            _share(clean - each[:, place], *drop[place]),
            float(each[:, place].mean()) / base if base else None,
            tuple(counted(right[:, place, level]) for level in range(len(SEVERITIES))),
        )
        for place, name in enumerate(found.names)
    ]
    return sorted(rows, key=lambda row: (row.accuracy.value, row.name))


def robustness(found: Stress) -> Robustness:
    """All corruptions together; relative robustness is accuracy kept, not accuracy.

    Source: for the relative measure C. Michaelis and others, Benchmarking robustness in object
    detection (2019), "relative performance under corruption"; the mean over corruptions and
    severities is that of Hendrycks and Dietterich (2019), without their reference network.
    """
    clean = found.clean.astype(float)
    stressed = found.right.mean(axis=(1, 2)) if found.names else clean
    low, high = _intervals(stressed[:, None])[0]
    commonest = int(np.bincount(found.truth[found.truth >= 0], minlength=1).max())
    return Robustness(
        clean=counted(found.clean),
        stressed=_share(stressed, low, high),
        kept=_ratio(stressed, clean),
        guessing=commonest / found.n,
    )


def class_hurts(found: Stress) -> list[ClassHurt]:
    """Every class that has images, in the order of the upper ends of their intervals.

    So the class that surely suffers comes first, not one that has hardly an image.
    """
    rows = []
    for number, label in enumerate(found.classes):
        own = found.truth == number
        if not own.any():
            continue
        right = found.right[own]
        each = right.mean(axis=2)
        stressed = each.mean(axis=1) if found.names else found.clean[own].astype(float)
        low, high = _intervals(stressed[:, None])[0]
        means = each.mean(axis=0)
        rows.append(
            ClassHurt(
                label,
                counted(found.clean[own]),
                _share(stressed, low, high),
                tuple(float(value) for value in means),
                found.names[int(means.argmin())] if found.names else None,
            )
        )
    return sorted(rows, key=lambda row: (row.stressed.high, row.stressed.value, row.label))


def taken_for(found: Stress, name: str) -> list[tuple[str, str, int]]:
    """What corruption ``name`` turns answers into: (was, became, how often), the commonest first.

    Only answers count that were right before.
    """
    said = found.said[:, found.names.index(name)]
    turned = (said != found.truth[:, None]) & found.clean[:, None]
    was = np.broadcast_to(found.truth[:, None], said.shape)[turned]
    pairs, times = np.unique(np.stack([was, said[turned]]), axis=1, return_counts=True)
    order = np.argsort(-times, kind="stable")
    names = found.classes
    return [
        (names[int(pairs[0, i])], names[int(pairs[1, i])], int(times[i])) for i in order.tolist()
    ]


def summary(found: Stress) -> dict[str, Any]:
    """The figures that others tell on, as plain JSON values; a share as value, low, high."""
    whole = robustness(found)
    return {
        "side": found.side,
        "n": found.n,
        "corruptions": len(found.names),
        "clean": _plain(whole.clean),
        "stressed": _plain(whole.stressed),
        "kept": _plain(whole.kept) if whole.kept else None,
        "hurts": [
            {
                "name": row.name,
                "accuracy": _plain(row.accuracy),
                "drop": _plain(row.drop),
                "by_severity": [share.value for share in row.by_severity],
            }
            for row in hurts(found)
        ],
        "classes": [
            {"label": row.label, "stressed": _plain(row.stressed), "weakest": row.weakest}
            for row in class_hurts(found)
        ],
    }


def counted(right: Bools) -> Share:
    """The share of right answers with Wilson's interval."""
    n, correct = len(right), int(right.sum())
    low, high = wilson(correct, n)
    return Share(correct / n if n else 0.0, low, high, n)


def weights(n: int, draws: int = DRAWS, seed: int = 0) -> Floats:
    """(draws, n + 2): how often each of n images, and two more, is drawn; a row sums to n.

    The two stand for what was not seen: without them, images that are all answered alike would
    leave no doubt at all. Each weighs as much as one image.

    Sources: B. Efron, Bootstrap methods, Annals of Statistics 7 (1979); A. Agresti and B. Coull,
    Approximate is better than "exact", The American Statistician 52 (1998), for images added.
    """
    drawn = np.random.default_rng(seed).multinomial(n, np.full(n + 2, 1 / (n + 2)), size=draws)
    return drawn.astype(float)


def intervals(values: Floats, level: float = _LEVEL, ends: tuple[float, float] = (0, 1)) -> Floats:
    """(columns, 2): the interval of the mean of each column of ``values``, (n, columns).

    Args:
        values: a row an image.
        level: the share of the cases in which the truth may lie outside.
        ends: the least and the most that a value can be; an image of each is added.
    """
    n, columns = values.shape
    if n == 0:
        return np.tile(np.array([ends], float), (columns, 1))
    extended = np.vstack([values, np.full(columns, ends[0]), np.full(columns, ends[1])])
    means = weights(n) @ extended / n
    low, high = np.quantile(means, [level / 2, 1 - level / 2], axis=0)
    middle = values.mean(axis=0)
    return np.stack([np.minimum(low, middle), np.maximum(high, middle)], axis=1)


def _intervals(values: Floats, signed: bool = False) -> Floats:
    return intervals(values, ends=(-1, 1) if signed else (0, 1))


def _ratio(stressed: Floats, clean: Floats) -> Share | None:
    """What is left of the accuracy; above and below the same images are drawn."""
    if not clean.any():
        return None
    drawn = weights(len(clean))
    over = drawn @ np.concatenate([stressed, [0.5, 1.0]])
    under = drawn @ np.concatenate([clean, [1.0, 1.0]])
    value = float(stressed.mean() / clean.mean())
    low, high = np.quantile(over / np.maximum(under, 1e-9), [_LEVEL / 2, 1 - _LEVEL / 2])
    return Share(value, min(float(low), value), max(float(high), value), len(clean))


def _share(values: Floats, low: float, high: float) -> Share:
    return Share(float(values.mean()) if len(values) else 0.0, float(low), float(high), len(values))


def _plain(share: Share) -> dict[str, float]:
    return {"value": share.value, "low": share.low, "high": share.high, "n": share.n}
