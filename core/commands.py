"""What the command line does: the same core as the pages use, without a browser or an engine."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from PIL.Image import Image

from core import files, results, split
from core.audit import CHECKS, Evidence, Findings, Needs, examine, report
from core.audit.measure import Measurer
from core.catalogue import in_force
from core.errors import (
    DataProblem,
    EngineProblem,
    ModelProblem,
    Problem,
    ProjectProblem,
    Stopped,
)
from core.ingest import Keep, decode, fit_image, ingest, open_source, read_layout
from core.jobs.folder import JobFolder, State
from core.jobs.memory import give_back_memory, peak_rss_mb
from core.jobs.run import Run
from core.jobs.tasks import perform
from core.project import Project, new_id
from core.settings import TrainSettings

Report = dict[str, Any]
_CHUNK = 64  # images that are held at a time
_NAME_LENGTH = 80


def run_audit(source: Path, project_folder: Path | None, with_features: bool = True) -> Report:
    """Ingest ``source`` (a zip, a folder of images, or a project) and run every check.

    Args:
        source: what to look at.
        project_folder: where the project stays; None: nowhere.
        with_features: run also what needs the pretrained network: the checks of labels, and
            the questions to the data before training.
    """
    keep = Keep.ORIGINALS if with_features else Keep.TABLES
    with _project(source, project_folder, True, keep) as (project, ingest_seconds):
        give_back_memory()
        began = time.perf_counter()
        _do(project, "audit", {"features": with_features})
        found = Findings.load(project)
        assert found is not None  # the job saved it
        answer = report(found, in_force(project))
        seconds = {"ingest": ingest_seconds, "audit": time.perf_counter() - began}
        if with_features:
            began = time.perf_counter()
            answer["preflight"] = _preflight(project)
            seconds["preflight"] = time.perf_counter() - began
    seconds["total"] = sum(seconds.values())
    answer["seconds"] = {name: round(value, 3) for name, value in seconds.items()}
    answer["peak_rss_mb"] = peak_rss_mb()
    return answer


def _preflight(project: Project) -> Any:
    """What the preflight found; what it could not do, as a problem in words."""
    try:
        _do(project, "preflight", {})
    except DataProblem as problem:  # too few images, say: the checks stand for themselves
        return {"problem": str(problem)}
    images = in_force(project)
    sources = dict(zip(images["image_id"], images["source"], strict=True))
    return _named(files.read_json(project.preflight_file), sources)


def _named(value: Any, sources: dict[str, str]) -> Any:
    """``value`` with the ids of images replaced by where they came from."""
    if isinstance(value, dict):
        return {name: _named(entry, sources) for name, entry in value.items()}
    if isinstance(value, list):
        return [_named(entry, sources) for entry in value]
    return sources.get(value, value) if isinstance(value, str) else value


def _do(project: Project, kind: str, request: Report) -> None:
    """Do a job on ``project`` here and now."""
    job = JobFolder.create(project.jobs / new_id(kind), kind, request)
    with _told(job):
        perform(str(job.folder))
    _require_finished(job)


def run_train(
    source: Path,
    out: Path,
    settings: TrainSettings,
    project_folder: Path | None,
) -> Report:
    """Ingest ``source``, train on it, and leave the run in ``out``.

    The images are divided as the project has it, by the seed of the training.
    """
    began = time.perf_counter()
    out = out.resolve()  # so that it has a name, whatever way leads to it
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise ProjectProblem(
            f"{out} is no empty folder",
            "A run needs one of its own",
            "Name a new folder with --out",
        )
    with _project(source, project_folder) as (project, ingest_seconds):
        audit_began = time.perf_counter()
        evidence = Evidence(in_force(project), rejected=project.rejected())
        examine(evidence, [check for check in CHECKS if check.needs is Needs.TABLE])
        audit_seconds = time.perf_counter() - audit_began
        divided = replace(split.in_force(project), seed=settings.seed)
        run = Run.plan(project, settings, divided, folder=out)
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
    run = Run(run_folder)
    rows, answers, unreadable = [], [], []
    with open_source(_existing(source)) as archive:
        from core.ml import classifier  # only now: what is misspelt is told at once

        layout = read_layout(archive)
        unreadable += [{"file": item.name, "reason": item.reason} for item in layout.rejected]
        model, size = _model_of(run)
        total = len(layout.entries)
        for start in range(0, total, _CHUNK):
            pixels = []
            for entry in layout.entries[start : start + _CHUNK]:
                member = archive.members[entry.index]
                try:
                    image = decode(archive.read(member), at_least=size)
                except DataProblem as problem:
                    unreadable.append({"file": member.name, "reason": problem.title})
                    continue
                pixels.append(fit_image(image, size, run.settings.fit))
                rows.append({"image_id": member.name, "label": entry.label})
            answers.append(classifier.predict(model, pixels))
            _tell("Evaluating", min(start + _CHUNK, total), total)
    if not rows:
        raise DataProblem(
            "There is no image to evaluate on",
            f"{source.name} holds no readable image in a class folder",
            "Give a zip or a folder with one folder a class",
        )
    table = results.predictions(pd.DataFrame(rows), np.concatenate(answers), run.classes)
    return _evaluation(table, run.classes, unreadable)


def _evaluation(table: pd.DataFrame, classes: list[str], unreadable: list[Any]) -> Report:
    figures = results.metrics(table, classes)
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
        "unknown_classes": sorted(set(table["label"]) - set(classes)),
        "unreadable": unreadable,
    }


def run_predict(run_folder: Path, images: list[Path]) -> Report:
    """What the model of a run says of single images, each with all probabilities."""
    run = Run(run_folder)
    from core.ml import classifier

    model, size = _model_of(run)
    answers: list[dict[str, Any]] = []
    for start in range(0, len(images), _CHUNK):
        chunk = images[start : start + _CHUNK]
        pixels = [fit_image(_image(path, size), size, run.settings.fit) for path in chunk]
        for path, row in zip(chunk, classifier.predict(model, pixels), strict=True):
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


def _model_of(run: Run) -> tuple[Any, int]:
    """The trained Keras model of ``run`` and the side of its images."""
    from core.ml import classifier

    model = classifier.load(run.model_file)
    if model.output_shape[-1] != len(run.classes):
        raise ModelProblem(
            "The model is not the one that was trained here",
            f"It tells {model.output_shape[-1]} classes apart, the run has {len(run.classes)}",
            "Train again",
        )
    return model, int(model.input_shape[1])


def _image(path: Path, size: int) -> Image:
    try:
        return decode(path.read_bytes(), at_least=size)
    except OSError as error:
        raise DataProblem(f"{path} cannot be read", str(error.strerror)) from error
    except DataProblem as problem:
        raise DataProblem(f"{path}: {problem.title}", problem.detail, problem.fix) from problem


@contextmanager
def _project(
    source: Path, folder: Path | None, measured: bool = False, keep: Keep = Keep.ORIGINALS
) -> Iterator[tuple[Project, float]]:
    """The project with the images of ``source``, and the seconds that ingest took.

    ``source`` may be a project itself. Without ``folder`` the project lives as long as the
    block. With ``measured``, images are measured as they are decoded; ``keep`` says what is
    written for a project that does not outlive the block.
    """
    if (source / "project.json").is_file():
        if folder is not None and folder.resolve() != source.resolve():
            raise ProjectProblem(
                "Two projects are named",
                f"The images are those of {source}, so nothing would go into {folder}",
                "Leave --project out",
            )
        yield Project(source), 0.0
        return
    _existing(source)
    began = time.perf_counter()
    root = Path(tempfile.mkdtemp(prefix="firstlight-")) if folder is None else folder
    try:
        project = _open_or_create(root, _name_of(source))
        measurer = Measurer(project) if measured else None
        with open_source(source) as archive:
            ingest(
                archive,
                project.folder,
                on_progress=_tell,
                look=measurer,
                keep=keep if folder is None else Keep.ALL,
            )
        if measurer is not None:
            measurer.save()
        yield project, time.perf_counter() - began
    finally:
        if folder is None:
            shutil.rmtree(root, ignore_errors=True)


def _existing(source: Path) -> Path:
    if not source.exists():
        raise DataProblem(f"{source} was not found", "Expected a zip, a folder or a project")
    return source


def _name_of(source: Path) -> str:
    return source.resolve().stem[:_NAME_LENGTH].strip() or "Images"


def _open_or_create(folder: Path, name: str) -> Project:
    if (folder / "project.json").is_file():
        return Project(folder)
    return Project.create_at(folder, name)


def _require_finished(job: JobFolder) -> None:
    match job.state():
        case State.FINISHED:
            return
        case State.STOPPED:
            raise Stopped
        case _:
            problem = job.snapshot().problem
            raise problem or EngineProblem("The work did not finish")


@contextmanager
def _told(job: JobFolder) -> Iterator[None]:
    """Tell on standard error how ``job`` goes, by following its events."""
    from threading import Event, Thread

    over = Event()

    def follow() -> None:
        at, label = 0, ""
        while True:
            last = over.wait(0.5)
            events, at = job.events(at)
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
    """One line a stage: on a terminal it counts, in a log it stands when the stage is done."""
    is_done, is_seen = done >= total, sys.stderr.isatty()
    if is_seen or is_done:
        start, end = "\r" if is_seen else "", "\n" if is_done else ""
        print(f"{start}{stage}: {done} of {total}", end=end, file=sys.stderr, flush=True)


def write_report(report: Report, path: Path | None) -> None:
    """Write ``report`` as JSON to ``path``, where one was asked for."""
    if path is None:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_json(path, report)
    except OSError as error:
        raise Problem(f"{path} cannot be written", str(error.strerror)) from error
