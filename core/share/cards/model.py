"""The model card: what a classifier is for, what it can do, and what nobody knows of it."""

from __future__ import annotations

from typing import Final

from core import trust
from core.augmentations import AUGMENTATIONS
from core.project import now
from core.settings import Fit
from core.share.cards import scores, trials
from core.share.cards.card import Block, Card, Facts, Kind, Points, Section, Table, Text
from core.share.cards.common import (
    NOT_TOLD,
    counts_plot,
    hash_rows,
    megabytes,
    of,
    settings_rows,
    split_section,
    told,
)
from core.share.cards.facts import ModelFacts
from core.trust import Report
from core.words import count, listing

_FITS: Final = {
    Fit.SQUASH: "squashed to a square",
    Fit.CROP: "its middle cut out as a square",
    Fit.PAD: "padded with gray to a square",
}
_STAGES: Final = {"total": "all of it", "features": "features", "train": "learning"}
HASHES: Final = {
    "model": "Model file (SHA-256)",
    "catalogue": "Images and labels",
    "split": "Split (SHA-256)",
    "recipe": "Augmentation recipe",
    "weights": "Pretrained weights (SHA-256)",
}


def model_card(facts: ModelFacts) -> Card:
    """Everything that whoever uses the model should know, and plainly what is not known."""
    known, report = facts.known, trust.write(facts.known)
    names = listing(list(known.taught), 6)
    sections = [
        _purpose(facts),
        Section("short", "In short", (Points(of(report, "short").lines),)),
        _limits(facts, report),
        _what(facts),
        _data(facts, report),
        split_section(facts.divided),
        _method(facts),
        *scores.sections(facts, report),
        *trials.sections(facts, report),
        _licences(facts),
        _origin(facts),
    ]
    lead = f"A classifier that tells {len(known.taught)} classes of pictures apart: {names}."
    title = f"Model card: {known.project or known.run}"
    return Card(Kind.MODEL, title, now(), lead, tuple(sections))


def _purpose(facts: ModelFacts) -> Section:
    rows = told(facts.fields, ("purpose", "users", "author", "contact"))
    return Section("purpose", "What it is for", (rows,))


def _limits(facts: ModelFacts, report: Report) -> Section:
    section = of(report, "limits")
    blocks: list[Block] = [Points(section.lines)]
    if facts.fields.not_for:
        blocks.insert(0, Text(facts.fields.not_for))
    return Section("limits", section.title, tuple(blocks))


def _what(facts: ModelFacts) -> Section:
    size = facts.settings.pixels
    rows = (
        ("Run", f"{facts.known.run} ({facts.run})"),
        ("Trained", f"{facts.known.trained[:10]}, {facts.known.how}"),
        ("Takes", f"a picture of {size} × {size} pixels, RGB, {_FITS[facts.settings.fit]}"),
        ("Gives", f"a probability for each of {len(facts.known.taught)} classes"),
        ("Classes", ", ".join(facts.known.taught)),
        ("File", f"model.keras, {megabytes(facts.bytes)}" if facts.bytes else NOT_TOLD),
    )
    return Section("what", "What it is", (Facts(rows),))


def _data(facts: ModelFacts, report: Report) -> Section:
    total = int(facts.divided.counts["images"].sum())
    text = f"{count(total, 'image')} in all. The data card tells where they come from."
    lines = [line for line in of(report, "taught").lines if facts.known.how not in line]
    blocks = (Text(text), Points(tuple(lines)), counts_plot(facts.divided))
    return Section("data", "What it learnt from", blocks)


def _method(facts: ModelFacts) -> Section:
    run, best = facts.epochs
    lines = [f"Trained {facts.known.how}."]
    if run:
        lines.append(f"{count(run, 'epoch')}, the best by validation was number {best}.")
    seconds = [
        f"{title} {facts.seconds[stage]:,.1f}\u00a0s"
        for stage, title in _STAGES.items()
        if facts.seconds.get(stage)
    ]
    if seconds:
        lines.append(f"Time: {', '.join(seconds)}.")
    steps = facts.recipe.active if facts.settings.views else ()
    blocks: list[Block] = [Points(tuple(lines))]
    rows = settings_rows(facts.settings)
    blocks.append(Table(("Setting", "Value"), rows, frozenset(), "All settings"))
    if steps:
        altered = tuple((AUGMENTATIONS[step.name].title, f"{step.strength:.2f}") for step in steps)
        title = f"Augmentation recipe {facts.recipe.name}".strip()
        blocks.append(Table(("Step", "Strength, 0 to 1"), altered, frozenset({1}), title))
    else:
        blocks.append(Text("It learnt from the images as they are, without altered copies."))
    return Section("method", "How it was trained", tuple(blocks))


def _licences(facts: ModelFacts) -> Section:
    rows = [
        ("The model", facts.fields.model_licence or NOT_TOLD),
        ("Its images", facts.fields.data_licence or NOT_TOLD),
    ]
    if facts.settings.method.is_pretrained:
        network = str(facts.settings.backbone).replace("efficientnet-lite", "EfficientNet-Lite")
        rows.append((f"The pretrained network {network}", "Apache-2.0"))
    rows.append(("First Light, which made it", "Apache-2.0"))
    return Section("licences", "Licences", (Facts(tuple(rows)),))


def _origin(facts: ModelFacts) -> Section:
    hardware = facts.hardware
    versions = [f"{name} {version}" for name, version in facts.versions.items()]
    rows = [("Made with", ", ".join(versions))] if versions else []
    if hardware:
        memory = float(hardware.get("memory_mb") or 0) / 1024
        found = [str(hardware.get("processor") or ""), str(hardware.get("system") or "")]
        found += [f"{hardware.get('cores', '?')} cores", f"{memory:.0f}\u00a0GB of memory"]
        found += [str(name) for name in hardware.get("accelerators") or ["no accelerator"]]
        rows.append(("Trained on", ", ".join(filter(None, found))))
    return Section(
        "origin",
        "Where it comes from",
        (
            Text("With these, anyone can tell whether a file is the one that this card is about."),
            Facts((*hash_rows(facts.hashes, HASHES), *rows)),
        ),
    )
