"""What both cards say in the same words."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final

from core.charts import class_bars, describe_class_bars
from core.settings import Settings, SplitSettings
from core.share.cards.card import Block, Facts, Gap, Plot, Section
from core.share.cards.facts import Divided
from core.share.cards.fields import CardFields, label_of
from core.trust import Missing, Report
from core.words import count, percent

NOT_TOLD: Final = "Not told."
_PAGES: Final = {
    "data": "Data",
    "clean": "Clean",
    "explore": "Explore",
    "train": "Train",
    "errors": "Mistakes",
    "stress": "Stress",
}
_SIDES: Final = {"train": "Training", "validation": "Validation", "test": "Test"}


def told(fields: CardFields, names: Iterable[str]) -> Facts:
    """What a person wrote, and plainly where nobody did."""
    return Facts(tuple((label_of(name), getattr(fields, name) or NOT_TOLD) for name in names))


def gap(missing: Missing) -> Gap:
    """What the trust report misses, with the page where it can be mended."""
    return Gap(missing.what, f"{missing.do}: {_PAGES.get(missing.page, missing.page)} page.")


def gaps(report: Report, key: str) -> list[Block]:
    """What is not tested yet in a section of the trust report."""
    return [gap(missing) for missing in of(report, key).missing]


def of(report: Report, key: str) -> Any:
    """The section ``key`` of the trust report."""
    return next(section for section in report.sections if section.key == key)


def settings_rows(settings: Settings) -> tuple[tuple[str, str], ...]:
    """Every setting by its name for people."""
    return tuple(
        (str(field.metadata["label"]), _value(getattr(settings, field.name)))
        for field in dataclasses.fields(settings)
    )


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, StrEnum):
        return str(value)
    return f"{value:g}" if isinstance(value, float) else f"{value}"


def split_section(divided: Divided) -> Section:
    """How the images are divided, and what stays together."""
    sides = divided.counts.groupby("split")["images"].sum()
    total = int(sides.sum())
    rows = [
        (
            title,
            f"{count(int(sides.get(side, 0)), 'image')} ({percent(sides.get(side, 0) / total)})",
        )
        for side, title in _SIDES.items()
    ]
    blocks: list[Block] = [
        Facts((*rows, ("Seed", f"{divided.settings.seed}"), *_together(divided)))
    ]
    return Section("split", "How the images are divided", tuple(blocks))


def _together(divided: Divided) -> list[tuple[str, str]]:
    rules = [
        str(field.metadata["label"]).removesuffix(" together").lower()
        for field in dataclasses.fields(SplitSettings)
        if getattr(divided.settings, field.name) is True and field.name != "keep_given"
    ]
    kept = "identical files" + "".join(f", {rule}" for rule in rules)
    rows = [("Kept on one side", kept)]
    given = "kept where there was one" if divided.settings.keep_given else "not followed"
    rows.append(("Split of the archive", given))
    if divided.groups is not None:
        groups = f"{count(divided.groups, 'group')} with {count(divided.grouped, 'image')}"
        torn = f"; {divided.torn:,} stand on two sides" if divided.torn else "; none is torn apart"
        rows.append(("Groups of images", groups + (torn if divided.groups else "")))
    return rows


def counts_plot(divided: Divided) -> Plot:
    """Images by class and side."""
    return Plot(
        "classes",
        "Images of each class",
        class_bars(divided.counts),
        describe_class_bars(divided.counts),
    )


def hash_rows(hashes: Mapping[str, str], names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Hashes under their names for people, those that are known."""
    return tuple((title, hashes[key]) for key, title in names.items() if hashes.get(key))


def megabytes(size: float) -> str:
    """Bytes as people say them."""
    return f"{size / 1e6:,.1f}\u00a0MB" if size >= 1e5 else f"{size / 1e3:,.1f}\u00a0KB"
