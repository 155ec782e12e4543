"""The worker's side of taking a model away: exported, asked again, and packed into one zip."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.conformal import Conformal
from core.errors import DataProblem, ModelProblem
from core.formats import PARITY_IMAGES, TRAITS, Format
from core.ingest import original_path
from core.jobs.carding import write_cards
from core.jobs.folder import JobFolder
from core.jobs.packing import pack_folder
from core.jobs.run import Run, open_run
from core.jobs.seal import looks_alike
from core.parity import Parity
from core.project import Project
from core.share.demo import write_demo
from core.share.model_folder import Leaving, Sample, preferred, write_beside
from core.share.web_page import write_web_page
from core.split import Side

FILE: Final = "model.zip"
"""name of the zip in the job's folder"""
_PARTS: Final = "parts"
_SAMPLES: Final = 6
_LEARNT: Final = 100  # training images by which whole numbers are rounded


@dataclass(frozen=True)
class _Asked:
    """Images that every exported file is asked about."""

    table: pd.DataFrame
    pixels: NDArray[np.uint8]
    before: NDArray[np.float64]


def run(job: JobFolder) -> dict[str, Any]:
    """Export the run that the request names as ``run``, in the ``formats`` that it lists.

    With ``demo``, there is LiteRT among the formats, and a demo for the web is added. With ``web``,
    there is ONNX, and a page that needs no server is added; ``runtime`` then is the folder of what
    the page runs on, where that is to be laid in.
    """
    project = Project(job.folder.parents[1])
    trained = open_run(project, str(job.request.get("run")))
    forms = preferred([Format(form) for form in job.request.get("formats") or []])
    with_demo, with_page = bool(job.request.get("demo")), bool(job.request.get("web"))
    runtime = Path(job.request["runtime"]) if job.request.get("runtime") else None
    parts = job.folder / _PARTS
    shutil.rmtree(parts, ignore_errors=True)  # of an earlier attempt
    try:
        parities = export_model(trained, forms, parts, job)
        if with_demo:
            write_demo(parts)
        if with_page:
            write_web_page(parts, runtime)
        job.stage("zip", "Packing", len(forms) + 2, len(forms) + 2)
        size = pack_folder(parts, job.folder / FILE, job)
    finally:
        shutil.rmtree(parts, ignore_errors=True)
    return {"file": FILE, "bytes": size, "parity": [parity.to_dict() for parity in parities]}


def export_model(
    run: Run, forms: list[Format], out: Path, job: JobFolder | None = None
) -> list[Parity]:
    """Write the model of ``run`` in each of ``forms``, with its cards and what else stands beside.

    Every file is loaded again and asked about up to `PARITY_IMAGES` images.

    Args:
        run: a finished one.
        forms: the formats, the first for the snippet.
        out: a folder that is empty or not there yet.
        job: told of the progress, and asked whether to stop.

    Raises:
        DataProblem: an original is gone, or no format was asked for.
        ModelProblem: a file could not be written, or does not say what the model said.
        Stopped: ``job`` was asked to stop.
    """
    from core.ml.exporting import export

    if not forms:
        raise DataProblem("No format was chosen", "A model leaves as at least one file", "Take one")
    out.mkdir(parents=True, exist_ok=True)
    _stage(job, "ask", "Asking the model", 1, len(forms))
    asked = _asked(run)
    parities = []
    with TemporaryDirectory(prefix=".asked-", dir=out) as scratch:
        images = Path(scratch) / "images.npz"
        np.savez(images, allow_pickle=False, asked=asked.pixels, learnt=_learnt(run, forms))
        for place, form in enumerate(forms, start=2):
            _stage(
                job, str(form), f"Writing {TRAITS[form].title}, and asking it", place, len(forms)
            )
            stop = job.stop_requested if job else lambda: False
            after = export(form, run.model_file, out, images, stop)
            parities.append(_compared(form, asked, after, run, out))
    write_beside(_leaving(run, asked, parities), out)
    write_cards(run, out)
    return parities


def _stage(job: JobFolder | None, name: str, title: str, place: int, forms: int) -> None:
    if job is not None:
        job.stage(name, title, place, forms + 2)


def _compared(
    form: Format, asked: _Asked, after: NDArray[np.float64], run: Run, out: Path
) -> Parity:
    labels = asked.table["label"].map({name: place for place, name in enumerate(run.classes)})
    path = out / TRAITS[form].file
    inside = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    size = sum(each.stat().st_size for each in inside)
    parity = Parity.of(form, asked.before, after, labels.to_numpy(np.int64), size)
    if parity.refused:
        raise ModelProblem(
            f"The model as {TRAITS[form].title} does not say what it said before",
            parity.refused,
            "Leave this format out, and export again",
        )
    return parity


def _asked(run: Run) -> _Asked:
    """Validation images, of every class in turn, and training images where those are few.

    The test images stay sealed.
    """
    from core.ml import classifier
    from core.ml.run_model import run_model

    images = run.images()
    held = _in_turns(images[images["split"] == Side.VALIDATION])
    learnt = _in_turns(images[images["split"] == Side.TRAIN])
    lacking = max(0, PARITY_IMAGES // 2 - len(held))
    chosen = pd.concat([held.head(PARITY_IMAGES), learnt.head(lacking)], ignore_index=True)
    pixels = _pixels(run, chosen)
    before = classifier.predict(run_model(run).keras, list(pixels))
    return _Asked(chosen, pixels, before)


def _learnt(run: Run, forms: list[Format]) -> NDArray[np.uint8]:
    """Training images, of every class in turn; none where nobody rounds by them."""
    images = run.images()
    learnt = _in_turns(images[images["split"] == Side.TRAIN])
    return _pixels(run, learnt.head(_LEARNT if Format.LITERT_INT8 in forms else 0))


def _in_turns(images: pd.DataFrame) -> pd.DataFrame:
    """``images``, one of each class after the other."""
    turns = images.groupby("label", observed=True, sort=False).cumcount()
    return images.iloc[np.argsort(turns.to_numpy(), kind="stable")]


def _pixels(run: Run, table: pd.DataFrame) -> NDArray[np.uint8]:
    from core.ml.features import loader

    size, fit, folder = run.settings.pixels, run.settings.fit, run.project.folder
    found = np.empty((len(table), size, size, 3), np.uint8)
    for place, sha in enumerate(table["sha256"]):
        found[place] = loader(original_path(folder, str(sha)), size, fit)()
    return found


def _leaving(run: Run, asked: _Asked, parities: list[Parity]) -> Leaving:
    report = run.report() or {}
    answers = run.predictions()
    held = answers[answers["split"] == Side.VALIDATION]
    numbers = held["label"].map({name: place for place, name in enumerate(run.classes)})
    columns = [f"p_{place}" for place in range(len(run.classes))]
    first = asked.table.head(_SAMPLES)
    return Leaving(
        name=run.name,
        classes=run.classes,
        settings=run.settings,
        scores=_scores(run, report),
        origin={"run": run.id} | {key: report.get(key, {}) for key in ("versions", "hashes")},
        conformal=Conformal.of(held[columns].to_numpy(np.float64), numbers.to_numpy(np.int64)),
        parities=parities,
        samples=[
            Sample(asked.pixels[place], str(label), asked.before[place])
            for place, label in enumerate(first["label"])
        ],
    )


def _scores(run: Run, report: dict[str, Any]) -> dict[str, Any]:
    """By side; that of the test images only where they were opened, and how often."""
    scores = {"validation": _score(report["validation"])}
    looks = len(looks_alike(run))
    if looks:
        scores["test"] = _score(report["test"]) | {"looks": looks}
    return scores


def _score(figures: dict[str, Any]) -> dict[str, Any]:
    return {key: figures[key] for key in ("accuracy", "accuracy_low", "accuracy_high", "n")}
