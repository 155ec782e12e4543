"""The worker's side of the field test: images from elsewhere read, answered, and compared.

They never join the project: originals are removed as soon as they are answered; the figures, the
answers and the thumbnails stay beside the run.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core import catalogue, field, files, renaming, results
from core.audit.measure import Measurer, read_measurements
from core.errors import DataProblem, ModelProblem, ProjectProblem
from core.field import Apart, Change, FieldTest
from core.ingest import Keep, Rejection, ingest, open_source, original_path
from core.ingest.archives import Archive
from core.ingest.take import READING
from core.jobs import seal
from core.jobs.features import counted
from core.jobs.field_tests import ANSWERS, place_of
from core.jobs.folder import JobFolder
from core.jobs.naming import names_now
from core.jobs.own_images import COLUMNS, own_images
from core.jobs.reference import reference
from core.jobs.run import Run, open_run
from core.ml.features import Features, loader
from core.ml.run_model import run_model
from core.project import Project, now
from core.split import Side

_STAGES = 4
_NAME_LENGTH = 80
_ASKED = 600  # images from elsewhere of which it is asked what is different


@dataclass(frozen=True)
class Answered:
    """Images from elsewhere with the answers of a run; rows of every part are in one order.

    Attributes:
        table: as `core.results.predictions` has it, labels in the run's own names.
        embeddings: (n, width) float32.
        measured: `core.jobs.own_images.COLUMNS` of each.
        rejected: files that could not be taken.
        unlabelled: images that have no label, which were not asked about.
    """

    table: pd.DataFrame
    embeddings: Features
    measured: pd.DataFrame
    rejected: tuple[Rejection, ...]
    unlabelled: int


def run(job: JobFolder) -> dict[str, Any]:
    """Try a run on the images of the zip in the job's folder.

    The request holds ``run``, its id; ``path``, the zip; ``name``, what the user calls it.
    """
    project = Project(job.folder.parents[1])
    which = open_run(project, str(job.request["run"]))
    path, name = job.folder / job.request["path"], str(job.request["name"])
    place = place_of(which, job.id)
    images = place / "images"
    shutil.rmtree(place, ignore_errors=True)  # what an attempt left that was interrupted
    try:
        limits = job.limits.of_ingest() if job.limits else None
        with open_source(path, limits) as source:
            answered = answers_to(which, source, images, job, name, Keep.ALL)
        found, table = compare(which, answered, job, name)
        (images / "thumbs").rename(place / "thumbs")
        shutil.rmtree(images)
        files.write_table(place / ANSWERS, table)
        found.save(place)
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    path.unlink(missing_ok=True)
    return {"images": found.images, "accuracy": found.drops.accuracy.after, "place": place.name}


def answers_to(
    run: Run, source: Archive, folder: Path, job: JobFolder, name: str, keep: Keep = Keep.ORIGINALS
) -> Answered:
    """Read the labelled images of ``source`` into ``folder`` and ask ``run`` about them.

    Args:
        run: a finished one.
        source: images in class folders, or labelled in any other way that ingest understands.
        folder: a new one, which the caller removes.
        job: told of the progress, and asked whether to stop.
        name: what the images are called.
        keep: what is written into ``folder``.

    Raises:
        DataProblem: there are no labelled images.
        ModelProblem: the model is missing or damaged.
        ProjectProblem: the disk is full.
        Stopped: ``job`` was asked to stop.
    """
    place = Project.create_at(folder, name[:_NAME_LENGTH].strip() or "Images")
    measurer = Measurer(place)
    _stage(job, 1)
    result = ingest(
        source,
        folder,
        on_progress=_reading(job),
        should_stop=job.stop_requested,
        limits=job.limits.of_ingest() if job.limits else None,
        look=measurer,
        keep=keep,
    )
    measurer.save()
    images = place.read_table(place.catalogue_file)
    if images.empty:
        raise DataProblem(
            "There is no image to try it on",
            f"{name} holds no readable image with a label",
            "Give a zip with one folder a class, named like the classes of the run",
        )
    hashes = images["sha256"].astype(str).tolist()
    measured = read_measurements(place, hashes).reset_index(drop=True)
    measured[["width", "height"]] = images[["width", "height"]].to_numpy(np.float64)
    meant = field.same_names(images["label"], run.classes, _other_names(run))
    images = images[["image_id", "sha256", "source", "label"]]
    images = images.assign(label=images["label"].map(meant))
    _stage(job, 2)
    model = run_model(run)
    if model.kernel.shape[1] != len(run.classes):
        raise ModelProblem(
            "The model is not the one that was trained here",
            f"It tells {model.kernel.shape[1]} classes apart, the run has {len(run.classes)}",
            "Train again",
        )
    loaders = [loader(original_path(folder, sha), model.size, model.fit) for sha in hashes]
    answers = model.answer(counted(loaders, job), job.check_stop)
    table = results.predictions(images, answers.probabilities, run.classes)
    return Answered(
        table, answers.embeddings, measured[list(COLUMNS)], result.rejected, result.aside
    )


def compare(
    run: Run, answered: Answered, job: JobFolder, name: str
) -> tuple[FieldTest, pd.DataFrame]:
    """Hold the answers to images from elsewhere against those to the run's own images.

    Those are its test images where they are open, else its validation images.

    Args:
        run: that gave the answers.
        answered: the answers.
        job: told of the progress, and asked whether to stop.
        name: what the images are called.

    Returns:
        What was found, and the table of answers with ``compared``: whether an image counts; and
        ``seeming``: how much it seems to be from elsewhere, NaN where that was not asked.

    Raises:
        DataProblem: there is nothing that can be compared.
        ProjectProblem: a table of the run is damaged.
        Stopped: ``job`` was asked to stop.
    """
    table = answered.table
    side = str(Side.TEST if seal.is_open(run) else Side.VALIDATION)
    taught = run.images()
    is_learnt = table["sha256"].isin(taught.loc[taught["split"] == Side.TRAIN, "sha256"])
    is_known = table["label"].isin(run.classes)
    own = run.predictions()
    own = own[own["split"] == side]
    is_own = table["sha256"].isin(own["sha256"])  # the tests take them for other images
    counts = is_known & ~is_learnt & ~is_own
    _require_some(run, table, is_known, counts)
    there = table[counts]
    _stage(job, 3)
    different, seeming = _differences(run, answered, counts.to_numpy(), job, side)
    low, high = results.wilson(int(there["correct"].sum()), len(there))
    found = FieldTest(
        name=name,
        made=now(),
        side=side,
        images=len(table),
        learnt=int((is_known & is_learnt).sum()),
        own=int((is_known & is_own).sum()),
        unknown={str(k): int(n) for k, n in table.loc[~is_known, "label"].value_counts().items()},
        unreadable=len(answered.rejected),
        unlabelled=answered.unlabelled,
        drops=field.drops(own, there, run.classes),
        accuracy_low=low,
        accuracy_high=high,
        sure_before=float(own["confidence"].mean()),
        sure_after=float(there["confidence"].mean()),
        **different,
    )
    return found, table.assign(compared=counts, seeming=seeming)


def _differences(
    run: Run, answered: Answered, counts: np.ndarray, job: JobFolder, side: str
) -> tuple[dict[str, Any], np.ndarray]:
    """What `FieldTest` tells of the images themselves, and how far each seems from elsewhere."""
    seeming = np.full(len(counts), np.nan)
    nothing: tuple[Change, ...] = ()
    apart: Apart | None
    try:
        # Sealed test images have no say; open ones and validation together tell more
        own = own_images(run, job, sides={Side.VALIDATION, side})
    except (DataProblem, ProjectProblem):
        why = "The run's own images are gone, so nobody can say what is different about these."
        return {"changes": nothing, "apart": None, "why_not": why}, seeming
    asked = np.random.default_rng(0).permutation(np.flatnonzero(counts))
    rows = np.sort(asked[:_ASKED])
    _stage(job, 4)
    labels = pd.concat([own.images["label"], answered.table["label"].iloc[rows]]).astype(str)
    numbers = pd.Index(run.classes).get_indexer(pd.Index(labels))
    after = np.arange(len(numbers)) >= len(own.images)
    measured = pd.concat([own.measured, answered.measured.iloc[rows]], ignore_index=True)
    seen = np.concatenate([own.embeddings, answered.embeddings[rows]])
    apart, leaning = field.tell_apart(seen, numbers, after, should_stop=job.stop_requested)
    seeming[rows] = leaning[after]
    return {
        "changes": field.changes(measured, numbers, after),
        "apart": apart,
        "unlike": _unlike(run, own.embeddings, answered.embeddings[counts], job),
    }, seeming


def _unlike(
    run: Run, before: Features, after: Features, job: JobFolder
) -> tuple[float, float] | None:
    """The share of images that look like nothing the run learnt from, of either side."""
    try:
        gate = reference(run, job).gate
    except (DataProblem, ModelProblem, ProjectProblem):
        return None
    return float(gate.unlike(before).mean()), float(gate.unlike(after).mean())


def _require_some(run: Run, table: pd.DataFrame, is_known: pd.Series, counts: pd.Series) -> None:
    if not is_known.any():
        found, known = sorted(table["label"].unique()), run.classes
        raise DataProblem(
            "None of these classes is known",
            f"Found {_some(found)}; the classifier tells {_some(known)} apart",
            "Name the folders like the classes of the classifier",
        )
    if not counts.any():
        raise DataProblem(
            "The classifier knows all of these images",
            f"{int(is_known.sum()):,} images are among those that it learnt from or is compared on",
            "Take images that it has never seen, from another place or camera",
        )


def _some(names: list[str]) -> str:
    return ", ".join(f"'{name}'" for name in names[:4]) + (" and others" if len(names) > 4 else "")


def _other_names(run: Run) -> dict[str, str]:
    """The classes of ``run`` by what they were called before it was trained, and since.

    A name that stands for several of them now, since they were merged, means none.
    """
    try:
        since = names_now(run)
        once = renaming.follow(catalogue.decisions(run.project))
    except ProjectProblem:
        return {}
    own: dict[str, list[str]] = {}
    for name in run.classes:
        own.setdefault(since.get(name, name), []).append(name)
    once |= {name: name for name in own}
    return {name: own[now][0] for name, now in once.items() if len(own.get(now, ())) == 1}


def _reading(job: JobFolder) -> Callable[[str, int, int], None]:
    """Tells how many images are read; that the tables are saved is not worth a word."""
    return lambda stage, done, total: job.progress(done, total) if stage == READING else None


def _stage(job: JobFolder, number: int) -> None:
    names = ("Reading images", "Asking the classifier", "Looking at your own images", "Comparing")
    label = names[number - 1]
    job.stage(label.lower().replace(" ", "-"), label, number, _STAGES)
