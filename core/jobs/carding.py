"""Collecting what the model card and the data card are written from, and writing them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import audit, catalogue, files, split
from core.calibration import reliability
from core.conformal import RATES, Conformal, crosswise, judged
from core.errors import ProjectProblem
from core.ingest.tables import read_unlabelled
from core.jobs.run import Run
from core.jobs.trusting import known
from core.preflight import Preflight, Shortcut
from core.project import Project
from core.share.cards import (
    Card,
    CardFields,
    DataFacts,
    Divided,
    ModelFacts,
    Promise,
    data_card,
    markdown,
    model_card,
    page,
)
from core.share.cards import fields as card_fields
from core.split import Side

MODEL_CARD: Final = "MODEL_CARD"
DATA_CARD: Final = "DATA_CARD"
_FORMS: Final = {".md": markdown, ".html": page}


def write_cards(run: Run, folder: Path, names: bool = False) -> list[str]:
    """Write the model card and the data card of ``run`` into ``folder``, each in both forms.

    A run whose project is gone has no data card.

    Args:
        run: a finished one.
        folder: is there already.
        names: whether the data card names files; not where it leaves with a model.

    Returns:
        The names of the files.

    Raises:
        ProjectProblem: what the run found is damaged.
        OSError: the disk is full or may not be written.
    """
    cards = {MODEL_CARD: card_of_model(run)}
    project = _project(run)
    if project is not None and not project.is_empty:
        cards[DATA_CARD] = card_of_data(project, run, names)
    written = []
    for name, card in cards.items():
        for ending, write in _FORMS.items():
            files.write_bytes(folder / f"{name}{ending}", write(card).encode("utf-8"))
            written.append(f"{name}{ending}")
    return written


def card_of_model(run: Run) -> Card:
    """The model card of ``run`` as things stand; test images are spoken of once they are open.

    Raises:
        ProjectProblem: what the run found is damaged.
    """
    return model_card(model_facts(run))


def card_of_data(project: Project, run: Run | None = None, names: bool = True) -> Card:
    """The data card of ``project`` as things stand.

    Args:
        project: with images.
        run: of it, that the card goes with; None where there is none yet.
        names: whether it names files.

    Raises:
        ProjectProblem: a table of the project is damaged.
    """
    return data_card(data_facts(project, run, names))


def model_facts(run: Run) -> ModelFacts:
    """What the model card of ``run`` is written from.

    Raises:
        ProjectProblem: the run has not finished, or what it found is damaged.
    """
    found = known(run)
    report = run.report() or {}
    answers = run.predictions()
    own = answers[answers["split"] == found.side]
    project = _project(run)
    fields = card_fields.read(project) if project is not None else CardFields()
    try:
        return ModelFacts(
            known=found,
            fields=fields,
            run=run.id,
            settings=run.settings,
            recipe=run.recipe,
            divided=_divided(run),
            validation=report[Side.VALIDATION],
            test=report[Side.TEST] if found.is_open else None,
            reliability=reliability(
                own["confidence"].to_numpy(float), own["correct"].to_numpy(bool)
            ),
            promises=_promises(answers[answers["split"] == Side.VALIDATION], run.classes),
            temperature=_number(report.get("calibration"), "temperature"),
            epochs=(int(report.get("epochs_run") or 0), int(report.get("best_epoch") or 0)),
            seconds={str(k): float(v) for k, v in _mapping(report, "seconds").items()},
            bytes=run.model_file.stat().st_size if run.model_file.is_file() else 0,
            versions={str(k): str(v) for k, v in _mapping(report, "versions").items()},
            hashes=_hashes(run, report),
            hardware=_mapping(report, "hardware"),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ProjectProblem(
            "The card cannot be written",
            f"What {run.name} found is damaged ({type(error).__name__})",
            "Train again; the images are kept",
        ) from error


def data_facts(project: Project, run: Run | None = None, names: bool = True) -> DataFacts:
    """What the data card of ``project`` is written from; see `card_of_data`.

    Raises:
        ProjectProblem: a table of the project is damaged.
    """
    images = catalogue.in_force(project)
    every = project.read_table(project.catalogue_file)
    sources = dict(zip(every["image_id"], every["source"].astype(str), strict=True))
    divided = _divided(run) if run is not None else None
    hashes = {"catalogue": catalogue.content_id(images)}
    if project.decisions_file.is_file():
        hashes["decisions"] = _hash_of(project.decisions_file)
    if divided is not None:
        hashes |= {"seen": divided.catalogue, "split": divided.table}
    return DataFacts(
        project=project.name,
        created=project.created,
        fields=card_fields.read(project),
        images=images,
        came=len(every),
        aside=len(read_unlabelled(project.folder)),
        log=catalogue.history(project),
        sources=sources if names else None,
        rejected=project.rejected(),
        standing=audit.standing(project),
        near=_near(project, images),
        shortcuts=_shortcuts(project),
        divided=divided,
        hashes=hashes,
    )


def _project(run: Run) -> Project | None:
    with suppress(ProjectProblem):
        return run.project
    return None


def _divided(run: Run) -> Divided:
    """How the images of ``run`` are divided, and whether its groups are whole."""
    images = run.images()
    counts = images.groupby(["label", "split"], observed=True).size().rename("images").reset_index()
    counts = counts.astype({"label": str, "split": str})
    groups, grouped, torn = None, 0, 0
    project = _project(run)
    if project is not None:
        groups, grouped, torn = _groups(project, run, images)
    table = _hash_of(run.folder / "split.parquet")
    return Divided(run.name, run.split, counts, groups, grouped, torn, run.catalogue_id, table)


def _groups(project: Project, run: Run, images: pd.DataFrame) -> tuple[int | None, int, int]:
    """Groups of two or more among the run's images, the images in them, and how many are torn."""
    with suppress(ProjectProblem):
        every = project.read_table(project.catalogue_file)
        own = every[every["image_id"].isin(images["image_id"])].reset_index(drop=True)
        labels = images.set_index("image_id")["label"]
        own = own.assign(label=own["image_id"].map(labels).astype(str))
        found = split.groups_of(project, own, run.split)
        sides = images.set_index("image_id")["split"].astype(str)
        summary = split.summary(own, sides, found)
        return summary.groups, summary.grouped, len(summary.torn)
    return None, 0, 0


def _promises(answers: pd.DataFrame, classes: list[str]) -> tuple[Promise, ...]:
    """What "I don't know" comes to, by error rate; by validation images alone."""
    columns = [f"p_{place}" for place in range(len(classes))]
    probabilities = answers[columns].to_numpy(np.float64)
    labels: NDArray[np.int64] = np.asarray(
        pd.Index(classes).get_indexer(pd.Index(answers["label"].astype(str))), np.int64
    )
    noted = Conformal.of(probabilities, labels)
    return tuple(
        Promise(
            rate,
            noted.threshold(rate),
            judged(crosswise(probabilities, labels, rate), labels),
        )
        for rate in RATES
    )


def _hashes(run: Run, report: Mapping[str, Any]) -> dict[str, str]:
    """As the training wrote them down; runs of old did not write all."""
    known_already = {"catalogue": run.catalogue_id, "recipe": run.recipe.id}
    found = {str(key): str(value) for key, value in _mapping(report, "hashes").items()}
    if not run.settings.method.is_pretrained:
        found.pop("weights", None)
    return known_already | found


def _near(project: Project, images: pd.DataFrame) -> tuple[int, int] | None:
    with suppress(ProjectProblem):
        near = audit.near_groups(project)
        if near is not None:
            groups = images["image_id"].map(near).fillna("")
            sizes = groups[groups != ""].value_counts()
            return int((sizes > 1).sum()), int(sizes[sizes > 1].sum())
    return None


def _shortcuts(project: Project) -> tuple[Shortcut, ...] | None:
    with suppress(ProjectProblem):
        found = Preflight.load(project)
        return found.shortcuts if found else None
    return None


def _hash_of(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _mapping(report: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = report.get(key)
    return value if isinstance(value, Mapping) else {}


def _number(value: Any, key: str) -> float | None:
    found = value.get(key) if isinstance(value, Mapping) else None
    return float(found) if isinstance(found, (int, float)) else None
