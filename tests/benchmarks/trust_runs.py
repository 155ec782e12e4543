"""The measuring behind `tests.benchmarks.trust`: trainings, their sets, and strangers."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import calibration, conformal
from core.catalogue import in_force
from core.conformal import Conformal, Kind
from core.gate import RATE
from core.ingest import ingest, open_source
from core.jobs import Run, State
from core.jobs.features import Way, look_at
from core.jobs.reference import embeddings_of, reference
from core.jobs.tasks import perform
from core.project import Project, Workspace
from core.settings import SplitSettings, TrainSettings
from tests.benchmarks.gates import compared

RATES = (0.01, 0.02, 0.05, 0.1, 0.2)  # error rates of sets


def measure_runs(name: str, archive: Path, seeds: int) -> dict[str, Any]:
    """What the test images say of as many trainings, each with a split of its own."""
    project = Workspace().create(name)
    with open_source(archive) as source:
        ingest(source, project.folder)
    runs = [_trained(project, seed) for seed in range(seeds)]
    tables = [_judged(run) for run in runs]
    everything = pd.concat(tables)
    ece = {
        when: calibration.ece(everything[when].to_numpy(), everything["correct"].to_numpy(bool))
        for when in ("before", "after")
    }
    return {
        "ece": ece,
        "by_chance": calibration.ece_by_chance(everything["after"].to_numpy())[1],
        "loss": {when: float(everything[f"loss_{when}"].mean()) for when in ("before", "after")},
        "seeds": [_of_seed(run) for run in runs],
    }


def _trained(project: Project, seed: int) -> Run:
    settings = replace(TrainSettings(), seed=seed)
    run = Run.plan(project, settings, replace(SplitSettings(), seed=seed))
    perform(str(run.folder))
    if run.state() is not State.FINISHED:
        raise run.snapshot().problem or RuntimeError("the training did not finish")
    return run


def _judged(run: Run) -> pd.DataFrame:
    """Of each test image: whether right, and how sure and how wrong before and after."""
    probabilities, labels = _answers(run, "test")
    report = run.report()
    assert report is not None
    before = calibration.warmed(probabilities, 1 / report["calibration"]["temperature"])
    told = {"correct": probabilities.argmax(axis=1) == labels}
    for when, each in (("before", before), ("after", probabilities)):
        told[when] = each.max(axis=1)
        own = each[np.arange(len(labels)), labels]
        told[f"loss_{when}"] = -np.log(np.maximum(own, 1e-12))
    return pd.DataFrame(told)


def _of_seed(run: Run) -> dict[str, Any]:
    noted, (probabilities, labels) = (
        Conformal.of(*_answers(run, "validation")),
        _answers(run, "test"),
    )
    report = run.report()
    assert report is not None
    held = {
        str(rate): conformal.judged(noted.sets(probabilities, rate), labels).held for rate in RATES
    }
    counts = {"validation": len(noted.scores), "test": len(labels)}
    accuracy = report["test"]["accuracy"]
    return {**counts, **report["calibration"], "held": held, "accuracy": accuracy}


def _answers(run: Run, side: str) -> tuple[NDArray[Any], NDArray[Any]]:
    table = run.predictions()
    table = table[table["split"] == side]
    columns = [f"p_{number}" for number in range(len(run.classes))]
    labels = pd.Index(run.classes).get_indexer(pd.Index(table["label"]))
    return table[columns].to_numpy(np.float64), labels


def measure_strangers(own: str, foreign: str) -> dict[str, Any]:
    """What gate and sets say of the own test images and of foreign ones, by run and error rate."""
    from core.ml.run_model import run_model

    projects = {each.name: each for each in Workspace().projects()}
    project, other = projects[own], projects[foreign]
    usual = TrainSettings()
    way = Way(usual.backbone, usual.fit, usual.pixels)
    strangers = look_at(other, in_force(other)["sha256"], way).features
    by_rate: dict[str, list[dict[str, float]]] = {str(rate): [] for rate in RATES}
    gates, apart = [], []
    for run in _runs(project):
        model, known = run_model(run), reference(run)
        images = run.images()
        tested = embeddings_of(run, images.loc[images["split"] == "test", "sha256"].tolist())
        sides = (tested, known.validation, strangers)
        shut = [known.gate.unlike(side) for side in (tested, strangers)]
        said = [model.probabilities(side) for side in (tested, strangers)]
        for rate in RATES:
            unsure = [
                conformal.kinds(known.conformal.sets(each, rate)) != Kind.SINGLE for each in said
            ]
            either = [gate | doubt for gate, doubt in zip(shut, unsure, strict=True)]
            by_rate[str(rate)].append(
                {
                    "kept": float(1 - either[0].mean()),
                    "flagged": float(either[1].mean()),
                    "unsure_own": float(unsure[0].mean()),
                    "unsure_foreign": float(unsure[1].mean()),
                }
            )
        gates.append({"kept": float(1 - shut[0].mean()), "flagged": float(shut[1].mean())})
        if not apart:
            train = known.embeddings
            apart = compared(train, known.numbers, sides[1], tested, strangers, RATE)
            new = _without_each_class(train, known.numbers, sides[1], known.validation_labels)
    return {"rates": by_rate, "gate": gates, "gates": apart, "new_class": new}


def _without_each_class(
    train: NDArray[Any], labels: NDArray[Any], validation: NDArray[Any], told: NDArray[Any]
) -> dict[str, float]:
    """The area under the ROC curve where one class was left out and is the stranger: by gate."""
    found: dict[str, list[float]] = {}
    for number in np.unique(labels):
        kept, own = labels != number, told != number
        rest = (train[kept], labels[kept], validation[own], validation[own])
        for gate in compared(*rest, train[~kept], RATE):
            found.setdefault(gate["name"], []).append(gate["auc"])
    return {name: float(np.mean(areas)) for name, areas in found.items()}


def _runs(project: Project) -> list[Run]:
    return sorted(
        (Run(folder) for folder in project.runs.iterdir()), key=lambda run: run.settings.seed
    )


if __name__ == "__main__":
    what, *asked = sys.argv[1:]
    if what == "runs":
        print(json.dumps(measure_runs(asked[0], Path(asked[1]), int(asked[2]))))
    else:
        print(json.dumps(measure_strangers(asked[0], asked[1])))
