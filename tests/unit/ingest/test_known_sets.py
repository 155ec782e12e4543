"""What is said of well-known sets."""

from __future__ import annotations

import pytest

from core.errors import DataProblem
from core.ingest.known_sets import KnownSet, known_set, known_sets


def test_there_are_a_dozen_or_so_each_once() -> None:
    names = [known.name for known in known_sets()]
    assert 10 <= len(names) == len(set(names))


@pytest.mark.parametrize("known", known_sets(), ids=lambda known: known.name)
def test_everything_is_said_before_the_download(known: KnownSet) -> None:
    assert known.title
    assert known.about.endswith(".")
    assert known.licence
    assert known.homepage.startswith(("http://", "https://"))
    assert known.class_count >= max(2, len(known.classes))
    assert known.images > known.class_count
    assert known.download_bytes > 1_000_000
    assert known.disk_bytes > 2 * known.download_bytes
    assert set(known.splits) <= {"train", "validation", "test"}
    assert known.splits[0] == "train"


def test_a_sample_is_never_larger_than_the_set() -> None:
    beans = known_set("beans")
    assert beans.sample_size(10) == 30
    assert beans.sample_size(10_000) == beans.images


def test_a_set_that_is_not_offered() -> None:
    with pytest.raises(DataProblem, match="not offered"):
        known_set("../../etc")
