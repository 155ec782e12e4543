"""What an augmentation recipe buys and costs: the same probe with it and without it.

The probe learns from the same images in the same folds, once as they are, once with altered
views of them beside; both are judged on the same untouched images that neither saw. So all that
differs is the recipe, and the images on which both say the same cancel out.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from core import files, probe
from core.errors import ProjectProblem, SettingsProblem, Stopped
from core.probe import Labels, Matrix, Sums
from core.project import Project
from core.recipe import Recipe

SCHEMA = 1
ROUNDS = 5  # ways of dividing the images into folds
CELLS = 20  # parts of the images that are never divided; folds are made of whole ones
_RESAMPLES = 2000
Floats = NDArray[np.float64]


class Level(StrEnum):
    """What can be said of a recipe."""

    WORTH = "worth it"
    OPEN = "no difference shown"
    HARM = "does harm"


@dataclass(frozen=True)
class Compared:
    """Accuracy with and without the views, on the same images.

    Attributes:
        without, with_views: accuracy, 0..1.
        low, high: 95 % interval of the difference.
    """

    without: float
    with_views: float
    low: float
    high: float

    @property
    def difference(self) -> float:
        """What the views add to the accuracy."""
        return self.with_views - self.without

    @property
    def level(self) -> Level:
        """What the interval allows to say."""
        if self.low > 0:
            return Level.WORTH
        return Level.HARM if self.high < 0 else Level.OPEN


@dataclass(frozen=True)
class Worth:
    """What was found of a recipe.

    Attributes:
        catalogue: the `content_id` of the images that were asked about.
        made: when, ISO 8601 in UTC.
        recipe: what was tried.
        views: altered views of each image.
        images: how many images there are.
        asked: how many of them were used.
        compared: accuracy with and without.
        anew: altered images that were made and looked at; the others were there before.
        seconds: what that took.
    """

    catalogue: str
    made: str
    recipe: Recipe
    views: int
    images: int
    asked: int
    compared: Compared
    anew: int
    seconds: float

    @property
    def looks(self) -> int:
        """Altered images that were needed."""
        return self.asked * self.views

    @property
    def seconds_for_all(self) -> float | None:
        """What the views of all images take on the same machine; None where none was made."""
        return self.seconds / self.anew * self.views * self.images if self.anew else None

    def save(self, project: Project) -> None:
        """Write it into ``project``.

        Raises:
            OSError: the disk is full or may not be written.
        """
        content = dataclasses.asdict(self) | {"recipe": self.recipe.to_json()}
        files.write_json(project.worth_file, {"schema": SCHEMA, **content})

    @classmethod
    def load(cls, project: Project) -> Self | None:
        """What was found in ``project``; None where nobody asked yet.

        Raises:
            ProjectProblem: the file is damaged.
        """
        if not project.worth_file.is_file():
            return None
        try:
            return cls(**_checked(files.read_json(project.worth_file)))
        except (
            *(OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError),
            SettingsProblem,
        ) as error:
            raise ProjectProblem(
                "What the recipe buys cannot be read",
                f"worth.json is damaged ({type(error).__name__})",
                "Measure it again",
            ) from error


def compare(
    features: Matrix,
    views: Matrix,
    labels: Labels,
    shares: Matrix,
    cells: NDArray[np.int64],
    blocks: NDArray[np.int64],
    seed: int = 0,
    tell: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Compared:
    """Judge a probe with and without views, in folds, several times.

    For each fold the penalty is the one that is best on the other folds. The interval comes from
    drawing whole blocks anew (bootstrap; B. Efron and R. Tibshirani, 1993), since images that
    belong together err together.

    Args:
        features: (images, values) of the images as they are.
        views: (images, views, values) of the altered ones.
        labels: class numbers.
        shares: (images, views, classes) how much of each class a view shows.
        cells: as `core.probe.folds_of` gives them; what is mixed into a view is of its cell.
        blocks: images with the same number belong together.
        seed: the same gives the same.
        tell: called with how many folds are done, of how many.
        should_stop: asked before every round.

    Raises:
        Stopped: ``should_stop`` said so.
    """
    n, k, values = views.shape
    short = probe.compress(np.concatenate([features, views.reshape(n * k, values)]), seed=seed)
    own = np.eye(shares.shape[2], dtype=np.float32)[labels]
    plain = _cell_sums(short[:n], own, cells)
    altered = _cell_sums(short[n:], shares.reshape(n * k, -1), np.repeat(cells, k))
    both = {cell: plain[cell] + altered[cell] for cell in plain}
    right = np.zeros((2, n))
    for turn in range(ROUNDS):
        if should_stop():
            raise Stopped
        folds = _folds(cells, seed + turn)
        for way, sums in enumerate((plain, both)):
            answers = _answers(sums, short[:n], own, cells, folds)
            right[way] += (answers == labels) / ROUNDS
        tell(turn + 1, ROUNDS)
    low, high = _interval(right[1] - right[0], blocks, seed)
    return Compared(float(right[0].mean()), float(right[1].mean()), low, high)


def _cell_sums(features: Matrix, targets: Matrix, cells: NDArray[np.int64]) -> dict[int, Sums]:
    return {
        int(cell): Sums.shared(features[cells == cell], targets[cells == cell])
        for cell in np.unique(cells)
    }


def _folds(cells: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """A fold for each image: whole cells, dealt out at random."""
    kinds = np.unique(cells)
    dealt = np.random.default_rng(seed).permutation(len(kinds)) % probe.FOLDS
    found: NDArray[np.int64] = dealt[np.searchsorted(kinds, cells)]
    return found


def _answers(
    sums: Mapping[int, Sums],
    features: Matrix,
    own: Matrix,
    cells: NDArray[np.int64],
    folds: NDArray[np.int64],
) -> NDArray[np.int64]:
    """What is said of each image by a probe that never saw its fold."""
    scores = np.zeros((len(probe.STRENGTHS), *own.shape))
    for fold in np.unique(folds):
        held = folds == fold
        learnt = _total([sums[int(cell)] for cell in np.unique(cells[~held])])
        for place, strength in enumerate(probe.STRENGTHS):
            weights, offset = learnt.solve(strength)
            scores[place, held] = features[held] @ weights + offset
    loss = ((scores - own) ** 2).sum(axis=2)
    answers = np.zeros(len(own), np.int64)
    for fold in np.unique(folds):
        held = folds == fold
        best = int(loss[:, ~held].mean(axis=1).argmin())
        answers[held] = scores[best, held].argmax(axis=1)
    return answers


def _total(sums: list[Sums]) -> Sums:
    total = sums[0]
    for one in sums[1:]:
        total = total + one
    return total


def _interval(values: Floats, blocks: NDArray[np.int64], seed: int) -> tuple[float, float]:
    """The 95 % interval of the mean of ``values`` when whole blocks are drawn anew."""
    place = np.unique(blocks, return_inverse=True)[1]
    n = int(place.max()) + 1
    sums, sizes = np.bincount(place, values, n), np.bincount(place, minlength=n).astype(float)
    rng = np.random.default_rng(seed)
    means = np.empty(_RESAMPLES)
    for turn in range(_RESAMPLES):
        drawn = rng.integers(0, n, n)
        means[turn] = sums[drawn].sum() / sizes[drawn].sum()
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `Worth`, each of its type: the file may come from a stranger."""
    compared = values["compared"]
    return {
        "catalogue": str(values["catalogue"]),
        "made": str(values["made"]),
        "recipe": Recipe.from_json(values["recipe"]),
        "views": int(values["views"]),
        "images": int(values["images"]),
        "asked": int(values["asked"]),
        "compared": Compared(
            *(float(compared[name]) for name in ("without", "with_views", "low", "high"))
        ),
        "anew": int(values["anew"]),
        "seconds": float(values["seconds"]),
    }
