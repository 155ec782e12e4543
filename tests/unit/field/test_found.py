"""A field test as it is kept and told."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from core.errors import ProjectProblem
from core.field import Apart, Change, FieldTest, Level, drops, same_names, words
from core.project import now
from tests.unit.field.test_drop import CLASSES, answers


def field_test(**other: object) -> FieldTest:
    """A field test in which dogs are lost in the dark."""
    before = answers(cat=(38, 40), dog=(37, 40), owl=(39, 40))
    after = answers(cat=(29, 30), dog=(11, 30), owl=(28, 30))
    found = FieldTest(
        name="garden.zip",
        made=now(),
        side="test",
        images=104,
        learnt=3,
        unknown={"fox": 11},
        unreadable=1,
        drops=drops(before, after, CLASSES),
        accuracy_low=0.65,
        accuracy_high=0.83,
        sure_before=0.93,
        sure_after=0.9,
        changes=(
            Change("brightness", 0.52, 0.31, 0.12, 0.01),
            Change("sharpness", 0.4, 0.41, 0.52, 1.0),
        ),
        apart=Apart(0.97, 0.56, 0.002, 120, 90),
        unlike=(0.02, 0.31),
        unlabelled=2,
    )
    return dataclasses.replace(found, **other)  # type: ignore[arg-type]


def flat(text: str) -> str:
    return text.replace("\xa0", " ")


def test_it_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    for found in (field_test(), field_test(apart=None, changes=(), unlike=None, why_not="Gone")):
        found.save(tmp_path)
        assert FieldTest.load(tmp_path) == found


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"name": 3}'])
def test_a_damaged_one_is_a_problem(tmp_path: Path, content: str) -> None:
    (tmp_path / "field.json").write_text(content)
    with pytest.raises(ProjectProblem, match="field test cannot be read"):
        FieldTest.load(tmp_path)


def test_the_drop_is_told_with_its_interval_and_what_chance_has_to_do_with_it() -> None:
    told = flat(words.of_drop(field_test().drops, "test"))
    assert told.startswith("Right 75.6 % of the time on these 90 images, 95.0 % on its 120 test")
    assert "19.4 points lost (95 % interval" in told
    assert told.endswith("Chance does not explain that.")


def test_the_parts_of_the_story_are_told() -> None:
    found = field_test()
    assert flat(words.of_changes(found)) == "These images are darker than your own."
    told = words.of_change(found.changes[0])
    assert told == "Brightness: 0.31 on average, 0.52 before; much darker"
    told = words.of_change(Change("tint", -0.001, 0.002, 0.7, 0.01))
    assert told == "Green tint: greener, though hardly on average"
    assert "97 of 100 pairs" in words.of_apart(found.apart)
    assert "It does not notice: it is 90.0 % sure on average" in flat(words.of_sureness(found))
    assert "31.0 % of these images look like nothing" in flat(words.of_unlike(found))
    left_out = flat(words.of_left_out(found))
    assert "3 images it learnt from" in left_out
    assert "11 images of classes that it does not know (fox)" in left_out
    assert "2 images without a label" in left_out
    assert "1 file could not be read" in left_out


def test_nothing_is_said_of_what_is_not_there() -> None:
    found = field_test(
        learnt=0, unknown={}, unreadable=0, unlabelled=0, unlike=None, apart=None, changes=()
    )
    assert words.of_left_out(found) == words.of_unlike(found) == words.of_apart(None) == ""
    assert "they are like your own" in words.of_changes(found)
    assert words.of_changes(field_test(why_not="The images are gone.")) == "The images are gone."


def test_other_shares_of_the_classes_are_told_where_they_matter() -> None:
    before = answers(cat=(99, 100), dog=(60, 100))
    found = drops(before, answers(cat=(10, 10), dog=(120, 200)), CLASSES)
    told = flat(words.of_mix(found))
    assert told.startswith("The classes come in other shares here, which alone cost 17.6 points.")
    assert "other shares of the classes do" in words.of_drop(found, "test")
    assert words.of_mix(field_test().drops) == ""
    assert set(words.TITLES) == set(Level)


def test_the_same_class_by_another_spelling_is_the_same_class() -> None:
    labels = ["Light Rust", "healthy", "blight", "Rust-2", "fox"]
    found = same_names(labels, ["light_rust", "Healthy", "spots", "rust 2"], {"blight": "spots"})
    assert found == {
        "Light Rust": "light_rust",
        "healthy": "Healthy",
        "blight": "spots",
        "Rust-2": "rust 2",
        "fox": "fox",
    }


def test_an_exact_name_goes_before_a_like_one() -> None:
    assert same_names(["Cat", "cat"], ["cat", "Cat"]) == {"Cat": "Cat", "cat": "cat"}
