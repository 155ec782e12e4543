"""Numbers, times and names as people write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from core import words

NOW = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)


def spaced(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("share", "digits", "text"),
    [
        (0.9587, 1, "95.9 %"),
        (0.9587, 0, "96 %"),
        (1, 1, "100 %"),
        (0, 1, "0 %"),
        (0.9999, 1, "over 99.9 %"),
        (0.999, 0, "over 99 %"),
        (0.0001, 1, "under 0.1 %"),
        (0.001, 0, "under 1 %"),
    ],
)
def test_per_cent_never_claims_more_than_there_is(share: float, digits: int, text: str) -> None:
    assert spaced(words.percent(share, digits)) == text


def test_intervals() -> None:
    assert spaced(words.interval(0.912, 0.981)) == "91.2 to 98.1 %"
    assert spaced(words.interval(0, 1)) == "0 to 100 %"
    assert spaced(words.between(0.912, 1)) == "between 91.2 and 100 %"


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 images"), (1, "1 image"), (1940, "1,940 images")]
)
def test_counts(number: int, text: str) -> None:
    assert spaced(words.count(number, "image")) == text


def test_an_odd_plural() -> None:
    assert spaced(words.count(2, "class", "classes")) == "2 classes"


@pytest.mark.parametrize(
    ("size", "text"),
    [(1, "1 byte"), (999, "999 bytes"), (1500, "1.5 KB"), (4_251_306, "4.3 MB"), (2e9, "2.0 GB")],
)
def test_sizes(size: float, text: str) -> None:
    assert spaced(words.size(int(size))) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "a second"),
        (42.4, "42 seconds"),
        (89.6, "2 minutes"),
        (200, "3 minutes"),
        (3900, "1 h 5 min"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert spaced(words.duration(seconds)) == text


@pytest.mark.parametrize(
    ("before", "text"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=5), "5 hours ago"),
        (timedelta(days=2), "2 days ago"),
        (timedelta(days=40), "28 January 2026"),
    ],
)
def test_how_long_ago(before: timedelta, text: str) -> None:
    assert spaced(words.ago((NOW - before).isoformat(), NOW)) == text


def test_names_cannot_act_as_markup() -> None:
    assert words.plain("a *b* [c](d)\n$e$ :red[f]") == (r"a \*b\* \[c\]\(d\) \$e\$ \:red\[f\]")


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b", "c"], "a, b and c"),
        (list("abcdefg"), "a, b, c and 4 more"),
    ],
)
def test_listings(names: list[str], text: str) -> None:
    assert words.listing(names) == text


def test_a_sentence_is_escaped_and_its_unbreakable_spaces_stay() -> None:
    assert words.sentence("a *b*  95\u00a0% c") == "a \\*b\\* 95\u00a0% c"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (28_410, "28,410"),
        (3_371_008, "3.4 million"),
        (724_406_816, "724 million"),
        (262_990_000_000, "263 billion"),
        (234_707_808_384_000_000, "235,000 trillion"),
    ],
)
def test_large_numbers_have_three_digits_at_most(number: int, text: str) -> None:
    assert spaced(words.large(number)) == text
