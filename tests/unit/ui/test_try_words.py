"""What is said of a picture: a class, several that it could be, or nothing that it has seen."""

from __future__ import annotations

from typing import Any

import pytest

from core.conformal import RATES
from core.jobs.trying import Answer
from core.ui.try_words import Kind, verdict

CLASSES = ("glass", "metal", "pa*per")


def answer(
    probabilities: tuple[float, ...] = (0.934, 0.05, 0.016),
    fitting: tuple[int, ...] = (0,),
    unlike: bool = False,
    lowest_rate: float = 0.01,
) -> Answer:
    return Answer(probabilities, dict.fromkeys(RATES, fitting), lowest_rate, unlike, ())


def words(told: Any) -> str:
    return f"{told.headline} {told.why}".replace("\u00a0", " ")


def test_one_class_is_named_with_its_probability() -> None:
    told = verdict(answer(), CLASSES, 0.1)
    assert told.kind is Kind.SURE
    assert told.headline.replace("\u00a0", " ") == "It says glass, 93.4 % sure."
    assert told.short.replace("\u00a0", " ") == "glass, 93 %"
    assert "out 10 % of the time at most" in words(told)


def test_several_are_named_as_what_it_could_be() -> None:
    told = verdict(answer((0.5, 0.45, 0.05), (0, 1)), CLASSES, 0.05)
    assert told.kind is Kind.UNSURE
    assert told.headline == "I don't know: it could be glass or metal."
    assert "more than 5 % of the time" in words(told)


@pytest.mark.parametrize(
    ("number", "fitting", "phrase"),
    [
        (3, (0, 1, 2), "any of the 3 classes"),
        (2, (1, 0), "c1 or c0"),
        (9, (0, 3, 2), "c0, c3 or c2"),
        (9, (0, 1, 2, 3, 4, 5), "c0, c1, c2 or 3 more"),
    ],
)
def test_many_classes_are_told_shortly(number: int, fitting: tuple[int, ...], phrase: str) -> None:
    classes = [f"c{place}" for place in range(number)]
    told = verdict(answer((1 / number,) * number, fitting), classes, 0.1)
    assert told.headline == f"I don't know: it could be {phrase}."


def test_where_no_class_fits_the_likeliest_are_told() -> None:
    told = verdict(answer((0.2, 0.5, 0.3), ()), CLASSES, 0.2)
    assert told.kind is Kind.UNSURE
    assert "no class fits well enough" in told.headline
    assert "*metal* with 50.0 % and *pa\\*per* with 30.0 %" in words(told)
    assert "80 % of the validation images" in words(told)


def test_what_is_unlike_everything_is_said_first_whatever_fits() -> None:
    told = verdict(answer(unlike=True), CLASSES, 0.1)
    assert told.kind is Kind.UNLIKE
    assert told.headline == "This looks like nothing it has seen."
    assert "*glass*, with 93.4 %" in words(told)
    assert "glass" not in told.short


def test_too_few_validation_images_are_the_reason_that_is_given() -> None:
    told = verdict(answer(fitting=(0, 1, 2), lowest_rate=0.14), CLASSES, 0.1)
    assert "too few validation images" in words(told)
    assert "14 %" in words(told)
    assert "too few" not in words(verdict(answer(fitting=(0, 1)), CLASSES, 0.1))


def test_names_are_shown_letter_by_letter() -> None:
    told = verdict(answer((0.1, 0.1, 0.8), (2,)), CLASSES, 0.1)
    assert "pa\\*per" in told.headline
    assert told.short.startswith("pa*per")
