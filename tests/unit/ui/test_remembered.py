"""What was worked out from a file is kept for each place, until the file changes."""

from __future__ import annotations

import pytest

from core.ui.remembered import _PLACES, remembered


def test_each_place_keeps_its_newest_result() -> None:
    asked: list[tuple[str, ...]] = []

    @remembered
    def read(place: str, stamp: str, side: str) -> str:
        asked.append((place, stamp, side))
        return f"{place} {stamp} {side}"

    places = [f"project {number}" for number in range(_PLACES // 2)]
    for _ in range(2):
        assert [read(place, "now", "test") for place in places] == [
            f"{place} now test" for place in places
        ]
    assert len(asked) == len(places)
    assert read("project 1", "now", "train") == "project 1 now train"
    assert read("project 1", "later", "test") == "project 1 later test"
    assert read("project 1", "later", "test") == "project 1 later test"
    assert asked[len(places) :] == [
        ("project 1", "now", "train"),
        ("project 1", "later", "test"),
    ]


def test_what_fails_is_asked_again() -> None:
    tries: list[str] = []

    @remembered
    def read(place: str, stamp: str) -> int:
        tries.append(place)
        if len(tries) == 1:
            raise OSError("busy")
        return len(tries)

    with pytest.raises(OSError, match="busy"):
        read("a project", "now")
    assert read("a project", "now") == 2
    assert read("a project", "now") == 2
