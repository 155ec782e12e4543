"""`evaluate`: a trained run on labelled images from elsewhere; the command's field test."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

from core import results
from core.commands.answer import Report
from core.commands.sources import existing
from core.commands.telling import told
from core.errors import DataProblem
from core.field import Change, Drop, FieldTest, trait_named, words
from core.ingest import open_source
from core.jobs.field_tests import KIND
from core.jobs.folder import JobFolder
from core.jobs.run import Run

_SIDES = ("before", "after")


def run_evaluate(run_folder: Path, source: Path) -> Report:
    """Try the model of a run on the labelled images in ``source``, all of them.

    Images of classes that the model does not know count as mistakes. The drop is that of the
    images that it knows the class of and did not learn from, against the run's own test images
    (validation images, as long as the test images are sealed).
    """
    run = Run(run_folder)
    existing(source)
    from core.jobs.field_task import answers_to, compare  # only now: what is misspelt is told first

    with tempfile.TemporaryDirectory(prefix="firstlight-") as place:
        job = JobFolder.create(Path(place) / "job", KIND, {})
        with told(job):
            with open_source(source) as archive:
                answered = answers_to(run, archive, Path(place) / "images", job, source.name)
            try:
                against = _against(compare(run, answered, job, source.name)[0])
            except DataProblem as problem:
                against = _not_compared(problem)
    unreadable = [{"file": item.source, "reason": item.reason} for item in answered.rejected]
    return _evaluation(answered.table, run.classes, unreadable) | against


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
        "classes": classes,
        "confusion": figures["confusion"],
    }


def _against(found: FieldTest) -> Report:
    """What the field test says, as plain JSON values."""
    drops = found.drops
    return {
        "against": {
            "side": found.side,
            "n": drops.n_before,
            "accuracy": drops.accuracy.before,
            "compared": drops.n_after,
            "compared_accuracy": drops.accuracy.after,
            "learnt_from": found.learnt,
            "its_own": found.own,
        },
        **_drop(drops.accuracy),
        "verdict": str(drops.level),
        "same_mix": _drop(drops.same_mix),
        "balanced": _drop(drops.balanced),
        "class_drops": [{"label": each.label, **_drop(each.drop)} for each in drops.classes],
        "sureness": {"before": found.sure_before, "after": found.sure_after},
        "unlike_anything_seen": found.unlike and dict(zip(_SIDES, found.unlike, strict=True)),
        "what_changed": [_change(change) for change in found.changes],
        "told_apart": found.apart
        and {"share": found.apart.share, "by_luck": found.apart.luck, "p_value": found.apart.p},
        "in_words": _sentences(found),
    }


def _not_compared(problem: DataProblem) -> Report:
    """The same keys where there is nothing to compare."""
    return {
        "against": None,
        **dict.fromkeys(("drop", "drop_low", "drop_high", "p_value")),
        "verdict": None,
        **dict.fromkeys(("same_mix", "balanced")),
        "class_drops": [],
        **dict.fromkeys(("sureness", "unlike_anything_seen")),
        "what_changed": [],
        "told_apart": None,
        "in_words": [str(problem)],
    }


def _drop(drop: Drop) -> Report:
    """Positive is worse; see `core.field.Drop`."""
    return {
        "drop": drop.value,
        "drop_low": drop.low,
        "drop_high": drop.high,
        "p_value": drop.p,
    }


def _change(change: Change) -> Report:
    trait = trait_named(change.name)
    return {
        "name": change.name,
        "title": trait.title if trait else change.name,
        "before": change.before,
        "after": change.after,
        "tilt": change.tilt,
        "p_value": change.p,
        "more_than_chance": change.is_shown,
    }


def _sentences(found: FieldTest) -> list[str]:
    told = [
        words.of_drop(found.drops, found.side),
        words.of_mix(found.drops),
        words.of_sureness(found),
        words.of_unlike(found),
        words.of_changes(found),
        words.of_apart(found.apart),
        words.of_left_out(found),
    ]
    return [sentence.replace("\u00a0", " ") for sentence in told if sentence]
