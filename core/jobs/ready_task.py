"""The worker's side of the check before a lesson: what has to be tried to be known."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from core.errors import ModelProblem, Stopped
from core.ingest import ingest, open_source
from core.ingest.samples import Sample, sample
from core.jobs import train_task
from core.jobs.folder import JobFolder
from core.jobs.run import Run
from core.jobs.tasks import as_problem
from core.ml.convert import converted, has_litert
from core.ml.features import extractor
from core.ml.weights import PUBLISHED, published_weights
from core.project import Project
from core.ready import Line, tried
from core.settings import SplitSettings, TrainSettings

EACH: Final = 8  # images a class of the small training
_SAMPLE: Final = "leaves"
_EPOCHS: Final = 10
_SLOW: Final = (
    "It is prepared, and runs with Keras: LiteRT, which is several times as fast, has no package "
    "for this kind of computer."
)


def run(job: JobFolder) -> dict[str, Any]:
    """Load the weights, the converted network, and train on a few images.

    The ``finished`` event holds what `core.ready.Line.to_json` makes of each.
    """
    steps: list[tuple[str, Callable[[JobFolder], str]]] = [
        ("Weights", _weights),
        ("Pretrained network", _network),
        ("A small training", _training),
    ]
    lines: list[Line] = []
    for number, (title, act) in enumerate(steps, start=1):
        job.stage("ready", title, number, len(steps))
        job.check_stop()
        lines.append(tried(title, partial(_told, act, job)))
        job.progress(number, len(steps))
    return {"lines": [line.to_json() for line in lines]}


def _told(act: Callable[[JobFolder], str], job: JobFolder) -> str:
    """What ``act`` tells; whatever goes wrong in it becomes a Problem."""
    try:
        return act(job)
    except Stopped:
        raise
    except Exception as error:
        raise as_problem(error, job) from error


def _weights(job: JobFolder) -> str:
    for backbone in PUBLISHED:
        published_weights(backbone)
    return f"{len(PUBLISHED)} networks are here, as published."


def _network(job: JobFolder) -> str:
    backbone = TrainSettings().backbone
    found = converted(backbone, backbone.image_size, job.stop_requested)
    extractor(found, threads=1)
    return "It is prepared, and runs with LiteRT." if has_litert() else _SLOW


def _training(job: JobFolder) -> str:
    with tempfile.TemporaryDirectory(prefix="firstlight-", ignore_cleanup_errors=True) as place:
        project = Project.create_at(Path(place) / "project", "Ready?")
        with open_source(_few(sample(_SAMPLE), Path(place) / "images")) as source:
            taken = ingest(source, project.folder)
        made = Run.plan(project, TrainSettings(epochs=_EPOCHS), SplitSettings())
        train_task.run(made)
        report = made.report()
    if report is None:
        raise ModelProblem("The small training left no result")
    seconds = report["seconds"]
    return (
        f"{taken.added} images were seen in {seconds['features']:.1f} s and learnt in "
        f"{seconds['train']:.1f} s."
    )


def _few(whole: Sample, folder: Path) -> Path:
    """A folder with some images of each class of ``whole``."""
    with zipfile.ZipFile(whole.path) as archive:
        for label in whole.classes:
            names = [name for name in archive.namelist() if name.startswith(f"{label}/")]
            archive.extractall(folder, names[:EACH])
    return folder
