"""The worker's side of what a recipe buys: altered views, and the probe with and without them."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import probe, recipe, split, worth
from core.augmentations import AUGMENTATIONS
from core.catalogue import content_id, in_force, require_classes
from core.errors import DataProblem, SettingsProblem
from core.jobs.features import usual_features
from core.jobs.folder import JobFolder
from core.ml.views import views_of
from core.project import Project, now
from core.recipe import Recipe
from core.settings import TrainSettings
from core.worth import Worth

VIEWS = 4
_MOST = 1500  # images that are asked
_LOOKS = 8000  # altered images that are looked at, at most
_MOST_VIEWS = 16


def run(job: JobFolder) -> dict[str, Any]:
    """Measure a recipe, and save what was found.

    The request may hold ``recipe`` (as JSON; else the one in force), ``views`` of each image
    and ``seed``.
    """
    project = Project(job.folder.parents[1])
    asked = job.request.get("recipe")
    wanted = recipe.in_force(project) if asked is None else Recipe.from_json(asked)
    if not wanted.active:
        raise SettingsProblem(
            "There is nothing to measure", "The recipe alters nothing", "Add an augmentation first"
        )
    views = min(_MOST_VIEWS, max(1, int(job.request.get("views", VIEWS))))
    catalogue = in_force(project)
    if catalogue.empty:
        raise DataProblem("There are no images to measure with", "", "Add images first")
    different = catalogue.groupby("label")["sha256"].nunique()
    require_classes({str(label): int(n) for label, n in different.items()}, smallest=2)
    found = _measure(job, project, catalogue, wanted, views)
    found.save(project)
    return {"difference": found.compared.difference, "level": found.compared.level}


def _measure(
    job: JobFolder, project: Project, catalogue: pd.DataFrame, wanted: Recipe, views: int
) -> Worth:
    seed = int(job.request.get("seed", 0))
    belong = split.groups_of(project, catalogue, split.in_force(project))
    eligible = split.unsealed(project, catalogue, belong)
    images = _sample(eligible, min(_MOST, _LOOKS // views), seed)
    hashes = images["sha256"].astype(str).tolist()
    labels = pd.Categorical(images["label"])
    numbers = np.asarray(labels.codes, np.int64)
    blocks = np.asarray(pd.factorize(images["image_id"].map(belong))[0], np.int64)
    cells = probe.folds_of(numbers, blocks, worth.CELLS, seed)
    job.stage("features", "Looking at the images", 1, 3)
    features = usual_features(project, hashes, job)
    job.stage("views", "Looking at altered images", 2, 3)
    told = _Told(job, len(images) * views)
    began = time.perf_counter()
    classes = [str(name) for name in labels.categories]
    usual = TrainSettings(views=views, seed=seed)
    altered, shares = _views(project, images, wanted, usual, classes, cells, told)
    seconds = round(time.perf_counter() - began, 3)
    job.stage("compare", "Comparing", 3, 3)
    compared = worth.compare(
        features, altered, numbers, shares, cells, blocks, seed, job.progress, job.stop_requested
    )
    return Worth(
        catalogue=content_id(catalogue),
        made=now(),
        recipe=wanted,
        views=views,
        images=len(eligible),
        asked=len(images),
        compared=compared,
        anew=told.anew,
        seconds=seconds,
    )


class _Told:
    """Adds up the progress of several parts; counts what was not there before."""

    def __init__(self, job: JobFolder, total: int) -> None:
        self.anew = 0
        self._job, self._total = job, total
        self._before = self._done = 0
        self._there: int | None = None
        self.check_stop, self.stop_requested = job.check_stop, job.stop_requested

    def progress(self, done: int, total: int) -> None:
        """So much of the present part is done."""
        if self._there is None:
            self._there = done
        self._done = done
        self._job.progress(self._before + done, self._total)

    def next(self) -> None:
        """A part is done."""
        self.anew += self._done - (self._there or 0)
        self._before, self._done, self._there = self._before + self._done, 0, None


def _views(
    project: Project,
    images: pd.DataFrame,
    wanted: Recipe,
    usual: TrainSettings,
    classes: list[str],
    cells: NDArray[np.int64],
    told: _Told,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(images, views, width) and (images, views, classes).

    Images are mixed with others of their cell alone, so that none learnt from holds a piece of
    one that is judged.
    """
    mixes = any(AUGMENTATIONS[step.name].mixes for step in wanted.active)
    parts = [np.flatnonzero(cells == cell) for cell in np.unique(cells)]
    parts = parts if mixes else [np.arange(len(images))]
    seen: list[NDArray[np.float32]] = []
    shares: list[NDArray[np.float32]] = []
    for rows in parts:
        found = views_of(project, images.iloc[rows], wanted, usual, classes, told)
        told.next()
        for kept, values in (
            (seen, found.features[np.arange(len(rows) * found.each)]),
            (shares, found.labels),
        ):
            kept.append(values.reshape(found.each, len(rows), -1).swapaxes(0, 1))
    back = np.argsort(np.concatenate(parts))
    return np.concatenate(seen)[back], np.concatenate(shares)[back]


def _sample(catalogue: pd.DataFrame, most: int, seed: int) -> pd.DataFrame:
    """Images at random, as many as can be asked; two of each class at least."""
    order = np.random.default_rng(seed).permutation(len(catalogue))
    first = catalogue["label"].iloc[order].groupby(catalogue["label"].iloc[order]).cumcount() < 2
    order = np.concatenate([order[first.to_numpy()], order[~first.to_numpy()]])
    return catalogue.iloc[np.sort(order[:most])].reset_index(drop=True)
