"""What the pretrained network sees in altered copies of the training images, kept on disk.

Head and Fine-tune look at a few views of each image that are computed once: an epoch then costs
no more than without augmentation. A view follows from the image, the recipe, the seed and its
number alone, so a view that is there is never computed again, whatever images come or go.

Recipes that mix (MixUp, arXiv 1710.09412; CutMix, 1905.04899; FMix, 2002.12047) give each view
a partner among the training images: the one whose SHA-256 comes next, on a ring, after a hash of
image, seed and number (Karger et al., Consistent Hashing, 1997). What is kept is how much of
each is in the mix, not a label: relabelling recomputes nothing.
"""

from __future__ import annotations

import importlib.metadata
import os
import shutil
from bisect import bisect
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.augmentations import AUGMENTATIONS
from core.ingest import original_path
from core.ml.augment import Augmenter
from core.ml.convert import converted, key
from core.ml.feature_store import FeatureStore, StoredRows
from core.ml.features import Extractor, Pixels, extractor, loader
from core.ml.pixels import Job, teller
from core.project import Project
from core.recipe import Recipe
from core.settings import TrainSettings

_VERSION = 1  # raise it when the steps of a recipe come to do something else
_KEPT = 4  # recipes whose views stay on disk
_DECODED = 64  # decoded images in memory


@dataclass(frozen=True)
class Views:
    """The views of n images, in rows: the first view of every image, then the second, and so on.

    Attributes:
        features: (views * n, width) float32, on disk.
        maps: (views * n, side, side, channels) float16, on disk; None where nobody asked.
        labels: (views * n, classes) float32: what each view shows; soft where it is a mix.
        each: how many views there are of an image.
    """

    features: StoredRows
    maps: StoredRows | None
    labels: NDArray[np.float32]
    each: int


def views_of(
    project: Project,
    images: pd.DataFrame,
    recipe: Recipe,
    settings: TrainSettings,
    classes: Sequence[str],
    job: Job | None = None,
    maps: bool = False,
) -> Views:
    """Look at ``settings.views`` altered copies of each image; at none where the recipe is empty.

    What the cache of ``project`` lacks is computed on all cores, told to ``job`` as progress,
    and kept. The rows stay on disk; a few decoded images are in memory at a time.

    Args:
        project: whose images.
        images: sha256 and label of the training side, a row an image; partners are among them.
        recipe: how they are altered.
        settings: views, seed, backbone, size and fit.
        classes: the columns of the labels.
        job: told of the progress, and asked whether to stop.
        maps: whether the maps half-way are wanted too, see `core.ml.features.Seen`.

    Raises:
        DataProblem: an original is gone, or can no longer be read.
        Stopped: ``job`` was asked to stop; what was computed is kept.
    """
    each = settings.views if recipe.active else 0
    hashes = images["sha256"].astype(str).tolist()
    stop = job.stop_requested if job else lambda: False
    extract = extractor(converted(settings.backbone, settings.pixels, stop))
    planned = _planned(hashes, settings.seed, each, _mixes(recipe))
    folder = _folder(project, recipe, settings)
    if planned:
        _keep_few(project, folder)
    stores = _Stores(folder, extract, maps, _mixes(recipe))

    def load(sha: str) -> Pixels:
        return loader(original_path(project.folder, sha), extract.size, settings.fit)()

    stores.fill(planned, _Maker(recipe, extract.size, load), teller(job))
    in_order = [planned[at * each + number] for number in range(each) for at in range(len(hashes))]
    names = [view.name for view in in_order]
    return Views(
        stores.features.rows(names),
        stores.maps.rows(names, extract.map_shape) if stores.maps else None,
        _labels(in_order, stores.shares_of(names), images, classes),
        each,
    )


class _View(NamedTuple):
    """One view: under which name it is kept, whose it is, its partner ('' for none), its seed."""

    name: str
    sha: str
    partner: str
    seed: int


def _planned(hashes: list[str], seed: int, each: int, mixes: bool) -> list[_View]:
    """Every view, those of one image together."""
    ring = sorted(set(hashes))
    found = []
    for sha in hashes:
        for number in range(each):
            drawn = sha256(f"{sha} {seed} {number}".encode()).hexdigest()
            partner = _partner(sha, drawn, ring) if mixes else ""
            name = sha256(f"{sha} {number} {partner}".encode()).hexdigest()
            found.append(_View(name, sha, partner, int(drawn[:15], 16)))
    return found


def _partner(sha: str, drawn: str, ring: list[str]) -> str:
    """The image that comes next after ``drawn``; never the image itself, unless it is alone."""
    place = bisect(ring, drawn) % len(ring)
    return ring[place] if ring[place] != sha else ring[(place + 1) % len(ring)]


def _mixes(recipe: Recipe) -> bool:
    return any(AUGMENTATIONS[step.name].mixes for step in recipe.active)


class _Maker:
    """Makes the pixels of views; several threads may ask at once.

    Args:
        recipe: how images are altered.
        size: of their side.
        load: decodes an image, by its SHA-256.
    """

    def __init__(self, recipe: Recipe, size: int, load: Callable[[str], Pixels]) -> None:
        self._augmenter = Augmenter(recipe, size)
        self._load = load
        self._lock = Lock()
        self._decoded: dict[str, Future[Pixels]] = {}
        self.shares: dict[str, float] = {}  # name -> how much of a mix is the image itself

    def __call__(self, view: _View) -> Pixels:
        """(size, size, 3) uint8."""
        if not view.partner:
            return self._augmenter(self._image(view.sha)[None], [view.seed])[0]
        pair = np.stack([self._image(view.sha), self._image(view.partner)])
        seeds = [view.seed, view.seed + 1]
        pair, shares = self._augmenter.mix(
            self._augmenter(pair, seeds), np.eye(2, dtype=np.float32), seeds, partners=[1, 0]
        )
        self.shares[view.name] = float(shares[0, 0])
        return pair[0]

    def _image(self, sha: str) -> Pixels:
        """Decoded once for all views that are made at about the same time."""
        with self._lock:
            future = self._decoded.pop(sha, None)
            mine = future is None
            future = future or Future()
            self._decoded[sha] = future
            if len(self._decoded) > _DECODED:
                del self._decoded[next(iter(self._decoded))]
        if mine:
            try:
                future.set_result(self._load(sha))
            except BaseException as error:  # also for those who wait for it
                future.set_exception(error)
        return future.result()


class _Stores:
    """Where the views of one recipe lie: features, maps, and the shares of mixes."""

    def __init__(self, folder: Path, extract: Extractor, maps: bool, mixes: bool) -> None:
        self._extract = extract
        self.features = FeatureStore(folder / "features", extract.width)
        width = int(np.prod(extract.map_shape))
        self.maps = FeatureStore(folder / "maps", width, np.float16) if maps else None
        self._shares = FeatureStore(folder / "shares", 1) if mixes else None

    def fill(self, planned: list[_View], make: _Maker, on_view: Callable[[int, int], None]) -> None:
        """Look at the views that are not there yet; see `FeatureStore.fill`."""
        views = {view.name: view for view in planned}
        asked = [store for store in (self.features, self.maps, self._shares) if store]
        lacking = [set(store.missing(views)) for store in asked]
        todo = [view for name, view in views.items() if any(name in each for each in lacking)]
        done, total = len(views) - len(todo), len(views)
        on_view(done, total)
        if not todo:
            return
        images = [partial(make, view) for view in todo]
        with ExitStack() as stack:
            # Opened first, closed last: what was seen until somebody stops is kept
            writers = [stack.enter_context(store.writer()) for store in asked]
            found = stack.enter_context(closing(self._seen(images)))
            for view, values in zip(todo, found, strict=True):
                if self._shares:
                    values.append(np.array([make.shares.pop(view.name)], np.float32))
                for lack, writer, value in zip(lacking, writers, values, strict=True):
                    if view.name in lack:
                        writer.add(view.name, value)
                done += 1
                on_view(done, total)

    def _seen(self, images: list[partial[Pixels]]) -> Generator[list[NDArray[Any]]]:
        """The features of each image and, where they are asked for, its map."""
        if self.maps is None:
            with closing(self._extract(images)) as vectors:
                for vector in vectors:
                    yield [vector]
        else:
            with closing(self._extract.both(images)) as found:
                for seen in found:
                    yield [seen.features, seen.map.ravel()]

    def shares_of(self, names: list[str]) -> NDArray[np.float32]:
        """(n,): how much of each view is the image itself."""
        if self._shares is None:
            return np.ones(len(names), np.float32)
        return self._shares.read(names)[:, 0]


def _labels(
    views: list[_View], shares: NDArray[np.float32], images: pd.DataFrame, classes: Sequence[str]
) -> NDArray[np.float32]:
    """(views, classes): each image's own label, and its partner's, as they are mixed."""
    codes = pd.Index(list(classes)).get_indexer(pd.Index(images["label"]))
    by_hash = dict(zip(images["sha256"].astype(str), codes, strict=True))
    rows = np.arange(len(views))
    labels = np.zeros((len(views), len(classes)), np.float32)
    # An image that stands twice under different labels keeps the label of its row
    own = np.tile(codes, len(views) // max(1, len(codes)))
    np.add.at(labels, (rows, own), shares)
    mixed = np.array([view.partner != "" for view in views], bool)
    partners = [by_hash[view.partner] for view in views if view.partner]
    np.add.at(labels, (rows[mixed], np.array(partners, np.int64)), 1 - shares[mixed])
    return labels


def _folder(project: Project, recipe: Recipe, settings: TrainSettings) -> Path:
    """Named by all that decides what is seen."""
    layers = importlib.metadata.version("keras-cv")
    network = f"{key(settings.backbone, settings.pixels)}-{settings.fit}-cv{layers}-v{_VERSION}"
    return project.views / network / f"{recipe.id}-{settings.seed}"


def _keep_few(project: Project, used: Path) -> None:
    """Remove the views of all recipes but those that were used last, ``used`` the very last."""
    used.mkdir(parents=True, exist_ok=True)
    os.utime(used)
    by_use = sorted(project.views.glob("*/*/"), key=lambda folder: folder.stat().st_mtime)
    for old in by_use[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)  # on Windows, somebody may be reading it
