"""Cards as Markdown: whatever people wrote shows letter by letter."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from core.share.cards import markdown, model_card
from core.share.cards.card import Card, Facts, Kind, Names, Points, Section, Table, Text
from core.share.cards.markdown import block_lines, cell_text, escaped, paragraphs
from tests.unit.share.cards.made import NASTY, model_facts, nasty_facts

READER = MarkdownIt("commonmark", {"html": True}).enable("table")


def tokens(text: str) -> list[tuple[str, str]]:
    """(type, content) of all that a reader finds, what stands within lines too."""
    found = []
    for token in READER.parse(text):
        found.append((token.type, token.content))
        found += [(child.type, child.content) for child in token.children or []]
    return found


def read(text: str) -> str:
    """The letters that a reader shows."""
    shown = (content for kind, content in tokens(text) if kind in ("text", "text_special"))
    return "".join(shown)


TEXTS = (
    *NASTY,
    "- no list",
    "+ none",
    "1. no number",
    "12) none",
    "# no heading",
    "=====",
    "---",
    "> no quote",
    "\\ and \\* and \\\\",
    "~~struck~~",
    "<!-- hidden -->",
    "&#60;",
    "a ## ",
    "    no code",
)


@pytest.mark.parametrize("text", TEXTS)
def test_a_line_shows_as_it_was_written(text: str) -> None:
    found = "\n".join(paragraphs(text))
    assert read(found).strip() == text.strip()
    kinds = {kind for kind, _ in tokens(found)}
    assert kinds <= {"paragraph_open", "paragraph_close", "inline", "text", "text_special"}


@pytest.mark.parametrize("text", TEXTS)
def test_so_does_a_cell_of_a_table(text: str) -> None:
    found = "\n".join(block_lines(Table(("A", "B"), ((text, "x"),))))
    rows = [kind for kind, _ in tokens(found) if kind == "tr_open"]
    cells = [kind for kind, _ in tokens(found) if kind == "td_open"]
    assert (len(rows), len(cells)) == (2, 2)
    assert read(found) == f"AB{text.strip()}x"


def test_paragraphs_and_lines_of_what_was_written_stay() -> None:
    found = tokens("\n".join(block_lines(Text("One\ntwo\n\nthree"))))
    assert [kind for kind, _ in found].count("paragraph_open") == 2
    assert [kind for kind, _ in found].count("hardbreak") == 1
    inner = tokens("\n".join(block_lines(Facts((("Purpose", "One\n\ntwo"), ("Author", "Ada"))))))
    assert [kind for kind, _ in inner].count("list_item_open") == 2


def test_no_word_of_a_whole_card_becomes_markup() -> None:
    found = tokens(markdown(model_card(nasty_facts())))
    kinds = {kind for kind, _ in found}
    assert not kinds & {"html_block", "html_inline", "image", "link_open", "code_inline", "fence"}
    headings = [content for kind, content in found if kind == "inline" and "Model card" in content]
    assert len(headings) == 1


def test_emoji_and_colours_of_other_readers_stay_words() -> None:
    found = escaped(":smile: :red[x] :material/home: 12:30")
    assert found == r"\:smile: :red\[x\] \:material/home: 12:30"


def test_every_section_has_its_heading() -> None:
    card = model_card(model_facts())
    headings = re.findall(r"^## (.+)$", markdown(card), re.MULTILINE)
    assert headings == [section.title for section in card.sections]


def test_many_names_are_cut_and_counted() -> None:
    names = Names(tuple(f"{n}.jpg" for n in range(30)), more=10)
    assert cell_text(names).endswith("19.jpg and 20 more")
    assert cell_text(Names(("a.jpg", "b.jpg"))) == "a.jpg, b.jpg"


def test_half_a_letter_in_a_name_does_no_harm() -> None:
    section = Section("a", "A", (Points(("broken \udc80 name",)),))
    card = Card(Kind.DATA, "Data", "2026-11-27", "Lead", (section,))
    assert "broken ? name" in markdown(card)
