"""What the cards are written from, as plain data; `core.jobs.carding` collects it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from core.audit import Standing
from core.conformal import Kept
from core.preflight import Shortcut
from core.recipe import Recipe
from core.settings import SplitSettings, TrainSettings
from core.share.cards.fields import CardFields
from core.trust import Known

Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Divided:
    """How images are divided into training, validation and test.

    Attributes:
        run: the name of the run that saw them so.
        settings: that decided it.
        counts: label, split, images.
        groups: groups of two images or more that must not be torn; None where that is not known.
        grouped: images in them.
        torn: groups of which not all images are on one side.
        catalogue: names the images that the run saw.
        table: SHA-256 of the table of sides.
    """

    run: str
    settings: SplitSettings
    counts: pd.DataFrame
    groups: int | None
    grouped: int
    torn: int
    catalogue: str
    table: str


@dataclass(frozen=True)
class Promise:
    """What saying "I don't know" comes to at one error rate.

    Attributes:
        rate: the share of answers that may miss the truth.
        threshold: the least probability with which a class belongs to the answer; 0 where these
            images can promise nothing.
        kept: what came of it among the validation images.
    """

    rate: float
    threshold: float
    kept: Kept


@dataclass(frozen=True)
class ModelFacts:
    """What a model card is written from.

    Attributes:
        known: what the trust report knows.
        fields: what a person wrote.
        run: the id of the run.
        settings: of the training.
        recipe: of the augmented views.
        divided: its images.
        validation: figures, see `core.results.metrics`.
        test: the same of the test images; None while they are sealed.
        reliability: of the side that it is judged by, see `core.calibration.reliability`.
        promises: by error rate, the strictest first.
        temperature: that is folded into the model; None where it is not known.
        epochs: run and best, 0 where they are not known.
        seconds: of each stage of the training.
        bytes: of the model's file.
        versions, hashes, hardware: where it comes from.
    """

    known: Known
    fields: CardFields
    run: str
    settings: TrainSettings
    recipe: Recipe
    divided: Divided
    validation: Figures
    test: Figures | None
    reliability: pd.DataFrame
    promises: Sequence[Promise]
    temperature: float | None
    epochs: tuple[int, int]
    seconds: Mapping[str, float]
    bytes: int
    versions: Mapping[str, str]
    hashes: Mapping[str, str]
    hardware: Mapping[str, Any]


@dataclass(frozen=True)
class DataFacts:
    """What a data card is written from.

    Attributes:
        project: its name.
        created: when it was begun, ISO 8601.
        fields: what a person wrote.
        images: those in force: label, source, sha256, width, height, format, mode, bytes, and
            where the files tell it taken, camera, added.
        came: how many were taken in, dropped ones included.
        aside: images without a label that were kept aside.
        log: every decision, see `core.catalogue.history`.
        sources: by the id of an image, its file; None where the card names no files.
        rejected: source, reason, detail of files that were not taken.
        standing: what the checks found and what was answered.
        near: groups of near duplicates that the checks found, and the images in them; None where
            nobody looked.
        shortcuts: cues that give the class away; None where nobody looked.
        divided: by the run that the card goes with; None without one.
        hashes: of the catalogue and of the log.
    """

    project: str
    created: str
    fields: CardFields
    images: pd.DataFrame
    came: int
    aside: int
    log: Sequence[Mapping[str, Any]]
    sources: Mapping[str, str] | None
    rejected: pd.DataFrame
    standing: Standing
    near: tuple[int, int] | None
    shortcuts: tuple[Shortcut, ...] | None
    divided: Divided | None
    hashes: Mapping[str, str]
