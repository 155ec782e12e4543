"""A training in words: what its curves say, by which figures, and what to try next.

Rather silent than wrong: a rule speaks only where the figures are clear of what chance does
with so few images, and of the jumping about of the curve itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.diagnosis.facts import Counts, Facts, facts
from core.diagnosis.finding import Diagnosis
from core.diagnosis.rules import (
    all_well,
    overfitting,
    stopped_early,
    too_few_images,
    too_high_a_rate,
    too_low_a_rate,
    underfitting,
    validation_too_small,
)
from core.settings import TrainSettings

__all__ = ["Counts", "Diagnosis", "Facts", "diagnose", "facts"]


def diagnose(
    epochs: Sequence[Mapping[str, Any]],
    report: Mapping[str, Any] | None,
    settings: TrainSettings,
    n: Counts,
) -> list[Diagnosis]:
    """What a training's curves say, the most pressing first; nothing where nothing is sure.

    Args:
        epochs: one mapping an epoch: epoch (from 1), loss, accuracy, val_loss, val_accuracy;
            a value that is no number is None.
        report: of the run; None where it has none because it failed.
        settings: what it was trained with.
        n: images by side and class, such as ``{"train": {"rust": 12, ...}, "validation": ...}``.
    """
    found = facts(epochs, report, settings, n)
    wild = too_high_a_rate(found)
    if wild:
        return [wild]
    if len(found.epochs) == 0:
        return []
    pace = too_low_a_rate(found) or stopped_early(found)
    # What still gets better has neither learnt all by heart nor come to its end
    depth = None if pace else overfitting(found) or underfitting(found)
    images = too_few_images(found, depth is not None and depth.key == "overfitting")
    told = [pace, depth, images, validation_too_small(found)]
    said = [diagnosis for diagnosis in told if diagnosis]
    well = None if said else all_well(found)
    return [well] if well else said
