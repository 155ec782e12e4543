"""Cards as pages: one file, nothing that runs, every word as it was written."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from core.share.cards import data_card, model_card, page
from core.share.cards.card import Card, Kind, Names, Section, Table
from tests.unit.field.test_found import field_test
from tests.unit.share.cards.made import NASTY, data_facts, model_facts, nasty_facts
from tests.unit.trust.test_report import known, stressed


class Reader(HTMLParser):
    """Notes tags, attributes and words."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read(text: str) -> Reader:
    found = Reader()
    found.feed(text)
    found.close()
    assert found.open == []
    return found


def test_it_stands_alone_and_runs_nothing() -> None:
    full = known(stress=stressed(), fields=(field_test(),))
    for card in (model_card(model_facts(known=full)), data_card(data_facts())):
        text = page(card)
        found = read(text)
        assert not {"script", "link", "img", "iframe", "object"} & set(found.tags)
        assert not [name for name, _ in found.attributes if name.startswith("on")]
        asked = {value for name, value in found.attributes if name in ("src", "href", "action")}
        assert all(value.startswith("#") for value in asked)
        assert "default-src 'none'" in text
        assert len(text) < 300_000
        assert found.tags.count("svg") == 2 * len(card.plots)


def test_every_word_is_shown_as_it_was_written() -> None:
    found = read(page(model_card(nasty_facts())))
    assert "script" not in found.tags
    every = "".join(found.words)
    for text in NASTY:
        assert text in every


def test_links_lead_to_the_sections_and_ids_are_single() -> None:
    full = known(stress=stressed(), fields=(field_test(), field_test(name="shed.zip")))
    found = read(page(model_card(model_facts(known=full))))
    ids = [value for name, value in found.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert {value[1:] for name, value in found.attributes if name == "href"} <= set(ids)


def test_each_plot_says_the_same_in_words() -> None:
    card = model_card(model_facts())
    found = read(page(card))
    told = [value for name, value in found.attributes if name == "aria-label"]
    for plot in card.plots:
        assert plot.alt in told


def test_it_has_a_sheet_for_the_printer() -> None:
    text = page(model_card(model_facts()))
    assert "@media print" in text and "break-inside: avoid" in text
    assert re.search(r"@page \{[^}]*A4", text)


def test_long_lists_are_folded() -> None:
    names = Names(tuple(f"{n}.jpg" for n in range(9)))
    table = Table(("What", "Files"), (("Dropped", names),), title="Log", folded=True)
    text = page(Card(Kind.DATA, "A", "2026-11-27", "B", (Section("s", "S", (table,)),)))
    assert "<summary>Log (1)</summary>" in text and "<summary>9 files</summary>" in text


def test_half_a_letter_in_a_name_does_no_harm() -> None:
    table = Table(("File",), (("broken \udc80 name",),))
    text = page(Card(Kind.DATA, "A", "2026-11-27", "B", (Section("s", "S", (table,)),)))
    assert "broken ? name" in text
