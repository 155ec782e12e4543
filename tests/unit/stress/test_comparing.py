"""Two runs under the same stress."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import stress
from tests.unit.stress.made import Right, written


def made(folder: Path, name: str, n: int, right: Right, **options) -> stress.Stress:
    (folder / name).mkdir()
    return written(folder / name, n, right, **options)


def test_the_difference_is_taken_image_by_image(tmp_path: Path) -> None:
    a = made(tmp_path, "a", 40, lambda place, name, _: name != "fog" or place >= 30)
    b = made(tmp_path, "b", 40, lambda place, name, _: True)
    found = stress.compare(a, b)
    assert found is not None and found.n == 40
    first, second, *_ = found.each
    assert (first.name, first.a, first.b, first.by.value) == ("fog", 0.25, 1.0, 0.75)
    assert first.is_shown and first.by.low > 0.5
    assert second.by.value == 0 and not second.is_shown
    assert found.overall.by.value == pytest.approx(0.75 / 20)
    assert found.clean.by.value == 0


def test_among_many_corruptions_a_small_difference_is_not_shown(tmp_path: Path) -> None:
    a = made(tmp_path, "a", 40, lambda place, name, _: name != "fog" or place >= 7)
    b = made(tmp_path, "b", 40, lambda *_: True)
    found = stress.compare(a, b)
    assert found is not None
    fog = found.each[0]
    assert fog.by.low > 0  # by itself it would be
    assert not fog.is_shown


def test_classes_that_took_other_names_are_compared_all_the_same(tmp_path: Path) -> None:
    a = made(tmp_path, "a", 12, lambda place, *_: place % 3 > 0)
    b = made(tmp_path, "b", 12, lambda *_: True)
    renamed = b.called({"cat": "tom"})
    assert stress.compare(a, renamed).n == 6  # the dogs
    found = stress.compare(a.called({"cat": "tom"}), renamed)
    assert found is not None
    assert (found.n, found.overall) == (12, stress.compare(a, b).overall)


def test_to_take_one_class_for_another_that_it_was_merged_with_is_no_mistake(
    tmp_path: Path,
) -> None:
    a = made(tmp_path, "a", 12, lambda *_: False)
    merged = a.called({"cat": "dog"})
    assert merged.classes == ("dog",)
    assert merged.right.all() and merged.clean.all()
    assert not a.right.any()


def test_only_shared_and_fair_images_and_shared_corruptions_count(tmp_path: Path) -> None:
    a = made(tmp_path, "a", 12, lambda *_: True, names=["fog", "snow"])
    b = made(tmp_path, "b", 8, lambda place, *_: place != 0, names=["fog", "jpeg"])
    found = stress.compare(a, b)
    assert found is not None
    assert (found.n, [one.name for one in found.each]) == (8, ["fog"])
    fair = stress.compare(a, b, fair=["0000000000000001", "0000000000000002"])
    assert fair is not None
    assert (fair.n, fair.overall.by.value) == (2, 0)
    assert stress.compare(a, b, fair=[]) is None
