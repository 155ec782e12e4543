"""What was found outlives the process, and comes in words."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from core import gaze
from core.errors import ProjectProblem
from core.gaze import ClassGaze, Example, Gaze, Share, Spot, Swap, words
from core.project import now

MEAN = tuple(tuple(1 / 196 for _ in range(14)) for _ in range(14))
PLAIN = ClassGaze("plain", 30, Share(0.2, 0.15, 0.25), Share(0.5, 0.4, 0.6), MEAN, "ab")
SPOT = Spot(0.0, 0.0, 4 / 14, Share(0.71, 0.65, 0.77), 1.0, 0.03)
STAMPED = dataclasses.replace(
    PLAIN,
    label="stamped",
    examples=(Example("image", "stamped", "cd"),),
    spot=SPOT,
    swap=Swap(2, 30, 57, 60),
)
FOUND = Gaze(now(), "0123abcd", "grad-cam", 60, (PLAIN, STAMPED))


def test_what_is_saved_is_read_again(tmp_path: Path) -> None:
    assert Gaze.load(tmp_path) is None
    FOUND.save(tmp_path)
    assert Gaze.load(tmp_path) == FOUND


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"classes": [{"label": 1}]}'])
def test_a_damaged_file_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / gaze.FILE).write_text(content)
    with pytest.raises(ProjectProblem, match="cannot be read"):
        Gaze.load(tmp_path)


def test_a_picture_is_named_by_its_content(tmp_path: Path) -> None:
    name = gaze.keep_picture(tmp_path, b"a picture")
    path = gaze.pictures(tmp_path) / name[:2] / f"{name}.webp"
    assert path.read_bytes() == b"a picture"
    assert gaze.keep_picture(tmp_path, b"a picture") == name


class TestWords:
    def test_a_class_with_a_small_place_is_named(self) -> None:
        assert words.of_all(FOUND).startswith("Look closer at stamped: most of its heat lies on")
        text = words.of_spot(STAMPED)
        assert "71\u00a0% of the heat (between 65 and 77) lies on one place at the top left" in text
        assert "the hottest part is there in all 30\u00a0images" in text

    def test_without_one_no_more_is_promised_than_is_known(self) -> None:
        text = words.of_all(dataclasses.replace(FOUND, classes=(PLAIN,)))
        assert "No class gets most of its heat from one small place beside the middle" in text
        assert "against no other shortcut" in text
        assert words.of_spot(PLAIN) == words.of_swap(PLAIN) == ""

    def test_a_class_that_was_seldom_named_is_not_judged(self) -> None:
        rare = dataclasses.replace(PLAIN, label="rare", n=4)
        text = words.of_all(dataclasses.replace(FOUND, classes=(PLAIN, rare)))
        assert text.startswith("rare: seen in too few of its answers to judge. No other class")

    def test_a_class_that_was_never_named_is_told(self) -> None:
        found = dataclasses.replace(FOUND, classes=(PLAIN,))
        assert words.of_unnamed(found, [PLAIN.label]) == ""
        text = words.of_unnamed(found, [PLAIN.label, "moss", "rust"])
        assert text.startswith("It called none of these images by the name of moss and rust")

    @pytest.mark.parametrize(
        ("swap", "says"),
        [
            (Swap(2, 30, 0, 60), "settles most answers"),
            (Swap(30, 30, 57, 60), "settles most answers"),
            (Swap(27, 30, 20, 60), "sways answers all by itself"),
            (Swap(30, 30, 1, 60), "does not sway answers"),
        ],
    )
    def test_the_exchange_decides_what_follows(self, swap: Swap, says: str) -> None:
        assert says in words.of_swap(dataclasses.replace(STAMPED, swap=swap))

    def test_several_classes_are_listed(self) -> None:
        other = dataclasses.replace(STAMPED, label="other")
        text = words.of_all(dataclasses.replace(FOUND, classes=(other, STAMPED)))
        assert text.startswith("Look closer at other and stamped")

    def test_a_place_in_the_middle_is_no_alarm(self) -> None:
        inner = dataclasses.replace(SPOT, top=5 / 14, left=6 / 14)
        hand = dataclasses.replace(PLAIN, label="hand", spot=inner)
        found = dataclasses.replace(FOUND, classes=(PLAIN, hand, STAMPED))
        assert found.spotted == (STAMPED,)
        assert found.central == (hand,)
        text = words.of_all(found)
        assert text.startswith("Look closer at stamped")
        assert "hand: most of the heat lies on one small place in the middle" in text
