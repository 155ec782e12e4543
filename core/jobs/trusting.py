"""Collecting what is known of a run, for its trust report, from whatever has been looked at."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pandas as pd

from core import slices, stress
from core.audit.measure import read_measurements
from core.calibration import ece, ece_by_chance
from core.confusion import confused_pairs
from core.errors import ProjectProblem
from core.gaze import Gaze
from core.jobs import seal
from core.jobs.field_tests import field_tests
from core.jobs.run import Run
from core.preflight import Preflight, Shortcut
from core.settings import Backbone, Method
from core.split import Side
from core.trust import Calibration, Known, Stressed, Sureness, WeakSlice

_SURE = 0.9
_HOW = {
    Method.HEAD: "as a head on the pretrained network {network}, which stayed as it was",
    Method.FINETUNE: "by fine-tuning the pretrained network {network}",
    Method.SCRATCH: "from scratch, without a pretrained network",
    Method.WHOLE: "by training the whole of the pretrained network {network} on",
}


def known(run: Run) -> Known:
    """All that is known of ``run``; what is damaged counts as not looked at.

    Test images are only spoken of once they are open.

    Args:
        run: a finished one.

    Raises:
        ProjectProblem: its report or a table is damaged or missing.
    """
    report = run.report()
    if report is None:
        raise ProjectProblem("There is no result yet", f"{run.name} has not finished", "Wait")
    side = str(Side.TEST if seal.is_open(run) else Side.VALIDATION)
    images = run.images()
    answers = run.predictions()
    answers = answers[answers["split"] == side]
    taught = images.loc[images["split"] == Side.TRAIN, "label"].astype(str).value_counts()
    return Known(
        run=run.name,
        project=_project_name(run),
        trained=run.created,
        how=_how(run, report),
        taught={name: int(taught.get(name, 0)) for name in run.classes},
        sizes={str(name): int(n) for name, n in report["n"].items()},
        side=side,
        figures=report[side],
        looks=len(seal.looks_alike(run)) if side == Side.TEST else 0,
        decided_in_view=seal.decided_in_view(run) if side == Side.TEST else 0,
        pairs=tuple(confused_pairs(report[side]["confusion"], run.classes)),
        calibration=_calibration(answers),
        sureness=_sureness(answers),
        shortcuts=_shortcuts(run),
        stress=_stress(run, images, side),
        gaze=_gaze(run),
        slices=_weak(run, answers.reset_index(drop=True)),
        fields=tuple(kept.found for kept in field_tests(run)),
    )


def _project_name(run: Run) -> str:
    with suppress(ProjectProblem):
        return run.project.name
    return ""


def _how(run: Run, report: dict[str, Any]) -> str:
    with suppress(ValueError):
        kept = Method(str(report.get("kept", run.settings.method)))
        return _HOW[kept].format(network=_network(run.settings.backbone))
    return f"by the method {run.settings.method}"


def _network(backbone: Backbone) -> str:
    return str(backbone).replace("efficientnet-lite", "EfficientNet-Lite")


def _calibration(answers: pd.DataFrame) -> Calibration | None:
    if answers.empty:
        return None
    confidence = answers["confidence"].to_numpy(float)
    error = ece(confidence, answers["correct"].to_numpy(bool))
    return Calibration(error, ece_by_chance(confidence)[1])


def _sureness(answers: pd.DataFrame) -> Sureness | None:
    sure = answers[answers["confidence"] >= _SURE] if len(answers) else answers
    return Sureness(_SURE, len(sure), int(sure["correct"].sum())) if len(sure) else None


def _shortcuts(run: Run) -> tuple[Shortcut, ...] | None:
    with suppress(ProjectProblem):
        found = Preflight.load(run.project)
        return found.shortcuts if found else None
    return None


def _stress(run: Run, images: pd.DataFrame, side: str) -> Stressed | None:
    """On the side that the run is judged by, or was when the test was made."""
    for each in dict.fromkeys((side, str(Side.VALIDATION))):
        with suppress(ProjectProblem):
            found = stress.load(run.folder, images, run.classes, each)
            if found is not None:
                return Stressed(found.n, stress.robustness(found), tuple(stress.hurts(found)))
    return None


def _gaze(run: Run) -> Gaze | None:
    with suppress(ProjectProblem):
        return Gaze.load(run.folder)
    return None


def _weak(run: Run, answers: pd.DataFrame) -> tuple[WeakSlice, ...] | None:
    """The parts of the images that are weak beyond chance; None where they were not measured."""
    with suppress(ProjectProblem):
        measured = read_measurements(run.project, answers["sha256"]).reset_index(drop=True)
        if measured["brightness"].isna().all():
            return None
        sizes = run.project.read_table(run.project.catalogue_file)
        sizes = sizes.drop_duplicates("sha256").set_index("sha256")[["width", "height"]]
        images = answers[["label", "source", "sha256"]].join(sizes, on="sha256")
        found = slices.slices(answers["correct"].to_numpy(bool), slices.parts_of(images, measured))
        return tuple(
            WeakSlice(one.name, one.n, one.accuracy, one.low, one.high)
            for one in found
            if one.is_weak
        )
    return None
