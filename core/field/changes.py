"""What is different about images from elsewhere: light, colour, sharpness, size, compression."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.field.apart import Flags, Labels, shuffled
from core.results import holm

SHUFFLINGS = 999  # enough to speak up after a correction for all traits
SURE = 0.05
NOTICEABLE, STRONG = 0.6, 0.8  # of the pairs; as far below 0.5 it is the other way round

Numbers = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Trait:
    """Something of an image that a number tells.

    Attributes:
        name: its key.
        title: for people.
        more, less: what images are that have more of it, or less: 'brighter', 'darker'.
        of: the number of every image, NaN where it is not known.
        written: a value in words.
    """

    name: str
    title: str
    more: str
    less: str
    of: Callable[[Mapping[str, Numbers]], Numbers]
    written: Callable[[float], str]


def _hundredth(value: float) -> str:
    return f"{value:.2f}"


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "\u2212")


def _log(values: Numbers) -> Numbers:
    """Logarithms to the base of 2; of sizes, which are 1 at least."""
    return np.asarray(np.log2(np.maximum(values, 1.0)))


def _pixels(value: float) -> str:
    return f"{2**value:,.0f} pixels a side"


TRAITS: tuple[Trait, ...] = (
    Trait("brightness", "Brightness", "brighter", "darker", lambda t: t["brightness"], _hundredth),
    Trait(
        "contrast",
        "Contrast",
        "richer in contrast",
        "flatter",
        lambda t: t["contrast"],
        _hundredth,
    ),
    Trait(
        "saturation",
        "Colourfulness",
        "more colourful",
        "paler",
        lambda t: t["saturation"],
        _hundredth,
    ),
    Trait(
        "warmth",
        "Warm or cold light",
        "warmer (more red, less blue)",
        "colder (more blue, less red)",
        lambda t: t["red"] - t["blue"],
        _signed,
    ),
    Trait(
        "tint",
        "Green tint",
        "greener",
        "less green",
        lambda t: t["green"] - (t["red"] + t["blue"]) / 2,
        _signed,
    ),
    Trait(
        "sharpness", "Sharpness", "sharper", "more blurred", lambda t: t["sharpness"], _hundredth
    ),
    Trait(
        "size",
        "Size",
        "larger",
        "smaller",
        lambda t: _log(t["width"] * t["height"]) / 2,
        _pixels,
    ),
    Trait(
        "shape",
        "Shape",
        "wider",
        "taller",
        lambda t: _log(t["width"]) - _log(t["height"]),
        lambda value: f"{2**value:.2f} times as wide as tall",
    ),
    Trait(
        "jpeg_quality",
        "JPEG quality",
        "less compressed",
        "more compressed",
        lambda t: t["jpeg_quality"],
        lambda value: f"{value:.0f}",
    ),
    Trait(
        "border",
        "Plain border",
        "with more plain border",
        "with less plain border",
        lambda t: t["border"],
        lambda value: f"{100 * value:.0f} %",
    ),
)
MEASURED = (
    *("brightness", "contrast", "saturation", "red", "green", "blue", "sharpness"),
    *("jpeg_quality", "border"),
)
"""what of `core.audit.measure` the traits are made of; ``width`` and ``height`` besides"""


def trait_named(name: str) -> Trait | None:
    """The trait with this name; None where this version knows none."""
    return next((trait for trait in TRAITS if trait.name == name), None)


@dataclass(frozen=True)
class Change:
    """A trait on either side.

    Attributes:
        name: of the trait.
        before, after: its mean; the run's own images with the classes as frequent as elsewhere.
        tilt: of two images of one class, one from either side, how often the one from elsewhere
            has more of it; 0.5 is no change.
        p: how often shuffled sides tilt as much, corrected for the number of traits.
    """

    name: str
    before: float
    after: float
    tilt: float
    p: float

    @property
    def is_shown(self) -> bool:
        """Whether chance is a poor explanation and the change is large enough to matter."""
        return self.p < SURE and not 1 - NOTICEABLE < self.tilt < NOTICEABLE

    @property
    def is_strong(self) -> bool:
        """Whether nearly all images differ in it."""
        return self.is_shown and not 1 - STRONG < self.tilt < STRONG


def changes(
    measured: pd.DataFrame, labels: Labels, after: Flags, seed: int = 0
) -> tuple[Change, ...]:
    """Which traits differ between the sides, the largest change first.

    Each class is looked at by itself, so that classes in other shares are no difference: ranks
    are taken within a class (P. van Elteren, On the combination of independent two-sample tests
    of Wilcoxon, 1960), and sides are shuffled within it. What is not known of an image has no say.

    Args:
        measured: `MEASURED`, ``width`` and ``height`` of each image, NaN where not known.
        labels: class numbers.
        after: whether an image is from elsewhere.
        seed: the same gives the same.
    """
    rng = np.random.default_rng(seed)
    many = np.concatenate([after[:, None], shuffled(after, labels, SHUFFLINGS, rng)], axis=1)
    columns = {name: measured[name].to_numpy(np.float64) for name in (*MEASURED, "width", "height")}
    traits, found = [], []
    for trait in TRAITS:
        values = trait.of(columns)
        known = np.isfinite(values)
        each = _of_trait(values[known], labels[known], many[known])
        if each is not None:
            traits.append(trait.name)
            found.append(each)
    corrected = holm([p for *_, p in found])
    rows = [
        Change(name, before, there, tilt, p)
        for name, (before, there, tilt, _), p in zip(traits, found, corrected, strict=True)
    ]
    return tuple(sorted(rows, key=lambda row: (not row.is_shown, -abs(row.tilt - 0.5))))


def _of_trait(
    values: Numbers, labels: Labels, many: Flags
) -> tuple[float, float, float, float] | None:
    """Mean before, mean after, tilt, and p-value; None where nothing can be compared."""
    after = many[:, 0]
    lean = np.zeros(many.shape[1])  # how far the ranks of the images from elsewhere lie up
    more, pairs = 0.0, 0
    sums, there = np.zeros(2), 0
    for number in np.unique(labels):
        rows = labels == number
        n_after = int(after[rows].sum())
        n_before = int(rows.sum()) - n_after
        if not (n_after and n_before):
            continue
        ranks = _ranks(values[rows])
        lean += (ranks / len(ranks) - 0.5) @ many[rows]
        more += float(ranks[after[rows]].sum()) - n_after**2 / 2
        pairs += n_after * n_before
        here, elsewhere = values[rows & ~after], values[rows & after]
        sums += n_after * here.mean(), n_after * elsewhere.mean()
        there += n_after
    if not pairs:
        return None
    size = np.abs(lean)
    p = float((size >= size[0] - 1e-9).mean())
    before, mean_after = sums / there
    return float(before), float(mean_after), more / pairs, p


def _ranks(values: Numbers) -> NDArray[np.float64]:
    """How many are smaller, and half of those that are equal, itself among them."""
    _, place, sizes = np.unique(values, return_inverse=True, return_counts=True)
    below = np.cumsum(sizes) - sizes
    return np.asarray((below + sizes / 2)[place], np.float64)
