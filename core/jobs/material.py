"""What a training looks at, made ready: examples of each side, for any method."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.jobs.features import Looked, Way, look_at
from core.jobs.folder import JobFolder
from core.jobs.run import Run
from core.ml.batches import Alter, Examples
from core.ml.feature_store import StoredRows
from core.ml.methods import Material, Need, Rows, TrainingMethod, method, one_hot
from core.ml.pixels import altering, pixels_of
from core.ml.views import Views, views_of
from core.split import Side


@dataclass(frozen=True)
class Prepared:
    """The images of a run as a network sees them, in the order of `Run.images`.

    Attributes:
        looked: of all images; None where the method stands on no pretrained network.
        pixels: all images, for a method that looks at them itself.
        views: of the training images; None where there are none.
        alter: fresh augmentation, for a method that looks at pixels.
        labels: (n, classes) float32, of all images.
        sides: the side of each image.
    """

    looked: Looked | None
    pixels: StoredRows | None
    views: Views | None
    alter: Alter | None
    labels: NDArray[np.float32]
    sides: NDArray[np.object_]

    def examples(self, how: TrainingMethod, side: Side) -> Examples:
        """One side as the method ``how`` takes it; training images with all their views."""
        rows = np.flatnonzero(self.sides == side)
        inputs, labels = self.inputs(how, rows), self.labels[rows]
        if side is Side.TRAIN and Need.PIXELS in how.NEEDS:
            return Examples(inputs, labels, alter=self.alter)
        if side is not Side.TRAIN or self.views is None:
            return Examples(inputs, labels)
        more = how.inputs(Material(features=self.views.features, maps=self.views.maps))
        count = len(rows)
        # The views lie one after another: the first view of each, then the second
        ways = np.arange(count * (1 + self.views.each)).reshape(-1, count).T
        joined = tuple(_Joined(a, b) for a, b in zip(inputs, more, strict=True))
        return Examples(joined, np.concatenate([labels, self.views.labels]), shown_as=ways)

    def inputs(self, how: TrainingMethod, rows: NDArray[np.int64]) -> tuple[Rows, ...]:
        """The images ``rows`` as the method ``how`` takes them."""
        return how.inputs(
            Material(
                features=self.looked.features[rows] if self.looked else None,
                maps=self.looked.maps.chosen(rows) if self.looked and self.looked.maps else None,
                pixels=self.pixels.chosen(rows) if self.pixels else None,
            )
        )


class _Joined:
    """The rows of one array, then those of another, without copying either."""

    def __init__(self, first: Rows, second: Rows) -> None:
        self._first, self._second = first, second

    @property
    def shape(self) -> tuple[int, ...]:
        return (len(self), *self._first.shape[1:])

    def __len__(self) -> int:
        return len(self._first) + len(self._second)

    def __getitem__(self, rows: NDArray[np.int64]) -> NDArray[np.generic]:
        rows, count = np.asarray(rows), len(self._first)
        early = rows < count
        first, second = self._first[rows[early]], self._second[rows[~early] - count]
        result = np.empty((len(rows), *self.shape[1:]), np.result_type(first, second))
        result[early], result[~early] = first, second
        return result


def prepare(run: Run, job: JobFolder, on_views: Callable[[], None]) -> Prepared:
    """Look at all images of ``run`` and make its augmented views, as far as the cache lacks them.

    Args:
        run: whose images, recipe and settings.
        job: told of the progress.
        on_views: called before the views are made, where the run has any.

    Raises:
        DataProblem: an original is gone.
        Stopped: ``job`` was asked to stop.
    """
    settings, images = run.settings, run.images()
    needs, size = method(settings.method).NEEDS, settings.pixels
    looked = pixels = views = alter = None
    if settings.method.is_pretrained:
        way = Way(settings.backbone, settings.fit, size, Need.MAPS in needs)
        looked = look_at(run.project, images["sha256"], way, job)
    if Need.PIXELS in needs:
        pixels = pixels_of(run.project, images["sha256"], size, settings.fit, job)
        alter = altering(run.recipe, size) if settings.views else None
    elif settings.views and run.recipe.active:
        on_views()
        learnt, maps = images[images["split"] == Side.TRAIN], Need.MAPS in needs
        views = views_of(run.project, learnt, run.recipe, settings, run.classes, job, maps)
    places = pd.Index(run.classes).get_indexer(pd.Index(images["label"]))
    labels = one_hot(places.astype(np.int64), len(run.classes))
    return Prepared(looked, pixels, views, alter, labels, images["split"].to_numpy(dtype=object))
