"""What a classifier must not be used for, as far as that follows from what is known of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.corruptions import CORRUPTIONS
from core.field import Level
from core.gaze.words import SWAYS
from core.preflight import Level as Clue
from core.results import wilson
from core.trust.known import Known
from core.trust.section import Section
from core.words import listing, percent

_FEW = 10  # images that are too few to rely on
_MISSES = 0.3  # of a class: missing so many may be too many to call it found
_FALSE = 0.3  # of the times that a class is named
_SPOILT = 0.75  # of the accuracy; where less than that is left, it is of little use
_SHOWN = 3


def section(known: Known) -> Section:
    """Plain prohibitions, those that always hold first."""
    lines = [
        _of_anything(known),
        _of_harm(known.figures),
        *_of_chance(known.figures),
        *_of_places(known),
        *_of_classes(known.figures),
        *_of_spoilt(known),
        *_of_shortcuts(known),
        *_of_percentages(known),
    ]
    return Section("limits", "What it must not be used for", tuple(lines))


def _of_anything(known: Known) -> str:
    return (
        f"Pictures of anything else. It knows {listing(list(known.taught), 12)}, and will name one "
        "of these for whatever it is shown, a shoe as well."
    )


def _of_harm(figures: Mapping[str, Any]) -> str:
    low, high = (100 * (1 - figures[f"accuracy_{end}"]) for end in ("high", "low"))
    return (
        "Decisions that hurt somebody where they are wrong, without a person who looks: of 100 "
        f"answers to images like those of the test, {low:.0f} to {high:.0f} are wrong."
    )


def _of_chance(figures: Mapping[str, Any]) -> list[str]:
    if figures["accuracy_low"] > figures["majority_baseline"]:
        return []
    return ["Anything yet: it is not shown to be better than always giving the same answer."]


def _of_places(known: Known) -> list[str]:
    if not known.fields:
        return ["Other cameras, places, seasons or people than those in its images: untried."]
    lines = []
    for found in known.fields[:_SHOWN]:
        if found.drops.level in (Level.WORSE, Level.MIX):
            lines.append(
                f"Images like those of {found.name} without a second look: there it is right "
                f"{percent(found.accuracy_low)} to {percent(found.accuracy_high)} of the time."
            )
        if found.unknown:
            lines.append(
                f"Places where {listing(sorted(found.unknown), 5)} occur, as in {found.name}: it "
                "does not know them and takes them for something else."
            )
    names = listing([found.name for found in known.fields], 4)
    return [*lines, f"Places and cameras other than its own and those of {names}: untried."]


def _of_classes(figures: Mapping[str, Any]) -> list[str]:
    rows = [row for row in figures["per_class"] if row["n"]]
    few = [row["label"] for row in rows if row["n"] < _FEW]
    many = [row for row in rows if row["n"] >= _FEW]
    lines = [
        f"Finding every {row['label']}: {100 * (1 - row['recall_high']):.0f} to "
        f"{100 * (1 - row['recall_low']):.0f} of 100 are missed."
        for row in sorted(many, key=lambda row: row["recall_low"])
        if 1 - row["recall_low"] > _MISSES and row["correct"] < row["n"]
    ][:_SHOWN]
    wrong = [(row, *wilson(row["correct"], row["predicted"])) for row in many if row["predicted"]]
    lines += [
        f"Taking its word for {row['label']}: of 100 times that it says so, {100 * (1 - high):.0f} "
        f"to {100 * (1 - low):.0f} are wrong."
        for row, low, high in sorted(wrong, key=lambda each: each[1])
        if 1 - low > _FALSE and row["correct"] < row["predicted"]
    ][:_SHOWN]
    untested = [row["label"] for row in figures["per_class"] if not row["n"]]
    if few or untested:
        lines.append(
            f"Anything that hangs on {listing([*few, *untested], 8)}: judged by fewer than {_FEW} "
            "images each."
        )
    return lines


def _of_spoilt(known: Known) -> list[str]:
    if known.stress is None:
        return ["Blurred, noisy, dark or foggy images: untried."]
    spoilt = [hurt for hurt in known.stress.hurts if hurt.kept is not None and hurt.kept < _SPOILT]
    if not spoilt:
        return []
    told = [
        f"{_corruption(hurt.name)} (right {percent(hurt.accuracy.value)})"
        for hurt in spoilt[: 2 * _SHOWN]
    ]
    return [f"Images spoilt in these ways: {listing(told, 2 * _SHOWN)}."]


def _of_shortcuts(known: Known) -> list[str]:
    lines = [
        f"Telling {one.label} where a small thing {one.spot.words} may be missing, or may stand "
        f"in other pictures: at least {100 * one.swap.moved:.0f} of 100 answers go with that place."
        for one in (known.gaze.spotted if known.gaze else ())
        if one.spot is not None and one.swap is not None and one.swap.moved >= SWAYS
    ]
    lines += [
        f"Images in which {cue.title.lower()} no longer goes with the class, as it does in those "
        "that it learnt from."
        for cue in known.shortcuts or ()
        if cue.level is Clue.STRONG
    ]
    return lines[: 2 * _SHOWN]


def _of_percentages(known: Known) -> list[str]:
    if known.calibration is None or not known.calibration.misleads:
        return []
    return ["Anything that takes its percentages at their word: they are too far off."]


def _corruption(name: str) -> str:
    return CORRUPTIONS[name].title.lower() if name in CORRUPTIONS else name
