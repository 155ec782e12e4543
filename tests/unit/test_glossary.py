"""Every setting and every metric that a page shows has an entry in the glossary."""

from __future__ import annotations

import dataclasses
import re
from xml.etree import ElementTree

import pytest

from core.audit import CHECKS
from core.charts.drawings import DRAWINGS
from core.lessons import glossary, lesson, lesson_text, linked
from core.lessons.terms import marks, read_glossary
from core.settings import Settings, SplitSettings, TrainSettings
from tests.conftest import ROOT

METRICS = (
    *("accuracy", "interval", "balanced_accuracy", "macro_f1", "majority_baseline", "n"),
    *("precision", "recall", "f1", "confusion", "confidence", "loss"),
)

_ASKED = re.compile(r"(?:glossary\(\)|terms)\[\"([a-z0-9_]+)\"\]")


@pytest.mark.parametrize("settings", [TrainSettings, SplitSettings])
def test_every_setting_has_an_entry(settings: type[Settings]) -> None:
    names = {field.name for field in dataclasses.fields(settings)}
    assert names <= set(glossary())


def test_every_metric_has_an_entry() -> None:
    assert set(METRICS) <= set(glossary())


def test_every_check_has_an_entry() -> None:
    assert {check.name for check in CHECKS} <= set(glossary())


def test_every_entry_that_the_code_asks_for_is_there() -> None:
    asked = set()
    for path in sorted((ROOT / "core").rglob("*.py")):
        asked |= set(_ASKED.findall(path.read_text(encoding="utf-8")))
    assert len(asked) > 40
    assert asked <= set(glossary())


def test_every_entry_says_more_than_one_sentence() -> None:
    short = {entry.key: entry.more for entry in glossary().values() if len(entry.more) < 60}
    assert not short


def test_every_drawing_belongs_to_an_entry_and_says_what_it_shows() -> None:
    assert set(DRAWINGS) <= set(glossary())
    for draw in DRAWINGS.values():
        drawing = ElementTree.fromstring(draw())
        assert drawing.get("role") == "img"
        assert len(drawing.get("aria-label", "")) > 20


def test_every_text_leads_to_terms_that_are_there() -> None:
    texts = sorted((ROOT / "core" / "lessons").rglob("*.md"))
    known, leading = set(glossary()), 0
    for path in texts:
        text = path.read_text(encoding="utf-8")
        assert marks(text) <= known, path.name
        leading += "](glossary?term=" in linked(text)
    assert 2 * leading > len(texts)


def test_the_first_mention_of_a_term_leads_to_its_entry_and_tells_it_on_a_hover() -> None:
    told = glossary()["leakage"].sentence
    assert linked("A leak is a leak.") == f'A [leak](glossary?term=leakage "{told}") is a leak.'
    assert linked("**Leaks** hide") == f'**[Leaks](glossary?term=leakage "{told}")** hide'
    assert linked("the [fall](term:drop) in").startswith("the [fall](glossary?term=drop ")


def test_code_buttons_links_and_parts_of_words_are_left_alone() -> None:
    for text in ("`leak`", "press *Leak*", "[a leak](elsewhere)", "# Leak", "leakless", "no-leak"):
        assert linked(text) == text
    assert linked("A leak.", but="leakage") == "A leak."
    with pytest.raises(KeyError):
        linked("[this](term:unheard_of)")


def test_every_entry_begins_with_one_plain_sentence() -> None:
    for entry in glossary().values():
        assert entry.sentence.endswith("."), entry.term
        assert 20 <= len(entry.sentence) <= 200, entry.term
        assert "\n" not in entry.sentence


def test_a_term_cannot_be_explained_twice() -> None:
    with pytest.raises(ValueError, match="'a' twice"):
        read_glossary("## A {a}\n\nOne.\n\n## Another {a}\n\nTwo.\n")
    with pytest.raises(ValueError, match="leads elsewhere"):
        read_glossary("## A {a: ay}\n\nOne.\n\n## B {b: ay}\n\nTwo.\n")


def test_help_joins_name_sentence_and_the_rest() -> None:
    assert glossary()["recall"].help.startswith("**Recall.** Of all images")
    assert "Low recall means misses" in glossary()["recall"].help


@pytest.mark.parametrize("name", ["data", "train", "errors", "try"])
def test_lessons_are_there(name: str) -> None:
    assert len(lesson(name)) > 100


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(TrainSettings)])
def test_every_setting_of_a_training_has_a_lesson_that_says_what_to_try(name: str) -> None:
    text = lesson_text(f"settings/{name}")
    assert "*Try first:*" in text
    assert 200 < len(text) < 1200


def test_an_unknown_lesson_is_an_error() -> None:
    with pytest.raises(KeyError):
        lesson("../README")
