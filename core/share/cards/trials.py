"""Where a model fails, and what it was put through: mistakes, stress, field, what it goes by."""

from __future__ import annotations

from core.charts.field import class_drop_bars, describe_class_drop_bars
from core.charts.stress import describe_hurt_bars, hurt_bars
from core.confusion import Pair
from core.field import FieldTest
from core.field.words import of_apart, of_left_out, of_unlike
from core.share.cards.card import Block, Plot, Points, Section, Table
from core.share.cards.common import gaps, of
from core.share.cards.facts import ModelFacts
from core.trust import Report
from core.words import percent

_PAIRS, _FIELDS = 10, 3


def sections(facts: ModelFacts, report: Report) -> list[Section]:
    """Failures, and the tests beyond the run's own images."""
    return [
        _fails(facts, report),
        _stress(facts, report),
        _field(facts, report),
        _looks(report),
    ]


def _fails(facts: ModelFacts, report: Report) -> Section:
    blocks: list[Block] = [Points(of(report, "fails").lines)]
    pairs = facts.known.pairs[:_PAIRS]
    if pairs:
        head = ("Shows", "Taken for", "Times", "Of", "And back")
        rows = tuple(_pair(pair) for pair in pairs)
        blocks.append(Table(head, rows, frozenset({2, 3, 4}), "Classes that are mixed up most"))
    return Section("fails", "Where it fails", (*blocks, *gaps(report, "fails")))


def _pair(pair: Pair) -> tuple[str, ...]:
    back = f"{pair.back:,} of {pair.back_of:,}"
    return (pair.truth, pair.said, f"{pair.count:,}", f"{pair.of:,}", back)


def _stress(facts: ModelFacts, report: Report) -> Section:
    blocks: list[Block] = []
    section, found = of(report, "stress"), facts.known.stress
    if section.lines:
        blocks.append(Points(section.lines))
    if found is not None and found.hurts:
        clean = found.whole.clean
        blocks.append(
            Plot(
                "stress",
                "Right under each corruption, all strengths together",
                hurt_bars(found.hurts, clean),
                describe_hurt_bars(found.hurts, clean),
            )
        )
    return Section("stress", section.title, (*blocks, *gaps(report, "stress")))


def _field(facts: ModelFacts, report: Report) -> Section:
    section, blocks = of(report, "field"), list[Block]()
    if section.lines:
        blocks.append(Points(section.lines))
    for number, found in enumerate(facts.known.fields[:_FIELDS]):
        blocks += _of_field(number, found)
    if len(facts.known.fields) > _FIELDS:
        left = len(facts.known.fields) - _FIELDS
        blocks.append(Points((f"{left:,} older field tests are not shown here.",)))
    return Section("field", section.title, (*blocks, *gaps(report, "field")))


def _of_field(number: int, found: FieldTest) -> list[Block]:
    accuracy = f"{percent(found.accuracy_low)} to {percent(found.accuracy_high)}"
    lines = [
        f"{found.name}, made {found.made[:10]}: right between {accuracy} of the time there.",
        of_left_out(found),
        of_unlike(found),
        of_apart(found.apart),
    ]
    blocks: list[Block] = [Points(tuple(filter(None, lines)))]
    if found.drops.classes:
        blocks.append(
            Plot(
                f"field-{number}",
                f"{found.name}: each class there and on its own images",
                class_drop_bars(found.drops.classes),
                describe_class_drop_bars(found.drops.classes),
            )
        )
    return blocks


def _looks(report: Report) -> Section:
    section = of(report, "looks")
    points: list[Block] = [Points(section.lines)] if section.lines else []
    return Section("looks", section.title, (*points, *gaps(report, "looks")))
