"""The worker's side of the label-changing alarm: alter held-out images, ask the probe, judge."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image

from core import alarm, files, probe, recipe, split
from core.alarm import Eye, Findings, Looked
from core.augmentations import AUGMENTATIONS
from core.catalogue import content_id, in_force, require_classes
from core.errors import DataProblem, ProjectProblem, SettingsProblem
from core.jobs.altered import Alterer
from core.jobs.features import usual_features
from core.jobs.folder import JobFolder
from core.ml.features import Pixels
from core.project import Project, now
from core.recipe import Recipe, Step

DRAWS = 8  # of each image: of turns by any angle, one is then likely to be near the worst
_KNOWN = 4000  # images that the probe learns from, at most
_ASKED = 400  # images that are altered, at least where there are as many
_A_CLASS = 12  # images of each class that are altered where there are many classes
_MOST = 1200
_WEAKER = (0.5, 0.25)  # of a strength at which there was an alarm
_VERSION = 4  # of the way in which it is judged
_SIDE = 160  # of a picture that is shown, in pixels


def run(job: JobFolder) -> dict[str, Any]:
    """Look at every step of a recipe, and save what was found.

    The request may hold ``recipe`` (as JSON; else the one in force) and ``seed``. A step that
    was looked at before, on the same images, is not looked at again.
    """
    project = Project(job.folder.parents[1])
    asked = job.request.get("recipe")
    wanted = recipe.in_force(project) if asked is None else Recipe.from_json(asked)
    steps = steps_of(wanted)
    if not steps:
        raise SettingsProblem(
            "There is nothing to look at",
            "The recipe has no step that alters an image and keeps its label",
            "Add an augmentation first",
        )
    return _Work(job, project, steps, int(job.request.get("seed", 0))).done()


def steps_of(wanted: Recipe) -> tuple[Step, ...]:
    """The steps that promise to keep the label."""
    return tuple(step for step in wanted.active if not AUGMENTATIONS[step.name].mixes)


@dataclass(frozen=True)
class _Asked:
    """The images.

    Attributes:
        images: what the probe learns from.
        groups: the name of each one's group.
        rows: which of them are altered.
        seed: by which they were chosen, and by which they are altered.
    """

    images: pd.DataFrame
    groups: pd.Series
    rows: NDArray[np.int64]
    seed: int

    @cached_property
    def key(self) -> str:
        """Changes with all that decides what is found of a step."""
        parts = [self.images["image_id"], self.images["label"], self.groups.astype(str)]
        digest = blake2b(f"{_VERSION} {self.seed} {self.rows.tolist()}".encode(), digest_size=16)
        for part in parts:
            digest.update("\n".join(part).encode())
        return digest.hexdigest()


class _Work:
    def __init__(self, job: JobFolder, project: Project, steps: Sequence[Step], seed: int) -> None:
        self.job, self.project, self.steps, self.seed = job, project, steps, seed
        self.catalogue = in_force(project)
        if self.catalogue.empty:
            raise DataProblem("There are no images to look at", "", "Add images first")
        different = self.catalogue.groupby("label")["sha256"].nunique()
        require_classes({str(label): int(n) for label, n in different.items()}, smallest=2)

    def done(self) -> dict[str, Any]:
        began, stages = time.perf_counter(), len(self.steps) + 2
        asked = sample(self.project, self.catalogue, self.seed)
        self.job.stage("features", "Looking at the images", 1, stages)
        features = usual_features(self.project, asked.images["sha256"], self.job)
        self.job.stage("probe", "Learning what is usual", 2, stages)
        self._prepare(asked, features)
        before = self._before(asked.key)
        looked = []
        for number, step in enumerate(self.steps):
            name = f"Trying: {AUGMENTATIONS[step.name].title}"
            self.job.stage(f"step-{step.name}", name, number + 3, stages)
            known = before.of(step.name, step.strength) if before else None
            looked.append(known or self._try(step))
        found = Findings(
            catalogue=content_id(self.catalogue),
            made=now(),
            images=len(self.catalogue),
            asked=len(asked.rows),
            key=asked.key,
            looked=tuple(looked),
            seconds=round(time.perf_counter() - began, 3),
        )
        found.save(self.project)
        changed = sum(each.level is alarm.Level.CHANGED for each in found.verdicts)
        return {"steps": len(looked), "changed": changed}

    def _prepare(self, asked: _Asked, features: NDArray[np.float32]) -> None:
        labels = pd.Categorical(asked.images["label"])
        self.classes = [str(name) for name in labels.categories]
        self.labels = np.asarray(labels.codes, np.int64)
        folds = probe.folds_of(self.labels, asked.groups.to_numpy(), seed=self.seed)
        self.eye = Eye.of(features, self.labels, folds, len(self.classes), self.seed)
        self.confusion = alarm.everyday_confusion(self.eye.before, self.labels)
        self.rows = asked.rows
        self.ids = asked.images["image_id"].iloc[asked.rows].astype(str).tolist()
        self.hashes = asked.images["sha256"].iloc[asked.rows].astype(str).tolist()
        self.alterer = Alterer(self.project, DRAWS, self.seed, self.job)

    def _before(self, key: str) -> Findings | None:
        """What was found of the same images before."""
        try:
            found = Findings.load(self.project)
        except ProjectProblem:
            return None
        if found is None or found.key != key:
            return None
        shown = {one.name for one in found.looked if one.suspicions}
        missing = any(not alarm.pictures(self.project, name).is_file() for name in shown)
        return None if missing else found

    def _try(self, step: Step) -> Looked:
        """Look at a step; where there is an alarm, at weaker ones until there is none."""
        looked = self._look(step)
        if looked.suspicions:
            self._save_pictures(step, looked)
        verdict = alarm.verdicts([looked])[0]
        if verdict.level is not alarm.Level.CHANGED:
            return looked
        # Only where something changed is it worth looking how weak a step must be
        named = [self.classes.index(change.was) for change in verdict.changes]
        concerned = np.flatnonzero(np.isin(self.labels[self.rows], named))
        for part in _WEAKER:
            weaker = Step(step.name, round(part * step.strength, 2))
            if not weaker.strength:
                break
            tried = alarm.verdicts([self._look(weaker, concerned)])[0]
            if tried.level is not alarm.Level.CHANGED:
                return replace(looked, weaker=weaker.strength)
        return looked

    def _look(self, step: Step, among: NDArray[np.int64] | None = None) -> Looked:
        """Look at the images ``among`` those that are altered; by default at all of them."""
        places = np.arange(len(self.rows)) if among is None else among
        rows, n = self.rows[places], len(places)
        hashes = [self.hashes[place] for place in places]
        features = self.alterer.features(hashes, Recipe("", (step,)))
        after, like = self.eye.look(np.repeat(rows, DRAWS), features.reshape(n * DRAWS, -1))
        return alarm.look(
            (step.name, step.strength),
            [self.ids[place] for place in places],
            self.labels[rows],
            self.classes,
            self.eye.before[rows],
            after.reshape(n, DRAWS, -1),
            like.reshape(n, DRAWS),
            self.confusion,
        )

    def _save_pictures(self, step: Step, looked: Looked) -> None:
        """One row a pair: before, after."""
        hashes = dict(zip(self.ids, self.hashes, strict=True))
        pairs = [pair for suspicion in looked.suspicions for pair in suspicion.pairs]
        sheet = _sheet(
            self.alterer.pictures(hashes[pair.image], Recipe("", (step,)), pair.draw)
            for pair in pairs
        )
        files.write_bytes(alarm.pictures(self.project, step.name), sheet)


def sample(project: Project, catalogue: pd.DataFrame, seed: int) -> _Asked:
    """The images that are asked: classes evenly, and of what belongs together one is altered."""
    belong = split.groups_of(project, catalogue, split.in_force(project))
    images = catalogue[["image_id", "sha256", "label"]]
    groups = images["image_id"].map(belong).rename("group")
    order = np.random.default_rng(seed).permutation(len(images))
    mixed = images.iloc[order]
    turn = mixed.groupby("label").cumcount().to_numpy()
    kept = np.sort(order[np.argsort(turn, kind="stable")][:_KNOWN])
    images, groups = images.iloc[kept].reset_index(drop=True), groups.iloc[kept]
    most = min(_MOST, max(_ASKED, _A_CLASS * images["label"].nunique()))
    return _Asked(images, groups.reset_index(drop=True), _altered(images, groups, most, seed), seed)


def _altered(images: pd.DataFrame, groups: pd.Series, most: int, seed: int) -> NDArray[np.int64]:
    """Which rows are altered: no two of a group, classes in turn."""
    order = np.random.default_rng([seed, 1]).permutation(len(images))
    alone = order[~pd.Series(groups.to_numpy()[order]).duplicated().to_numpy()]
    turn = images["label"].iloc[alone].groupby(images["label"].iloc[alone]).cumcount()
    return np.sort(alone[np.argsort(turn.to_numpy(), kind="stable")][:most])


def _sheet(pairs: Iterable[tuple[Pixels, Pixels]]) -> bytes:
    small = [
        [np.asarray(Image.fromarray(each).resize((_SIDE, _SIDE))) for each in pair]
        for pair in pairs
    ]
    rows = [np.concatenate(pair, axis=1) for pair in small]
    target = BytesIO()
    Image.fromarray(np.concatenate(rows)).save(target, "WEBP", quality=85)
    return target.getvalue()
