"""The collection of garbage takes a small share of the time, however many runs there are."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from core.ui import garbage
from core.ui.garbage import Seldom


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    yield
    garbage.back_in_sight()


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


class Circle:
    """Something that only the collector finds."""

    def __init__(self) -> None:
        self.itself = self


def test_what_was_out_of_sight_is_found_again_once_the_visitors_have_gone() -> None:
    circle = Circle()
    garbage.keep_out_of_the_way("a page")
    lost = weakref.ref(circle)
    del circle
    gc.collect()
    assert lost() is not None
    garbage.back_in_sight()
    gc.collect()
    assert lost() is None


def test_the_next_visitor_of_a_page_has_it_done_again() -> None:
    garbage.keep_out_of_the_way("a page")
    garbage.back_in_sight()
    assert gc.get_freeze_count() == 0
    garbage.keep_out_of_the_way("a page")
    assert gc.get_freeze_count() > 0
