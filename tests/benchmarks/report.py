"""What a benchmark found: tables, targets and figures, as Markdown and as JSON."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Spread:
    """Repeated measurements of one thing."""

    values: tuple[float, ...]

    @classmethod
    def of(cls, values: Iterable[float]) -> Spread:
        return cls(tuple(float(value) for value in values))

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def low(self) -> float:
        return min(self.values)

    @property
    def high(self) -> float:
        return max(self.values)

    def text(self, form: str = ".1f", before: str = "") -> str:
        """The median, and from where to where the values went, where there are several."""
        middle = f"{before}{self.median:{form}}"
        if len(self.values) == 1:
            return middle
        return f"{middle} ({self.low:{form}} to {self.high:{form}})"

    def to_dict(self) -> dict[str, Any]:
        return {"median": self.median, "values": list(self.values)}


def ratios(above: Spread, below: Spread) -> Spread:
    """How many times ``above`` is ``below``, round by round where both have as many rounds.

    Where they have not, every value of ``above`` is set against the median of ``below``, or
    the one value of ``above`` against every value of ``below``.
    """
    if len(above.values) == len(below.values):
        return Spread.of(a / b for a, b in zip(above.values, below.values, strict=True))
    if len(above.values) == 1:
        return Spread.of(above.median / b for b in below.values)
    return Spread.of(a / below.median for a in above.values)


@dataclass(frozen=True)
class Target:
    """What is aimed at, and what was found.

    Attributes:
        what: is measured.
        found: its value; None where it could not be measured.
        aim: the bound.
        at_least: whether the aim is a floor; otherwise a ceiling.
        form: how the numbers are written.
        unit: of both.
    """

    what: str
    found: float | None
    aim: float
    at_least: bool
    form: str = ".2f"
    unit: str = ""

    @property
    def is_met(self) -> bool | None:
        """None where nothing was measured."""
        if self.found is None:
            return None
        return self.found >= self.aim if self.at_least else self.found <= self.aim

    @property
    def verdict(self) -> str:
        return {True: "met", False: "NOT MET", None: "not measured"}[self.is_met]

    def row(self) -> list[str]:
        found = "-" if self.found is None else self._number(self.found)
        bound = "at least" if self.at_least else "at most"
        return [self.what, found, f"{bound} {self._number(self.aim)}", self.verdict]

    def to_dict(self) -> dict[str, Any]:
        kind = "at_least" if self.at_least else "at_most"
        return {"what": self.what, "found": self.found, kind: self.aim, "met": self.is_met}

    def _number(self, value: float) -> str:
        return f"{value:{self.form}}{' ' if self.unit else ''}{self.unit}"


@dataclass(frozen=True)
class Table:
    """One Markdown table; the first column is text, the others are numbers."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]

    def text(self) -> str:
        widths = [
            max(3, *(len(row[i]) for row in (self.columns, *self.rows)))
            for i in range(len(self.columns))
        ]
        rules = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
        lines = [_line(self.columns, widths), _line(rules, widths)]
        lines += [_line(row, widths) for row in self.rows]
        return "\n".join([f"### {self.title}", "", *lines])


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first = cells[0].ljust(widths[0])
    others = [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)]
    return f"| {' | '.join([first, *others])} |"


@dataclass
class Section:
    """One subject: what was measured and what came out."""

    title: str
    tables: list[Table] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    figures: dict[str, Any] = field(default_factory=dict)

    def text(self) -> str:
        parts = [f"## {self.title}", *(table.text() for table in self.tables)]
        if self.targets:
            parts.append(targets_table(self.targets).text())
        if self.notes:
            parts.append("\n".join(f"- {note}" for note in self.notes))
        return "\n\n".join(parts)

    def to_dict(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "figures": self.figures,
            "targets": [target.to_dict() for target in self.targets],
            "notes": self.notes,
        }


def targets_table(targets: Iterable[Target], title: str = "Targets") -> Table:
    return Table(title, ["Target", "Found", "Aim", "Verdict"], [t.row() for t in targets])


Tell = Callable[[str], None]
"""Says on standard error what is being measured"""
