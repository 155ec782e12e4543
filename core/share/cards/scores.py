"""How good a model is: scores, classes, how sure, and when it should say "I don't know"."""

from __future__ import annotations

from typing import Final

from core.charts import describe_recall_bars, recall_bars
from core.charts.calibration import describe_reliability_diagram, reliability_diagram
from core.charts.matrix import confusion_map, describe_confusion_map
from core.field.words import own_images
from core.share.cards.card import Block, Plot, Points, Section, Table, Text
from core.share.cards.common import gaps, of
from core.share.cards.facts import Figures, ModelFacts, Promise
from core.trust import Report
from core.words import count, percent

_NBSP: Final = "\u00a0"


def sections(facts: ModelFacts, report: Report) -> list[Section]:
    """All that is measured on the run's own images."""
    return [_scores(facts, report), _classes(facts), _sure(facts, report), _unsure(facts)]


def _scores(facts: ModelFacts, report: Report) -> Section:
    head = ("Images", "Right", "Accuracy", f"95{_NBSP}% interval", "Balanced", "Macro F1")
    rows = [_score("Validation", facts.validation)]
    if facts.test is not None:
        rows.append(_score("Test", facts.test))
    figures = facts.known.figures
    always = (
        f"Always saying {figures['majority_class']} would be right "
        f"{percent(figures['majority_baseline'])} of the time."
    )
    lines = [*of(report, "judged").lines, always]
    table = Table(("On", *head), tuple(rows), frozenset({1, 2, 3, 4, 5, 6}))
    return Section("scores", "Scores", (table, Points(tuple(lines)), *gaps(report, "judged")))


def _score(side: str, figures: Figures) -> tuple[str, ...]:
    return (
        side,
        f"{figures['n']:,}",
        f"{figures['correct']:,}",
        percent(figures["accuracy"]),
        _between(figures["accuracy_low"], figures["accuracy_high"]),
        percent(figures["balanced_accuracy"]),
        f"{figures['macro_f1']:.3f}",
    )


def _classes(facts: ModelFacts) -> Section:
    figures, classes = facts.known.figures, list(facts.known.taught)
    head = ("Class", "Images", "Found", "Recall", f"95{_NBSP}% interval", "Precision", "F1")
    rows = tuple(
        (
            str(row["label"]),
            f"{row['n']:,}",
            f"{row['correct']:,}",
            percent(row["recall"]) if row["n"] else "no images",
            _between(row["recall_low"], row["recall_high"]),
            percent(row["precision"]) if row["predicted"] else "never said",
            f"{row['f1']:.3f}",
        )
        for row in figures["per_class"]
    )
    numbers = frozenset(range(1, len(head)))
    blocks: list[Block] = [
        Text(f"On the {count(int(figures['n']), 'image')} of the {_side(facts)}."),
        Plot(
            "recall",
            "How many images of each class are found",
            recall_bars(figures["per_class"]),
            describe_recall_bars(figures["per_class"]),
        ),
        Table(head, rows, numbers, "Every class", folded=len(rows) > 20),
        Plot(
            "confusion",
            "What each class (rows) is taken for (columns)",
            confusion_map(figures["confusion"], classes),
            describe_confusion_map(figures["confusion"], classes),
        ),
    ]
    return Section("classes", "Class by class", tuple(blocks))


def _sure(facts: ModelFacts, report: Report) -> Section:
    lines = list(of(report, "sure").lines)
    if facts.temperature is not None:
        lines.append(
            f"Its answers were made as sure as the validation images say they may be: the "
            f"temperature {facts.temperature:.2f} is part of the model."
        )
    blocks: list[Block] = [Points(tuple(lines))]
    if facts.reliability["n"].sum():
        blocks.append(
            Plot(
                "reliability",
                "How sure it is, and how often it is right",
                reliability_diagram(facts.reliability),
                describe_reliability_diagram(facts.reliability),
            )
        )
    return Section("sure", "How sure it is", tuple(blocks))


def _unsure(facts: ModelFacts) -> Section:
    """The thresholds of the conformal sets, and what they come to."""
    n = int(facts.validation["n"])
    text = (
        "A class belongs to the answer where its probability is at least the threshold. One "
        "class: that is the answer. Several or none: it says that it does not know. For images "
        f"like its own, the answer misses the truth no more often than asked; noted on "
        f"{count(n, 'validation image')}."
    )
    head = ("May miss", "Threshold", "Answers", "Several fit", "None fits", "Holds the truth")
    rows = tuple(_promise(promise) for promise in facts.promises)
    table = Table(head, rows, frozenset(range(len(head))))
    return Section("unsure", "When it should say “I don't know”", (Text(text), table))


def _promise(promise: Promise) -> tuple[str, ...]:
    rate = f"{100 * promise.rate:.0f}{_NBSP}%"
    kept = promise.kept
    if promise.threshold <= 0 or not kept.n:
        return (rate, "too few images", *["\u2013"] * 4)
    held = f"{percent(kept.coverage)} ({_between(kept.low, kept.high)})"
    shares = (percent(number / kept.n) for number in (kept.single, kept.several, kept.none))
    return (rate, f"{promise.threshold:.3f}", *shares, held)


def _side(facts: ModelFacts) -> str:
    return own_images(facts.known.side).replace(" images", " set")


def _between(low: float, high: float) -> str:
    return f"{100 * low:.1f}{_NBSP}to{_NBSP}{100 * high:.1f}{_NBSP}%"
