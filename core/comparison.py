"""By how much one run is better than another, and whether chance explains it.

Two models that judged the same images are compared image by image, since most images are easy
for both or hard for both: only those on which one is right and the other wrong tell them apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_DRAWS = 10_000
_LEVEL = 0.05
_SPACE = "\u00a0"
_MINUS = "\u2212"
_SHARED = ("image_id", "sha256", "source")
_OWN = ("label", "predicted", "confidence", "correct")


class Verdict(StrEnum):
    """What a difference comes to."""

    SHOWN = "shown"
    CLOSE = "close, but not shown"
    NOT_SHOWN = "not shown"


@dataclass(frozen=True)
class Difference:
    """A figure of A and of B on the same images, and the 95 % interval of B minus A."""

    a: float
    b: float
    low: float
    high: float

    @property
    def value(self) -> float:
        """B minus A."""
        return self.b - self.a


@dataclass(frozen=True)
class Comparison:
    """How two runs did on the images that both judged.

    Attributes:
        images: one row an image: image_id, sha256, source, label, and predicted, confidence and
            correct of either run, with _a and _b at the end of their names.
        accuracy: the share of right answers.
        balanced: the mean recall of the classes.
        p: of McNemar's exact test: how often two equally good models would differ as much.
    """

    images: pd.DataFrame
    accuracy: Difference
    balanced: Difference
    p: float

    @property
    def n(self) -> int:
        """How many images both judged."""
        return len(self.images)

    @property
    def only_a(self) -> pd.DataFrame:
        """The images that A alone got right, those first where B was surest of its mistake."""
        return self._where(True, False).sort_values(
            ["confidence_b", "image_id"], ascending=[False, True]
        )

    @property
    def only_b(self) -> pd.DataFrame:
        """The images that B alone got right, those first where A was surest of its mistake."""
        return self._where(False, True).sort_values(
            ["confidence_a", "image_id"], ascending=[False, True]
        )

    @property
    def neither(self) -> pd.DataFrame:
        """The images that both got wrong."""
        return self._where(False, False).sort_values("image_id")

    @property
    def verdict(self) -> Verdict:
        """Shown where interval and test agree that chance is no explanation."""
        return verdict(self.accuracy.low, self.accuracy.high, self.p)

    def sentence(self, a: str = "A", b: str = "B") -> str:
        """The result in one sentence, such as 'B is better by 1.2 points, 95 % interval ...'.

        Args:
            a: what the one is called in it.
            b: what the other is called.
        """
        value, low, high = self.accuracy.value, self.accuracy.low, self.accuracy.high
        between = f"95{_SPACE}% interval"
        if value == 0:
            span = f"{points(low)} to {points(high)}"
            return f"{a} and {b} are right equally often, {between} of the difference {span} points"
        better = b if value > 0 else a
        low, high = (low, high) if value > 0 else (-high, -low)
        size = points(abs(value))
        size = f"less than {points(0.001)}" if size == points(0) else size
        span = f"{between} {points(low)} to {points(high)}"
        return f"{better} is better by {size}{_SPACE}points, {span}: {self.verdict}"

    def _where(self, a: bool, b: bool) -> pd.DataFrame:
        return self.images[(self.images["correct_a"] == a) & (self.images["correct_b"] == b)]


def verdict(low: float, high: float, p: float) -> Verdict:
    """What a difference comes to, of which the 95 % interval and the test's p are known."""
    apart = low > 0 or high < 0
    if apart and p < _LEVEL:
        return Verdict.SHOWN
    return Verdict.CLOSE if apart or p < _LEVEL else Verdict.NOT_SHOWN


def compare(a: pd.DataFrame, b: pd.DataFrame, seed: int = 0) -> Comparison:
    """Compare two runs on the images that both judged.

    Images whose label changed between the runs are left out: an answer cannot be right by two
    labels. Whether the images are fair to both is for `core.in_common` to see to.

    Args:
        a: predictions as `core.results.predictions` makes them, each image once.
        b: those of the other run.
        seed: of the bootstrap; the same seed, the same interval.
    """
    images = _joined(a, b)
    images = images[images["label_a"] == images["label_b"]]
    images = images.rename(columns={"label_a": "label"}).drop(columns="label_b")
    right_a, right_b = (images[f"correct_{x}"].to_numpy(bool) for x in "ab")
    classes = pd.factorize(images["label"])[0]
    return Comparison(
        images.reset_index(drop=True),
        _accuracy(right_a, right_b, seed),
        _balanced(right_a, right_b, classes, seed),
        mcnemar(int((right_a & ~right_b).sum()), int((right_b & ~right_a).sum())),
    )


def bootstrap(only_a: int, only_b: int, n: int, seed: int = 0) -> tuple[float, float]:
    """The 95 % interval of the difference of two shares on the same ``n`` images, B minus A.

    Drawing images with replacement comes to one multinomial draw of how many of each outcome
    there are, so all draws are made at once and exactly. Half an image is added to each of the
    four outcomes first: otherwise two runs that never differ on a few images would seem to be
    certainly the same.

    Sources: B. Efron, Bootstrap methods, Annals of Statistics 7 (1979); A. Agresti and Y. Min,
    Simple improved confidence intervals for comparing matched proportions, Statistics in
    Medicine 24 (2005), for the added halves.

    Args:
        only_a: images that A alone got right.
        only_b: images that B alone got right.
        n: all images.
        seed: of the draws.
    """
    if n == 0:
        return -1.0, 1.0
    shares = np.array([only_a + 0.5, only_b + 0.5, n - only_a - only_b + 1.0]) / (n + 2)
    drawn = np.random.default_rng(seed).multinomial(n, shares, size=_DRAWS)
    return _interval((drawn[:, 1] - drawn[:, 0]) / n, (only_b - only_a) / n)


def mcnemar(only_a: int, only_b: int) -> float:
    """The two-sided p-value of McNemar's exact test.

    If both models were equally good, each image on which they differ would be a fair coin.

    Source: Q. McNemar, Note on the sampling error of the difference between correlated
    proportions, Psychometrika 12 (1947), with the binomial distribution in place of its limit.

    Args:
        only_a: images that A alone got right.
        only_b: images that B alone got right.
    """
    n, fewer = only_a + only_b, min(only_a, only_b)
    if 2 * fewer == n:
        return 1.0
    # log of C(n, k) / 2^n for k = 0 to fewer, by the ratio of neighbours: no large numbers
    k = np.arange(fewer)
    logs = np.concatenate([[0.0], np.cumsum(np.log((n - k) / (k + 1)))]) - n * np.log(2)
    return float(min(1.0, 2 * np.exp(logs).sum()))


def luck_of_the_best(runs: int, accuracy: float, n: int) -> float:
    """By how much the best of several equally good runs seems better than it is, at most.

    The expected largest of ``runs`` independent errors of measurement. Runs that judge the same
    images err alike, so this is an upper bound.

    Source: G. Blom, Statistical estimates and transformed beta-variables (1958).

    Args:
        runs: how many were looked at.
        accuracy: that they have, 0..1.
        n: images that each was judged by.
    """
    if runs < 2 or n == 0:
        return 0.0
    largest = NormalDist().inv_cdf((runs - 0.375) / (runs + 0.25))
    return float(largest * np.sqrt(accuracy * (1 - accuracy) / n))


def _joined(a: pd.DataFrame, b: pd.DataFrame) -> pd.DataFrame:
    left = a[[*_SHARED, *_OWN]].rename(columns={name: f"{name}_a" for name in _OWN})
    right = b[["image_id", *_OWN]].rename(columns={name: f"{name}_b" for name in _OWN})
    return left.merge(right, on="image_id", validate="one_to_one")


def _accuracy(a: NDArray[np.bool_], b: NDArray[np.bool_], seed: int) -> Difference:
    n = len(a)
    low, high = bootstrap(int((a & ~b).sum()), int((b & ~a).sum()), n, seed)
    return Difference(float(a.mean()) if n else 0.0, float(b.mean()) if n else 0.0, low, high)


def _balanced(
    a: NDArray[np.bool_], b: NDArray[np.bool_], classes: NDArray[np.intp], seed: int
) -> Difference:
    """The same for the mean recall: drawn within each class, one image less than there are.

    With the class sizes as they are, drawing n of n would make the interval of small classes
    too narrow. Source: J. N. K. Rao and C. F. J. Wu, Resampling inference with complex survey
    data, JASA 83 (1988).
    """
    sizes = np.bincount(classes)
    if not len(sizes):
        return Difference(0.0, 0.0, -1.0, 1.0)
    recall_a, recall_b = (np.bincount(classes, right) / sizes for right in (a, b))
    lost, won = (np.bincount(classes, only) for only in (a & ~b, b & ~a))
    rng = np.random.default_rng(seed)
    total = np.zeros(_DRAWS)
    extra = 0.5 / len(sizes)  # two images' worth, spread over classes and outcomes
    for n, minus, plus in zip(sizes, lost, won, strict=True):
        outcomes = np.array([minus + extra, plus + extra, n - minus - plus + 2 * extra])
        times = max(1, int(n) - 1)
        drawn = rng.multinomial(times, outcomes / outcomes.sum(), size=_DRAWS)
        total += (drawn[:, 1] - drawn[:, 0]) / times
    value = float((recall_b - recall_a).mean())
    low, high = _interval(total / len(sizes), value)
    return Difference(float(recall_a.mean()), float(recall_b.mean()), low, high)


def _interval(drawn: NDArray[np.float64], value: float) -> tuple[float, float]:
    """From the 2.5th to the 97.5th percentile, with ``value`` always inside."""
    low, high = np.quantile(drawn, [_LEVEL / 2, 1 - _LEVEL / 2])
    return float(min(low, value)), float(max(high, value))


def points(share: float) -> str:
    """A share of one in points of per cent: '1.2', '−0.4'."""
    text = f"{100 * share:.1f}"
    return "0.0" if text in ("0.0", "-0.0") else text.replace("-", _MINUS)
