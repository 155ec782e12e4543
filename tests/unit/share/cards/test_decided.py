"""The log of decisions in words."""

from __future__ import annotations

from typing import Any

from core.share.cards import decided
from core.share.cards.card import Names


def entry(number: int, act: str, **details: Any) -> dict[str, Any]:
    at = f"2026-11-2{number}T10:00:00+00:00"
    return {"number": number, "at": at, "act": act, "reason": "", "images": [], **details}


LOG = [
    entry(1, "drop", images=["a", "b"], reason="blurred", check="blurry"),
    entry(2, "relabel", images=["c"], label="cat", reason="a cat"),
    entry(3, "rename", label="cat", to="kitten"),
    entry(4, "keep", images=["d"], check="wrong_labels"),
    entry(5, "drop", images=["e"], reason="no idea"),
    entry(6, "undo", decision=5),
]


def lines(log: list[dict[str, Any]]) -> list[str]:
    return [line.replace("\xa0", " ") for line in decided.summary(log).lines]


def test_the_summary_leaves_out_what_was_taken_back() -> None:
    assert lines(LOG) == [
        "5 decisions, from 2026-11-21 to 2026-11-25; 1 of them taken back.",
        "2 images dropped: blurred.",
        "1 image looked at and kept: no reason told.",
        "1 image given another label: a cat.",
        "Classes renamed or merged: cat to kitten.",
    ]


def test_without_decisions_it_says_so() -> None:
    assert lines([]) == ["Nobody has decided anything: the images are as they came."]


def test_the_table_tells_when_what_why_and_which() -> None:
    table = decided.table(LOG, {"a": "cats/1.jpg"})
    assert table.head == ("No.", "When", "What", "Why", "Files")
    first, *_, dropped, undone = table.rows
    assert first[1] == "2026-11-21 10:00"
    assert first[3] == "blurred (asked by: Blurred)" or "asked by" in str(first[3])
    assert first[4] == Names(("cats/1.jpg", "b"))
    assert str(dropped[2]).replace("\xa0", " ") == "Dropped 1 image (taken back)"
    assert undone[2] == "Took back number 5"


def test_without_names_it_has_no_files() -> None:
    assert decided.table(LOG, None).head == ("No.", "When", "What", "Why")


def test_the_files_of_a_large_decision_are_counted() -> None:
    log = [entry(1, "drop", images=[f"{n}" for n in range(250)])]
    (row,) = decided.table(log, {}).rows
    assert isinstance(row[4], Names)
    assert (len(row[4].shown), row[4].count) == (100, 250)


def test_names_are_written_as_the_reader_needs_them() -> None:
    assert decided.describe(LOG[2], str.upper) == "Renamed CAT to KITTEN"
