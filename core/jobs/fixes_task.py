"""The worker's side of what to fix first: proposals from the checks, ranked refit by refit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import audit, fixes, probe
from core.catalogue import content_id, in_force, kept
from core.errors import DataProblem, ProjectProblem
from core.fixes import DROP, RELABEL, Fix, Fixes, Judged, Learner, Proposal, Step
from core.jobs.features import features_of
from core.jobs.folder import JobFolder
from core.jobs.run import Run, open_run
from core.jobs.worker import wait_until_warm
from core.project import Project, now
from core.refit import LEFT_OUT
from core.settings import TrainSettings
from core.split import Side

_MOST_RELABELS = 60
_MOST_DROPS = 20
# Checks of an image by itself, whatever the others are: leaving it out is what they would propose
_BY_ITSELF = ("blurry", "dark", "bright", "low_information", "low_contrast", "tiny")


def run(job: JobFolder) -> dict[str, Any]:
    """Rank what could be mended in the training images of a run; saved in the run's folder.

    The request holds ``run``. Validation images decide, as they stand now; the test images stay
    sealed.

    Raises:
        DataProblem: an original is gone, or nothing is left to learn from.
        ProjectProblem: there is no such run, or a table is damaged.
        Stopped: the job was asked to stop.
    """
    project, made = Project(job.folder.parents[1]), now()  # what is decided meanwhile came later
    asked = open_run(project, str(job.request["run"]))
    job.stage("features", "Looking at the images", 1, 2)
    material = _Material.of(asked, job)
    job.stage("rank", "Trying fix after fix", 2, 2)
    proposals, checked = _proposals(project, material)

    def tell(done: int, total: int) -> None:
        job.check_stop()
        job.progress(done, total)

    before, steps = fixes.rank(material.learner, proposals, tell=tell)
    if before is None:
        raise DataProblem(
            "There is nothing to rank fixes by", "No validation images are left", "Train again"
        )
    Fixes(
        catalogue=material.catalogue,
        made=made,
        proposed=len(proposals),
        n=len(material.learner.held_labels),
        right=before.right,
        checked=checked,
        fixes=tuple(_kept(material, before, steps)),
    ).save(asked.folder)
    return {"proposed": len(proposals), "fixes": len(steps)}


def judged(run_folder: str, made: str) -> dict[str, Any] | None:
    """What the ranked fixes of a run are worth on its test images: fields of `Judged`.

    A question for the worker. Whoever asks breaks the seal on the test images first.

    Args:
        run_folder: of the run.
        made: when the fixes were ranked; others than those are not judged.

    Returns:
        None while the worker is still warming up: ask again a little later.

    Raises:
        DataProblem: an original is gone.
        ProjectProblem: nothing was ranked, or the images changed since.
    """
    if not wait_until_warm(0):
        return None
    asked = Run(Path(run_folder))
    found = Fixes.load(asked.folder)
    material = _Material.of(asked, None)
    if found is None or (found.made, found.catalogue) != (made, material.catalogue):
        raise ProjectProblem(
            "The images changed since the fixes were ranked",
            "Judging them now would mix two states of your images",
            "Rank them again",
        )
    rows = {image: row for row, image in enumerate(material.train["image_id"])}
    steps = [
        Proposal(rows[fix.image_id], fix.act, _number(material.classes, fix.to), fix.why)
        for fix in found.fixes
    ]
    result: Judged = fixes.judge(material.learner, steps, material.tested, material.tested_labels)
    return {**result.__dict__}


@dataclass(frozen=True)
class _Material:
    """The images of a run as they stand now, and what the network sees in them."""

    catalogue: str
    classes: list[str]
    train: pd.DataFrame
    learner: Learner
    tested: NDArray[np.float32]
    tested_labels: NDArray[np.int64]

    @classmethod
    def of(cls, run: Run, job: JobFolder | None) -> _Material:
        now = in_force(run.project)
        sides = run.images().set_index("image_id")["split"]
        images = now.assign(split=now["image_id"].map(sides)).dropna(subset=["split"])
        classes = sorted(images["label"].astype(str).unique())
        if len(classes) < 2:
            raise DataProblem("There is only one class left", "", "Take back what you decided")
        backbone = run.settings.backbone
        if not run.settings.method.is_pretrained:
            backbone = TrainSettings().backbone
        seen = features_of(run.project, images["sha256"], backbone, run.settings.fit, job)
        part = {side: (images["split"] == side).to_numpy() for side in Side}
        # The test images have no say in how the others are seen, either
        decide = ~part[Side.TEST]
        _, axes = probe.compressed(seen[decide], fixes.WIDTH)
        short = {side: axes(seen[rows]) for side, rows in part.items()}
        places = pd.Index(classes).get_indexer(pd.Index(images["label"].astype(str)))
        labels = {side: places[rows].astype(np.int64) for side, rows in part.items()}
        learner = Learner(
            short[Side.TRAIN],
            labels[Side.TRAIN],
            short[Side.VALIDATION],
            labels[Side.VALIDATION],
            len(classes),
        )
        train = images[part[Side.TRAIN]].reset_index(drop=True)
        return cls(content_id(now), classes, train, learner, short[Side.TEST], labels[Side.TEST])


def _proposals(project: Project, material: _Material) -> tuple[list[Proposal], bool]:
    """What may be mended, and whether the images were checked, which has a say in it.

    What looks wrong beside other images is asked of the training images alone: the check of all
    has learnt from the test images, which are to judge. How an image is by itself, it may tell.
    """
    rows = {image: row for row, image in enumerate(material.train["image_id"])}
    relabels, strange = _doubted(project, material, "wrong_labels", "outliers")
    found = [
        each
        for proposal in _by_check(relabels, rows, material.classes)[:_MOST_RELABELS]
        for each in (proposal, Proposal(proposal.row, DROP, LEFT_OUT, proposal.why))
    ]
    asked = audit.standing(project).asked
    doubtful = {proposal.row for proposal in found}
    tables = {"outliers": strange}
    tables |= {name: asked[name].rows() for name in _BY_ITSELF}
    for name, table in tables.items():
        for subject in table["subject"].head(_MOST_DROPS):
            row = rows.get(subject)
            if row is not None and row not in doubtful:
                doubtful.add(row)
                found.append(Proposal(row, DROP, LEFT_OUT, asked[name].check.title))
    return found, all(asked[name].ran for name in _BY_ITSELF)


def _by_check(table: pd.DataFrame, rows: dict[str, int], classes: list[str]) -> list[Proposal]:
    """Other labels as the check suggests them, the least likely labels first."""
    return [
        Proposal(rows[subject], RELABEL, classes.index(better), str(note))
        for subject, better, note in zip(
            table["subject"], table["suggested"], table["note"], strict=True
        )
        if subject in rows and better in classes
    ]


def _doubted(project: Project, material: _Material, *names: str) -> list[pd.DataFrame]:
    """What checks say of the training images alone, without what the user has answered."""
    checks = [audit.check_named(name) for name in names]
    evidence = audit.Evidence(material.train, features=material.learner.train)
    found, answered = audit.examine(evidence, checks), kept(project)
    tables = {check.name: found.issues(check) for check in checks}
    return [
        table[~table["subject"].isin(answered.get(name, set()))] for name, table in tables.items()
    ]


def _kept(material: _Material, before: Step, steps: list[Step]) -> list[Fix]:
    found, loss = [], before.loss
    for step in steps:
        image, proposal = material.train.iloc[step.proposal.row], step.proposal
        found.append(
            Fix(
                image_id=str(image["image_id"]),
                sha256=str(image["sha256"]),
                label=str(image["label"]),
                act=proposal.act,
                to=material.classes[proposal.to] if proposal.act == RELABEL else "",
                why=proposal.why,
                gain=round(loss - step.loss, 6),
                right=step.right,
            )
        )
        loss = step.loss
    return found


def _number(classes: list[str], label: str) -> int:
    return classes.index(label) if label in classes else LEFT_OUT
