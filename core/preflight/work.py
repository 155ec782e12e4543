"""Ask all four questions, from one look at the pixels and the cached features."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import probe
from core.audit.check import Evidence
from core.catalogue import content_id, require_classes
from core.ingest import decode, original_path
from core.preflight import baselines, leakage, learning_curve, shortcuts
from core.preflight.answers import Baseline, Curve, Leakage, Preflight, Shortcut
from core.preflight.clues import Material
from core.preflight.pixels import Load, Pixels, gather
from core.probe import Labels
from core.project import Project, now

Tell = Callable[[str, int, int], None]
"""called with a stage, how much of it is done, and of how much"""

STAGES = {
    "pixels": "Looking at borders and surroundings",
    "shortcuts": "Looking for shortcuts",
    "leakage": "Pricing leakage",
    "baselines": "Trying simple ways",
    "curve": "Drawing the learning curve",
}
_MOST = 3000  # images that are asked about shortcuts: enough for a percent
_WORK = 40_000  # times classes; many classes make every shuffling dearer
_FEWEST = 1000
_ASKED = 5000  # images that nearest neighbours are looked up for
_AT_LEAST = 96  # decoded no smaller than this, as at ingest


def originals(project: Project) -> Load:
    """Reads the images of ``project`` from where they were kept, at a reduced size if quicker."""
    return lambda sha: decode(original_path(project.folder, sha).read_bytes(), at_least=_AT_LEAST)


def examine(
    evidence: Evidence,
    groups: pd.Series | None,
    load: Load,
    seed: int = 0,
    tell: Tell = lambda stage, done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Preflight:
    """Can the labels be guessed by shortcuts, what is leakage worth, what is there to beat, and
    would more images help?

    Args:
        evidence: with features; what was measured is used where it is there.
        groups: image_id -> the name of the group that it stays in; None, or a missing one:
            identical files belong together, others stand alone.
        load: gives the pixels of an image; see `originals`.
        seed: the same gives the same answers.
        tell: called with a key of `STAGES`, how much of it is done, and of how much.
        should_stop: asked now and then.

    Raises:
        DataProblem: fewer than two classes, or a class without two different images.
        Stopped: ``should_stop`` said so.
    """
    images = evidence.images
    different = images.groupby("label")["sha256"].nunique()
    require_classes({str(label): int(n) for label, n in different.items()}, smallest=2)
    work = _Work(evidence, _blocks(images, groups), load, seed, tell, should_stop)
    return work.done()


@dataclass
class _Work:
    evidence: Evidence
    blocks: Labels
    load: Load
    seed: int
    tell: Tell
    should_stop: Callable[[], bool]
    seconds: dict[str, float] = field(default_factory=dict)

    def done(self) -> Preflight:
        labels, classes = self.evidence.labels, self.evidence.classes
        rows = shortcuts.sample(
            labels, self.blocks, max(_FEWEST, min(_MOST, _WORK // len(classes))), self.seed
        )
        with self._timed("pixels") as told:
            hashes = self.evidence.images["sha256"].iloc[rows]
            pixels = gather(hashes, self.load, told, self.should_stop)
        with self._timed("shortcuts") as told:
            found, silent = self._shortcuts(rows, pixels, told)
        with self._timed("leakage") as told:
            leak = self._leakage(told)
        with self._timed("baselines"):
            simple = self._baselines(rows, pixels)
        with self._timed("curve") as told:
            overall, each = self._curves(told)
        return Preflight(
            catalogue=content_id(self.evidence.images),
            made=now(),
            images=len(labels),
            looked_at=len(rows),
            shortcuts=found,
            silent=silent,
            leakage=leak,
            baselines=simple,
            curve=overall,
            classes=each,
            seconds=self.seconds,
        )

    @contextmanager
    def _timed(self, stage: str) -> Iterator[Callable[[int, int], None]]:
        self.tell(stage, 0, 1)
        began = time.perf_counter()
        yield lambda done, total: self.tell(stage, done, total)
        self.seconds[stage] = round(time.perf_counter() - began, 3)

    def _shortcuts(
        self, rows: NDArray[np.int64], pixels: Pixels, told: Callable[[int, int], None]
    ) -> tuple[tuple[Shortcut, ...], dict[str, str]]:
        measured = self.evidence.measured
        material = Material(
            self.evidence.images.iloc[rows].reset_index(drop=True),
            measured.iloc[rows].reset_index(drop=True) if len(measured) else measured,
            pixels,
            self.seed,
        )
        return shortcuts.look_for(
            material,
            self.evidence.labels[rows],
            self.evidence.classes,
            self.blocks[rows],
            self.seed,
            told,
            self.should_stop,
        )

    def _leakage(self, told: Callable[[int, int], None]) -> Leakage | None:
        return leakage.price(
            self.evidence.compressed,
            self.evidence.labels,
            self.blocks,
            len(self.evidence.classes),
            self.seed,
            told,
            self.should_stop,
        )

    def _baselines(self, rows: NDArray[np.int64], pixels: Pixels) -> tuple[Baseline, ...]:
        labels, blocks, features = self.evidence.labels, self.blocks, self.evidence.compressed
        asked = np.sort(np.random.default_rng(self.seed).permutation(len(labels))[:_ASKED])
        some, own = labels[rows], blocks[rows]
        every = np.arange(len(rows))
        small = baselines.thumbnails(pixels.small)
        unit = features / np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-9)
        folds = probe.folds_of(labels, blocks, seed=self.seed)
        answers = probe.out_of_fold(features, labels, folds, len(self.evidence.classes))
        make = baselines.baseline
        return (
            make("majority", "Commonest class", baselines.majority(labels), labels),
            make(
                "colour",
                "Most similar colour",
                baselines.nearest(pixels.colour, some, own, every),
                some,
            ),
            make(
                "pixels",
                "Most similar pixels",
                baselines.nearest(small, some, own, every),
                some,
            ),
            make(
                "neighbour",
                "Most similar features",
                baselines.nearest(unit, labels, blocks, asked),
                labels[asked],
            ),
            make("probe", "Linear probe", answers.argmax(axis=1), labels),
        )

    def _curves(self, told: Callable[[int, int], None]) -> tuple[Curve | None, tuple[Curve, ...]]:
        labels, classes, blocks = self.evidence.labels, self.evidence.classes, self.blocks
        measured = learning_curve.measure(
            self.evidence.compressed,
            labels,
            blocks,
            len(classes),
            self.seed,
            told,
            self.should_stop,
        )
        if measured is None:
            return None, ()
        sizes, wrong = measured

        def of(label: str, mine: NDArray[np.bool_]) -> Curve:
            return learning_curve.curve(
                label, sizes, wrong[:, mine], blocks[mine], len(labels), self.seed
            )

        each = tuple(of(label, labels == number) for number, label in enumerate(classes))
        return of("", np.ones(len(labels), bool)), each


def _blocks(images: pd.DataFrame, groups: pd.Series | None) -> Labels:
    """A number for every image; identical files and those of one group have the same."""
    if groups is None:
        return np.asarray(pd.factorize(images["sha256"])[0], dtype=np.int64)
    named = images["image_id"].map(groups)
    alone = "\0" + images["sha256"]
    return np.asarray(pd.factorize(named.where(named.notna() & (named != ""), alone))[0], np.int64)
