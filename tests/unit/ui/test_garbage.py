"""The collection of garbage takes a small share of the time, however many runs there are."""

from __future__ import annotations

import gc

import pytest

from core.ui.garbage import Seldom


def test_it_is_not_repeated_for_twenty_times_as_long_as_it_took(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now, collected = [100.0], []

    def collect(generation: int) -> int:
        now[0] += 0.1
        collected.append(generation)
        return 7

    monkeypatch.setattr(gc, "collect", collect)
    seldom = Seldom(lambda: now[0])
    assert seldom.collect(2) == 7
    assert seldom.collect(2) == 0
    now[0] += 1.9
    assert seldom.collect(2) == 0
    now[0] += 0.2
    assert seldom.collect(2) == 7
    assert collected == [2, 2]
