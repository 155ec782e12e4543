"""`evaluate`: a trained run on labelled images."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core import results
from core.commands.answer import Report
from core.commands.models import AT_A_TIME, model_of
from core.commands.sources import existing
from core.commands.telling import tell
from core.errors import DataProblem
from core.ingest import decode, fit_image, open_source, read_layout
from core.jobs.run import Run


def run_evaluate(run_folder: Path, source: Path) -> Report:
    """Try the model of a run on the labelled images in ``source``, all of them.

    Images of classes that the model does not know count as mistakes.
    """
    run = Run(run_folder)
    rows, answers, unreadable = [], [], []
    with open_source(existing(source)) as archive:
        from core.ml import classifier  # only now: what is misspelt is told at once

        layout = read_layout(archive)
        unreadable += [{"file": item.name, "reason": item.reason} for item in layout.rejected]
        model, size = model_of(run)
        total = len(layout.entries)
        for start in range(0, total, AT_A_TIME):
            pixels = []
            for entry in layout.entries[start : start + AT_A_TIME]:
                member = archive.members[entry.index]
                try:
                    image = decode(archive.read(member), at_least=size)
                except DataProblem as problem:
                    unreadable.append({"file": member.name, "reason": problem.title})
                    continue
                pixels.append(fit_image(image, size, run.settings.fit))
                rows.append({"image_id": member.name, "label": entry.label})
            answers.append(classifier.predict(model, pixels))
            tell("Evaluating", min(start + AT_A_TIME, total), total)
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
