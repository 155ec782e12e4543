"""A card as Markdown: CommonMark with the tables of GitHub; what people wrote stays as it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from core.share.cards.card import (
    Block,
    Card,
    Cell,
    Facts,
    Gap,
    Plot,
    Points,
    Table,
    Text,
)

_SPECIAL: Final = re.compile(r"([\\`*_\[\]|<>$~])")
_ENTITY: Final = re.compile(r"&(?=#?[0-9A-Za-z]+;)")  # would be read as the letter that it names
_SHORTCODE: Final = re.compile(r":(?=[\w+/-]+:)")  # an emoji or an icon to some readers
_HEADING: Final = re.compile(r"#(?=#*(?:\s|$))")  # a line of these alone, or at its end
_NUMBER: Final = re.compile(r"^(\s*\d{1,9})([.)])")
_LISTED: Final = 20  # names in a cell


def markdown(card: Card) -> str:
    """``card`` as a Markdown file."""
    lines = [f"# {escaped(card.title)}", "", escaped(card.lead), ""]
    lines += [f"Written {card.made[:10]} by First Light.", ""]
    for section in card.sections:
        lines += [f"## {escaped(section.title)}", ""]
        for block in section.blocks:
            lines += [*block_lines(block), ""]
    # Names of files may hold half a surrogate pair, which no file in UTF-8 can
    return "\n".join(lines).encode("utf-8", "replace").decode("utf-8")


def block_lines(block: Block) -> list[str]:
    """One block as lines of Markdown; a plot as the sentence that says the same."""
    match block:
        case Text(text):
            return paragraphs(text)
        case Points(lines):
            return [f"- {escaped(line)}" for line in lines]
        case Facts(rows):
            return [f"- **{escaped(name)}:** {_inner(value)}" for name, value in rows]
        case Gap(what, do):
            return [f"- **Not tested yet:** {escaped(what)} {escaped(do)}"]
        case Plot():
            return [f"*{escaped(block.title)}.* {escaped(block.alt)}"]
        case Table():
            return _table(block)


def paragraphs(text: str) -> list[str]:
    """What somebody wrote: its paragraphs and line breaks stay, nothing else is markup."""
    lines: list[str] = []
    for part in text.split("\n\n"):
        written = [_line(line) for line in part.split("\n") if line.strip()]
        lines += [*(f"{line}\\" for line in written[:-1]), *written[-1:], ""]
    return lines[:-1]


def escaped(text: str) -> str:
    """``text`` on one line, so that Markdown shows it letter by letter."""
    text = _SPECIAL.sub(r"\\\1", " ".join(re.split(r"[\r\n]+", text)))
    for pattern in (_ENTITY, _SHORTCODE, _HEADING):
        text = pattern.sub(r"\\\g<0>", text)
    return text


def _line(text: str) -> str:
    """A line that stands at the beginning: no list, no heading, no underlined one."""
    found = _NUMBER.sub(r"\1\\\2", escaped(text.strip()))
    return re.sub(r"^([-+=])", r"\\\1", found)


def _inner(text: str) -> str:
    """What somebody wrote, within a point of a list."""
    first, *rest = paragraphs(text) or [""]
    return "\n".join([first, *(f"  {line}".rstrip() for line in rest)])


def _table(table: Table) -> list[str]:
    lines = [f"**{escaped(table.title)}**", ""] if table.title else []
    rule = ["---:" if place in table.numbers else "---" for place in range(len(table.head))]
    lines += [_row([escaped(name) for name in table.head]), _row(rule)]
    return lines + [_row([_cell(cell) for cell in row]) for row in table.rows]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell) -> str:
    return escaped(cell_text(cell))


def cell_text(cell: Cell) -> str:
    """A cell on one line; of many names, the first and how many more there are."""
    if isinstance(cell, str):
        return cell
    shown = cell.shown[:_LISTED]
    more = cell.count - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")
