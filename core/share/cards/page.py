"""A card as a web page that stands alone: one file, no program in it, nothing from elsewhere."""

from __future__ import annotations

import html
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from core.charts.svg import svg
from core.share.cards.card import (
    Block,
    Card,
    Cell,
    Facts,
    Gap,
    Names,
    Plot,
    Points,
    Section,
    Table,
    Text,
)

_WIDE, _NARROW = 680, 340  # px: a sheet of paper, and a telephone
_FEW: Final = 3  # names in a cell that need no folding
_WHOLE: Final = 16  # rows that are kept on one sheet of paper
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def page(card: Card) -> str:
    """``card`` as HTML; nothing in it is run, and all that people wrote is shown as text."""
    body = [
        f"<h1>{_text(card.title)}</h1>",
        f'<p class="lead">{_text(card.lead)}</p>',
        f'<p class="made">Written {_text(card.made[:10])} by First Light.</p>',
        _contents(card),
        *(_section(section) for section in card.sections),
    ]
    head = (
        '<meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_text(card.title)}</title><style>{_style()}</style>"
    )
    inner = "\n".join(body)
    found = (
        f'<!doctype html>\n<html lang="en"><head>{head}</head>\n'
        f"<body><main>\n{inner}\n</main></body></html>\n"
    )
    return found.encode("utf-8", "replace").decode("utf-8")


@cache
def _style() -> str:
    return (Path(__file__).parent / "page.css").read_text(encoding="utf-8")


def _contents(card: Card) -> str:
    links = "".join(
        f'<li><a href="#{section.key}">{_text(section.title)}</a></li>' for section in card.sections
    )
    return f'<nav aria-label="Contents"><ol>{links}</ol></nav>'


def _section(section: Section) -> str:
    blocks = "\n".join(_block(block) for block in section.blocks)
    return f'<section id="{section.key}"><h2>{_text(section.title)}</h2>\n{blocks}</section>'


def _block(block: Block) -> str:
    match block:
        case Text(text):
            return _paragraphs(text)
        case Points(lines):
            return f"<ul>{''.join(f'<li>{_text(line)}</li>' for line in lines)}</ul>"
        case Facts(rows):
            told = "".join(
                f"<dt>{_text(name)}</dt><dd>{_paragraphs(value)}</dd>" for name, value in rows
            )
            return f"<dl>{told}</dl>"
        case Gap(what, do):
            return f'<p class="gap"><b>Not tested yet.</b> {_text(what)} <i>{_text(do)}</i></p>'
        case Plot():
            return _plot(block)
        case Table():
            return _table(block)


def _plot(plot: Plot) -> str:
    """The chart twice: as wide as a sheet, and with letters that a telephone can show."""
    drawn = "".join(
        f'<div class="{name}">{svg(plot.figure, width, f"{name}-{plot.key}")}</div>'
        for name, width in (("wide", _WIDE), ("narrow", _NARROW))
    )
    alt = html.escape(plot.alt, quote=True)
    return (
        f"<figure><figcaption>{_text(plot.title)}</figcaption>"
        f'<div role="img" aria-label="{alt}">{drawn}</div></figure>'
    )


def _table(table: Table) -> str:
    named = any(isinstance(row[-1], Names) for row in table.rows)
    titles = table.head[:-1] if named else table.head
    head = "".join(f"<th{_side(table, i)}>{_text(name)}</th>" for i, name in enumerate(titles))
    rows = "".join(_row(table, row) for row in table.rows)
    look = "scroll whole" if len(table.rows) <= _WHOLE and not named else "scroll"
    drawn = (
        f'<div class="{look}" tabindex="0"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )
    title = _text(table.title)
    if table.folded:
        return f"<details><summary>{title} ({len(table.rows):,})</summary>{drawn}</details>"
    return (f"<h3>{title}</h3>" if title else "") + drawn


def _row(table: Table, row: Sequence[Cell]) -> str:
    """A row; names that it ends with stand below it, where there is room for them."""
    cells = "".join(
        f"<td{_side(table, i)}>{_text(cell)}</td>"
        for i, cell in enumerate(row)
        if isinstance(cell, str)
    )
    last = row[-1]
    if isinstance(last, str) or not last.count:
        return f"<tr>{cells}</tr>"
    below = f'<td></td><td colspan="{len(row) - 2}">{_names(last)}</td>'
    return f'<tr class="named">{cells}</tr><tr class="names">{below}</tr>'


def _side(table: Table, column: int) -> str:
    return ' class="number"' if column in table.numbers else ""


def _names(names: Names) -> str:
    """A few names as they are; many behind their number."""
    more = f" and {names.more:,} more" if names.more else ""
    every = f"{', '.join(_text(name) for name in names.shown)}{more}"
    if names.count <= _FEW:
        return every
    return f"<details><summary>{names.count:,} files</summary>{every}</details>"


def _paragraphs(text: str) -> str:
    """What somebody wrote, with its paragraphs and line breaks."""
    return "".join(f"<p>{_text(part)}</p>" for part in text.split("\n\n"))


def _text(text: str) -> str:
    return "<br>".join(html.escape(line, quote=True) for line in text.split("\n"))
