"""Small classes are found: too small by themselves, or beside the largest."""

import pandas as pd
import pytest

from core.audit.class_counts import ENOUGH, find


def found(**sizes):
    labels = [label for label, size in sizes.items() for _ in range(size)]
    return find(pd.DataFrame({"label": pd.Series(labels, dtype=str)}), pd.DataFrame())


def test_classes_of_a_good_size_are_left_alone():
    assert found(cat=ENOUGH, dog=4 * ENOUGH) == []


def test_a_class_with_few_images_is_found():
    (finding,) = found(cat=12, dog=40)
    assert finding.source == "cat"
    assert finding.score == pytest.approx(12 / ENOUGH)
    assert finding.note == f"12 images, fewer than {ENOUGH}"


def test_a_class_far_smaller_than_the_largest_is_found():
    (finding,) = found(cat=60, dog=600)
    assert finding.source == "cat"
    assert finding.score == pytest.approx(0.5)
    assert finding.note == "60 images; the largest class has 600"


def test_both_reasons_are_told():
    (finding,) = found(cat=10, dog=100)
    assert finding.note == f"10 images, fewer than {ENOUGH}; the largest class has 100"


def test_one_image_is_told_as_one():
    assert found(cat=1, dog=4)[0].note.startswith("1 image, ")


def test_the_smallest_comes_first():
    assert [finding.source for finding in found(b=9, a=9, c=3)] == ["c", "a", "b"]


def test_no_images_are_no_class():
    assert found() == []
