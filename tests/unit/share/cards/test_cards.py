"""What the cards say, and what they leave out: plain data."""

from __future__ import annotations

import dataclasses

import pytest

from core.share.cards import Card, CardFields, data_card, model_card
from core.share.cards.card import Facts, Gap, Points, Table, Text
from core.trust import Known
from tests.unit.field.test_found import field_test
from tests.unit.share.cards.made import data_facts, divided, model_facts
from tests.unit.trust.test_report import figures, known, stressed


def words(card: Card, key: str) -> str:
    """All that a section says, in one text."""
    found: list[str] = []
    for block in card.section(key).blocks:
        match block:
            case Text(text):
                found.append(text)
            case Points(lines):
                found += lines
            case Facts(rows):
                found += [f"{name}: {value}" for name, value in rows]
            case Table(head, rows):
                found += [" | ".join(map(str, row)) for row in (head, *rows)]
            case Gap(what, do):
                found.append(f"GAP {what} {do}")
            case _:
                found.append(block.alt)
    return "\n".join(found).replace("\xa0", " ")


def test_what_nobody_told_is_said_plainly() -> None:
    assert words(model_card(model_facts()), "purpose").count("Not told.") == 4
    told = CardFields(purpose="To sort pets.\n\nAt the shelter.", not_for="Wild animals")
    card = model_card(model_facts(fields=told))
    assert "What it is for: To sort pets." in words(card, "purpose")
    assert words(card, "limits").startswith("Wild animals")


def test_sealed_test_images_are_not_spoken_of() -> None:
    card = model_card(model_facts())
    told = words(card, "scores")
    assert "Validation | 84 | 63 | 75.0 %" in told
    assert "\nTest |" not in told
    assert "GAP The 80 test images are still sealed. Open the test set: Mistakes page." in told


def test_open_ones_come_with_their_looks() -> None:
    found = known(side="test", looks=3)
    told = words(model_card(model_facts(known=found, test=figures())), "scores")
    assert "Test | 84 |" in told and "looked at 3 times" in told
    assert "sealed" not in told


def test_what_was_not_tested_names_the_page_where_it_is_done() -> None:
    card = model_card(model_facts())
    assert "GAP" in words(card, "stress") and "Stress page" in words(card, "stress")
    assert "GAP" in words(card, "field") and "Stress page" in words(card, "field")
    assert "Mistakes page" in words(card, "looks") and "Explore page" in words(card, "looks")
    assert "Clean page" in words(card, "fails")


def test_tests_that_were_made_bring_figures_and_plots() -> None:
    found: Known = known(stress=stressed(), fields=(field_test(),))
    card = model_card(model_facts(known=found))
    assert "GAP" not in words(card, "stress") + words(card, "field")
    assert "garden.zip" in words(card, "field")
    keys = [plot.key for plot in card.plots]
    assert keys == ["classes", "recall", "confusion", "reliability", "stress", "field-0"]


def test_i_do_not_know_is_told_with_what_it_costs() -> None:
    told = words(model_card(model_facts()), "unsure")
    assert "1 % | too few images" in told
    assert "10 % | 0.420 | 83.3 % | 11.9 % | 4.8 % | 91.7 % (83.0 to 96.0 %)" in told


def test_settings_recipe_and_hashes_are_written_down() -> None:
    card = model_card(model_facts())
    assert "Learning rate | 0.001" in words(card, "method")
    assert "Random crop" in words(card, "method") or "Strength" in words(card, "method")
    assert "f" * 64 in words(card, "origin") and "keras 3.15.1" in words(card, "origin")
    assert "Apache-2.0" in words(card, "licences")


def test_the_model_card_names_no_image() -> None:
    card = model_card(model_facts(known=known(stress=stressed(), fields=(field_test(),))))
    every = "\n".join(words(card, section.key) for section in card.sections)
    assert ".jpg" not in every and ".png" not in every


def test_the_data_card_counts_and_measures() -> None:
    card = data_card(data_facts())
    assert card.lead.replace("\xa0", " ") == "5 images in 2 classes: cat and dog."
    told = words(card, "content")
    assert "cat | 3 | 60.0 %" in told
    assert "from 50 × 50 to 640 × 480; 320 × 240 in the middle" in told
    assert "JPEG (5)" in told
    coming = words(card, "coming")
    assert "Images taken in: 6" in coming and "Images in use: 5" in coming
    assert "Fewer than 30 images show cat and dog" in words(card, "limits")


def test_decisions_are_summed_up_and_listed_with_their_reasons() -> None:
    told = words(data_card(data_facts()), "decisions")
    assert "1 decision, on 2026-11-26." in told
    assert "1 image dropped: blurred." in told
    assert "1 | 2026-11-26 11:00 | Dropped 1 image | blurred" in told
    assert "cat/secret.jpg" in told


def test_files_are_named_only_where_that_is_wanted() -> None:
    card = data_card(data_facts(sources=None))
    every = "\n".join(words(card, section.key) for section in card.sections)
    assert "secret.jpg" not in every and "notes.txt" not in every
    assert "not an image | 1" in words(card, "rejected")
    assert "names no files" in words(card, "about")
    assert "names files" in words(data_card(data_facts()), "about")


def test_images_that_nobody_checked_are_said_to_be_so() -> None:
    card = data_card(data_facts())
    for key in ("checks", "together"):
        assert "Clean page" in words(card, key)
    assert "Explore page" in words(card, "shortcuts")


@pytest.mark.parametrize("same", [True, False])
def test_with_a_run_it_says_whether_that_saw_the_same(same: bool) -> None:
    run = dataclasses.replace(divided(), catalogue="0" * 16 if same else "9" * 16)
    told = words(data_card(data_facts(divided=run)), "origin")
    assert ("exactly these images" in told) is same
    assert ("have changed since" in told) is not same
