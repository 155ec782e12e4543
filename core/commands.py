"""What the command line does: the same core as the pages use, without a browser or an engine."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

from core import files, results
from core.audit import audit
from core.catalogue import in_force
from core.errors import DataProblem, EngineProblem, Problem, ProjectProblem, Stopped
from core.ingest import decode, fit_image, ingest, open_source, understand
from core.jobs.folder import State
from core.jobs.memory import peak_rss_mb
from core.jobs.run import Run
from core.jobs.tasks import perform
from core.project import Project
from core.settings import SplitSettings, TrainSettings

Report = dict[str, Any]
_CHUNK = 64  # images that `evaluate` holds at a time


def run_audit(source: Path, project_folder: Path | None) -> Report:
    """Ingest ``source`` (a zip, a folder of images, or a project) and run every check."""
    with _project(source, project_folder) as (project, _):
        return audit(in_force(project), project.rejected())


def run_train(
    source: Path,
    out: Path,
    settings: TrainSettings,
    split: SplitSettings,
    project_folder: Path | None,
) -> Report:
    """Ingest ``source``, train on it, and leave the run in ``out``."""
    began = time.perf_counter()
    if out.exists() and any(out.iterdir()):
        raise ProjectProblem(
            f"{out} is not empty", "A run needs a folder of its own", "Name a new folder with --out"
        )
    with _project(source, project_folder) as (project, ingest_seconds):
        audit_began = time.perf_counter()
        audit(in_force(project), project.rejected())
        audit_seconds = time.perf_counter() - audit_began
        run = Run.plan(project, settings, split, folder=out)
        with _told(run):
            perform(str(out))
        _require_finished(run)
    report = run.report()
    assert report is not None  # a finished run has one
    seconds = {"ingest": ingest_seconds, "audit": audit_seconds, **report["seconds"]}
    seconds["total"] = time.perf_counter() - began
    test = report["test"]
    return {
        "method": str(settings.method),
        "classes": report["classes"],
        "n_train": report["n"]["train"],
        "n_val": report["n"]["validation"],
        "n_test": report["n"]["test"],
        **{
            name: test[name]
            for name in ("accuracy", "accuracy_low", "accuracy_high", "balanced_accuracy")
        },
        "majority_baseline": test["majority_baseline"],
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
        "peak_rss_mb": peak_rss_mb(),
    }


def run_evaluate(run_folder: Path, source: Path) -> Report:
    """Try the model of a run on the labelled images in ``source``, all of them.

    Images of classes that the model does not know count as mistakes.
    """
    from core.ml import classifier

    run = Run(run_folder)
    model = classifier.load(run.model_file)
    size, unreadable, rows, parts = int(model.input_shape[1]), [], [], []
    with open_source(source) as archive:
        layout = understand([member.name for member in archive.members])
        unreadable += [
            {"file": archive.members[item.index].name, "reason": item.reason}
            for item in layout.rejected
        ]
        for start in range(0, len(layout.entries), _CHUNK):
            pixels = []
            for entry in layout.entries[start : start + _CHUNK]:
                name = archive.members[entry.index].name
                try:
                    data = archive.read(archive.members[entry.index])
                    image = decode(data, at_least=size)
                except DataProblem as problem:
                    unreadable.append({"file": name, "reason": problem.title})
                    continue
                pixels.append(fit_image(image, size, run.settings.fit))
                rows.append({"image_id": name, "label": entry.label})
            parts.append(classifier.predict(model, pixels))
            _tell("Evaluating", start + len(pixels), len(layout.entries))
    if not rows:
        raise DataProblem(
            "There is no image to evaluate on",
            f"{source.name} holds no readable image in a class folder",
            "Give a zip or a folder with one folder a class",
        )
    import numpy as np

    table = results.predictions(pd.DataFrame(rows), np.concatenate(parts), run.classes)
    known = table["label"].isin(run.classes)
    figures = results.metrics(table[known], run.classes)
    correct = int(table["correct"].sum())
    low, high = results.wilson(correct, len(table))
    columns = ("label", "precision", "recall", "n")
    return {
        "n": len(table),
        "accuracy": correct / len(table),
        "accuracy_low": low,
        "accuracy_high": high,
        "balanced_accuracy": figures["balanced_accuracy"],
        "per_class": [{name: row[name] for name in columns} for row in figures["per_class"]],
        "unknown_classes": sorted(table.loc[~known, "label"].unique()),
        "unreadable": unreadable,
    }


def run_predict(run_folder: Path, images: list[Path]) -> Report:
    """What the model of a run says of single images, each with all probabilities."""
    from core.ml import classifier

    run = Run(run_folder)
    model = classifier.load(run.model_file)
    size = int(model.input_shape[1])
    pixels = []
    for path in images:
        try:
            image = decode(path.read_bytes(), at_least=size)
        except OSError as error:
            raise DataProblem(f"{path} cannot be read", str(error.strerror)) from error
        except DataProblem as problem:
            raise DataProblem(f"{path}: {problem.title}", problem.detail, problem.fix) from problem
        pixels.append(fit_image(image, size, run.settings.fit))
    answers = []
    for path, row in zip(images, classifier.predict(model, pixels), strict=True):
        by_class = {name: float(p) for name, p in zip(run.classes, row, strict=True)}
        best = max(by_class, key=lambda name: by_class[name])
        answers.append(
            {
                "file": str(path),
                "predicted": best,
                "confidence": by_class[best],
                "probabilities": by_class,
            }
        )
    return {"predictions": answers}


@contextmanager
def _project(source: Path, folder: Path | None) -> Iterator[tuple[Project, float]]:
    """The project with the images of ``source``, and the seconds that ingest took.

    ``source`` may be a project itself. Without ``folder`` the project lives as long as the block.
    """
    if (source / "project.json").is_file():
        yield Project(source), 0.0
        return
    if not source.exists():
        raise DataProblem(f"{source} was not found", "Expected a zip, a folder or a project")
    began = time.perf_counter()
    root = Path(tempfile.mkdtemp(prefix="firstlight-")) if folder is None else folder
    try:
        project = _open_or_create(root, source.stem)
        with open_source(source) as archive:
            ingest(archive, project.folder, on_progress=_tell)
        yield project, time.perf_counter() - began
    finally:
        if folder is None:
            shutil.rmtree(root, ignore_errors=True)


def _open_or_create(folder: Path, name: str) -> Project:
    if (folder / "project.json").is_file():
        return Project(folder)
    return Project.create_at(folder, name)


def _require_finished(run: Run) -> None:
    match run.state():
        case State.FINISHED:
            return
        case State.STOPPED:
            raise Stopped
        case _:
            problem = run.snapshot().problem
            raise problem or EngineProblem("The training did not finish")


@contextmanager
def _told(run: Run) -> Iterator[None]:
    """Tell on standard error how ``run`` goes, by following its events."""
    from threading import Event, Thread

    over = Event()

    def follow() -> None:
        at, label = 0, ""
        while True:
            last = over.wait(0.5)
            events, at = run.events(at)
            for event in events:
                if event["event"] == "stage":
                    label = event["label"]
                elif event["event"] == "progress":
                    _tell(label, event["done"], event["total"])
                elif event["event"] == "epoch":
                    _tell(label, event["epoch"], event["of"])
            if last:
                return

    thread = Thread(target=follow, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _tell(stage: str, done: int, total: int) -> None:
    end = "\n" if done >= total else ""
    if sys.stderr.isatty() or end:
        print(f"\r{stage}: {done} of {total}", end=end, file=sys.stderr, flush=True)


def write_report(report: Report, path: Path | None) -> None:
    """Write ``report`` as JSON to ``path``, where one was asked for."""
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_json(path, report)
    except OSError as error:
        raise Problem(f"{path} cannot be written", str(error.strerror)) from error
