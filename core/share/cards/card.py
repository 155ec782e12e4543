"""A card as plain data: sections of sentences, facts, tables and plots, without any markup."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import plotly.graph_objects as go


class Kind(StrEnum):
    """What a card is about."""

    MODEL = "model"
    DATA = "data"


@dataclass(frozen=True)
class Text:
    """What somebody wrote, or a sentence or two; an empty line parts two paragraphs."""

    text: str


@dataclass(frozen=True)
class Points:
    """Sentences, each a point of its own."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """What something is, by name: ('Author', 'Ada')."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Names:
    """A cell of a table that lists names, few or many.

    Attributes:
        shown: those that are listed.
        more: how many there are beside them.
    """

    shown: tuple[str, ...]
    more: int = 0

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.shown) + self.more


Cell: TypeAlias = str | Names


@dataclass(frozen=True)
class Table:
    """Rows under headings; only the last cell of a row may be `Names`.

    Attributes:
        head: a heading for each column.
        rows: the cells; what is a number comes as text, ready to be read.
        numbers: the columns that hold numbers, which stand to the right.
        title: what it lists.
        folded: whether it is long, and should open only when somebody asks.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numbers: frozenset[int] = frozenset()
    title: str = ""
    folded: bool = False


@dataclass(frozen=True)
class Plot:
    """A chart.

    Attributes:
        key: its name for programs, unlike that of any other plot of the card.
        title: what it shows.
        figure: of `core.charts`.
        alt: the same in words, for those who do not see it.
    """

    key: str
    title: str
    figure: go.Figure
    alt: str


@dataclass(frozen=True)
class Gap:
    """What nobody has looked at yet.

    Attributes:
        what: a sentence.
        do: how that could be mended, and where.
    """

    what: str
    do: str


Block: TypeAlias = Text | Points | Facts | Table | Plot | Gap


@dataclass(frozen=True)
class Section:
    """One part of a card; ``key`` is its name for programs."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Card:
    """A model card or a data card.

    Attributes:
        kind: what it is about.
        title: with the name of what it is about.
        made: when it was written, ISO 8601 in UTC.
        lead: one sentence that says what it is.
        sections: in their order.
    """

    kind: Kind
    title: str
    made: str
    lead: str
    sections: tuple[Section, ...]

    @property
    def plots(self) -> tuple[Plot, ...]:
        """All of them, in order."""
        blocks = (block for section in self.sections for block in section.blocks)
        return tuple(block for block in blocks if isinstance(block, Plot))

    def section(self, key: str) -> Section:
        """The section with this key.

        Raises:
            KeyError: there is none.
        """
        for section in self.sections:
            if section.key == key:
                return section
        raise KeyError(key)
