"""The project that `retrain` measures with, and wrong labels planted in it. Run as a module."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core import audit, catalogue
from core.fixes import Fixes
from core.ingest import ingest, open_source
from core.jobs import JobFolder, Run, State, connect, fixes_task, start_training
from core.jobs.tasks import perform
from core.project import Project, Workspace, new_id
from core.settings import SplitSettings, TrainSettings

WRONG = 0.05  # share of the labels that are made wrong


def make(archive: Path) -> dict[str, Any]:
    """Take in the images and train a head in the engine, which runs already."""
    project = Workspace().create("Retrain")
    with open_source(archive) as source:
        ingest(source, project.folder)
    with connect(start=False) as engine:
        run = start_training(project, TrainSettings(), SplitSettings(), engine)
        while run.state().is_active:
            time.sleep(0.2)
    assert run.state() is State.FINISHED, run.snapshot().problem
    return {"project": project.id, "run": run.id, "images": len(run.images())}


def plant(project: Project, seeds: int) -> dict[str, Any]:
    """Make labels wrong, mend what the check of the labels finds, and see what each does."""
    before = len(catalogue.history(project))
    clean = _trained(Run.plan(project, TrainSettings(), SplitSettings()))
    found = [_planted(project, clean, seed) for seed in range(seeds)]
    catalogue.append(
        project,
        [
            {"at": "", "act": "undo", "reason": "", "decision": entry["number"]}
            for entry in reversed(catalogue.history(project)[before:])
            if entry["act"] != "undo"
        ],
    )
    return {"clean": _accuracy(clean, clean), "seeds": found}


def _planted(project: Project, clean: Run, seed: int) -> dict[str, Any]:
    images, rng = clean.images(), np.random.default_rng(seed)
    rows = rng.choice(len(images), round(WRONG * len(images)), replace=False)
    chosen = images["image_id"].iloc[rows].tolist()
    truth = images["label"].iloc[rows].tolist()
    others = [rng.choice([c for c in clean.classes if c != label]) for label in truth]
    wrong = catalogue.decide(
        project, "relabel", images=chosen, labels=[str(label) for label in others]
    )
    noisy = _trained(Run.plan(project, clean.settings, clean.split, like=clean))
    _do(JobFolder.create(project.jobs / new_id("audit"), "audit", {}))
    table = audit.standing(project).asked["wrong_labels"].rows()
    table = table[table["suggested"] != ""]
    fixes = _ranked(project, noisy)
    # By a person who looks at what is asked, and leaves the labels alone that are right
    sure = table[table["subject"].isin(chosen)]
    mended = {
        who: _mended(project, noisy, rows) for who, rows in (("person", sure), ("blind", table))
    }
    catalogue.append(
        project, [{"at": "", "act": "undo", "reason": "", "decision": wrong["number"]}]
    )
    said = dict(zip(table["subject"], table["suggested"], strict=True))
    return {
        "planted": len(chosen),
        "asked": len(table),
        "found": len(set(chosen) & set(said)),
        "right": sum(said.get(i) == label for i, label in zip(chosen, truth, strict=True)),
        "noisy": _accuracy(noisy, clean),
        "mended": _accuracy(mended["person"], clean),
        "blind": _accuracy(mended["blind"], clean),
        "ten": fixes | {"planted": len(set(fixes.pop("images")) & set(chosen))},
    }


def _mended(project: Project, noisy: Run, rows: pd.DataFrame) -> Run:
    """A run with the labels of ``rows`` as they are suggested; the decision is taken back."""
    images, labels = rows["subject"].tolist(), rows["suggested"].tolist()
    made = catalogue.decide(project, "relabel", images=images, labels=labels)
    run = _trained(Run.plan(project, noisy.settings, noisy.split, like=noisy))
    catalogue.append(project, [{"at": "", "act": "undo", "reason": "", "decision": made["number"]}])
    return run


def _ranked(project: Project, run: Run) -> dict[str, Any]:
    """The ten fixes that matter most, and what the test images say of them."""
    began = time.perf_counter()
    _do(JobFolder.create(project.jobs / new_id("fixes"), "fixes", {"run": run.id}))
    seconds = time.perf_counter() - began
    found = Fixes.load(run.folder)
    assert found is not None
    judged = fixes_task.judged(str(run.folder), found.made)
    images = [fix.image_id for fix in found.fixes]
    return {"images": images, "proposed": found.proposed, "seconds": seconds, "judged": judged}


def _accuracy(run: Run, clean: Run) -> float:
    """Of the test images by their true labels, which are those of the clean run."""
    answers = run.predictions()
    answers = answers[answers["split"] == "test"]
    truth = clean.images().set_index("image_id")["label"].reindex(answers["image_id"])
    return float((answers["predicted"].to_numpy() == truth.to_numpy()).mean())


def _trained(run: Run) -> Run:
    _do(run)
    return run


def _do(job: JobFolder) -> None:
    perform(str(job.folder))
    assert job.state() is State.FINISHED, job.snapshot().problem


if __name__ == "__main__":
    what, argument, number = sys.argv[1:]
    if what == "make":
        answer = make(Path(argument))
    else:
        answer = plant(Workspace().open(argument), int(number))
    print(json.dumps(answer))
