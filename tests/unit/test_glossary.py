"""Every setting and every metric that a page shows has an entry in the glossary."""

from __future__ import annotations

import dataclasses

import pytest

from core.lessons import _read_glossary, glossary, lesson
from core.settings import Settings, SplitSettings, TrainSettings

METRICS = (
    *("accuracy", "interval", "balanced_accuracy", "macro_f1", "majority_baseline", "n"),
    *("precision", "recall", "f1", "confusion", "confidence", "loss"),
)


@pytest.mark.parametrize("settings", [TrainSettings, SplitSettings])
def test_every_setting_has_an_entry(settings: type[Settings]) -> None:
    names = {field.name for field in dataclasses.fields(settings)}
    assert names <= set(glossary())


def test_every_metric_has_an_entry() -> None:
    assert set(METRICS) <= set(glossary())


def test_every_entry_begins_with_one_plain_sentence() -> None:
    for entry in glossary().values():
        assert entry.sentence.endswith("."), entry.term
        assert 20 <= len(entry.sentence) <= 200, entry.term
        assert "\n" not in entry.sentence


def test_a_term_cannot_be_explained_twice() -> None:
    with pytest.raises(ValueError, match="'a' twice"):
        _read_glossary("## A {a}\n\nOne.\n\n## Another {a}\n\nTwo.\n")


def test_help_joins_name_sentence_and_the_rest() -> None:
    assert glossary()["recall"].help.startswith("**Recall.** Of all images")
    assert "Low recall means misses" in glossary()["recall"].help


@pytest.mark.parametrize("name", ["data", "train", "errors", "try"])
def test_lessons_are_there(name: str) -> None:
    assert len(lesson(name)) > 100


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(TrainSettings)])
def test_every_setting_of_a_training_has_a_lesson_that_says_what_to_try(name: str) -> None:
    text = lesson(f"settings/{name}")
    assert "*Try first:*" in text
    assert 200 < len(text) < 1200


def test_an_unknown_lesson_is_an_error() -> None:
    with pytest.raises(KeyError):
        lesson("../README")
