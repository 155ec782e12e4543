"""Fine-tune beside training the whole network, and how far it comes within a minute."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from core.ingest import ingest, open_source
from core.jobs import Run, State
from core.jobs.tasks import perform
from core.ml.devices import WHOLE_ON_CPU
from core.project import Project, Workspace
from core.results import wilson
from core.settings import Method, SplitSettings, TrainSettings
from tests.benchmarks import images
from tests.benchmarks.options import Options
from tests.benchmarks.processes import prepare_backbone, run_module
from tests.benchmarks.report import Section, Spread, Table, Target, Tell, ratios

TIMES = 5.0  # how many times faster an epoch of Fine-tune is to be
ACCURACY, SECONDS = 0.985, 60.0  # to be reached on the real data set, once features are there
ROUNDS, EPOCHS, EACH = 3, 3, 40
QUICK_ROUNDS, QUICK_EPOCHS, QUICK_EACH = 1, 2, 6
METHODS = (Method.FINETUNE, Method.WHOLE)


def run(options: Options, tell: Tell) -> Section:
    """Train a part of the images with both methods in turns, and all of them with Fine-tune."""
    home = options.folder / "home"
    tell("preparing")
    prepare_backbone(home)
    rounds, epochs, each = ROUNDS, EPOCHS, EACH
    if options.quick:
        rounds, epochs, each = QUICK_ROUNDS, QUICK_EPOCHS, QUICK_EACH
    part = images.data(options.folder, options.data, each)
    tell(f"epochs of both, {rounds} rounds")
    seconds = _measured("epochs", home, part.path, rounds, epochs)
    everything = part if options.quick else images.data(options.folder, options.data)
    tell("Fine-tune with its usual settings")
    usual = _measured("usual", home, everything.path)
    section = _section(seconds, usual, everything.path.name == images.NAME and not options.quick)
    section.notes = [
        f"Epochs: {part.about}; whole network: on the processor, for comparison only.",
        "An epoch is from one saved state to the next: learning, validating, saving.",
        f"Usual settings: {everything.about}; {usual['n']} test images, seed 0.",
    ]
    return section


def _measured(what: str, home: Path, *arguments: object) -> dict[str, Any]:
    ended = run_module(__name__, [what, *map(str, arguments)], home)
    found: dict[str, Any] = json.loads(ended.output.splitlines()[-1])
    return found


def _section(
    seconds: dict[str, list[list[float]]], usual: dict[str, Any], is_known: bool
) -> Section:
    per_second = {
        method: Spread.of(len(epochs) / sum(epochs) for epochs in seconds[method])
        for method in METHODS
    }
    faster = ratios(per_second[Method.FINETUNE], per_second[Method.WHOLE])
    low, high = wilson(usual["correct"], usual["n"])
    speed = Table(
        "Epochs a second",
        ["Fine-tune", "whole network", "Fine-tune / whole"],
        [[*(spread.text(".3f") for spread in per_second.values()), faster.text(before="× ")]],
    )
    stages = usual["stages"]
    reached = Table(
        "Fine-tune with its usual settings",
        ["", *stages, "after features, s", "validation", "test (95 %)"],
        [
            [
                "seconds",
                *(f"{value:.1f}" for value in stages.values()),
                f"{usual['after']:.1f}",
                f"{usual['validation']:.4f}",
                f"{usual['test']:.4f} ({low:.3f} to {high:.3f})",
            ]
        ],
    )
    return Section(
        "Fine-tune",
        [speed, reached],
        [
            Target("times the epochs of the whole network", faster.median, TIMES, True, ".1f"),
            Target(
                f"test accuracy on {images.NAME}",
                usual["test"] if is_known else None,
                ACCURACY,
                True,
                ".4f",
            ),
            Target(
                f"seconds after features on {images.NAME}",
                usual["after"] if is_known else None,
                SECONDS,
                False,
                ".1f",
                "s",
            ),
        ],
        figures={
            "epochs_a_second": {str(name): spread.to_dict() for name, spread in per_second.items()},
            "times_faster": faster.to_dict(),
            "usual": usual,
        },
    )


def measure_epochs(archive: Path, rounds: int, epochs: int) -> dict[str, list[list[float]]]:
    """Seconds of each epoch after the first, by method and round; the methods in turns.

    The first epoch also builds the graphs.
    """
    os.environ[WHOLE_ON_CPU] = "1"
    project = _project(archive)
    found: dict[str, list[list[float]]] = {str(method): [] for method in METHODS}
    for _ in range(rounds):
        for method in METHODS:
            trained = _trained(project, method, epochs=1 + epochs, patience=1 + epochs)
            moments = [_moment(event) for event in _events(trained, "epoch")]
            found[method].append([(b - a).total_seconds() for a, b in pairwise(moments)])
    return found


def measure_usual(archive: Path) -> dict[str, Any]:
    """Seconds of each stage, and what validation and test say."""
    trained = _trained(_project(archive), Method.FINETUNE)
    events = _events(trained, "stage", "finished")
    spans = {
        before["name"]: (_moment(after) - _moment(before)).total_seconds()
        for before, after in pairwise(events)
    }
    report = trained.report()
    assert report is not None
    test = report["test"]
    return {
        "stages": spans,
        "after": sum(spans[name] for name in ("head", "train", "evaluate")),
        "validation": report["validation"]["accuracy"],
        "test": test["accuracy"],
        "n": test["n"],
        "correct": round(test["accuracy"] * test["n"]),
        "kept": report["kept"],
        "epochs_run": report["stages"][str(Method.FINETUNE)]["epochs_run"],
    }


def _project(archive: Path) -> Project:
    project = Workspace().create("Fine-tune")
    with open_source(archive) as source:
        ingest(source, project.folder)
    return project


def _trained(project: Project, method: Method, **changed: Any) -> Run:
    run = Run.plan(project, replace(TrainSettings.usual(method), **changed), SplitSettings())
    perform(str(run.folder))
    if run.state() is not State.FINISHED:
        raise run.snapshot().problem or RuntimeError("the training did not finish")
    return run


def _events(run: Run, *kinds: str) -> list[dict[str, Any]]:
    return [event for event in run.events()[0] if event["event"] in kinds]


def _moment(event: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(event["at"])


if __name__ == "__main__":
    if sys.argv[1] == "epochs":
        found: Any = measure_epochs(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    else:
        found = measure_usual(Path(sys.argv[2]))
    print(json.dumps(found))
