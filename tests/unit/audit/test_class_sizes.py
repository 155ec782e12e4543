"""Classes that are too small to learn from, and classes that the largest one drowns."""

import pandas as pd
import pytest

from core.audit import Evidence, examine
from core.audit.imbalance import CHECK as IMBALANCE
from core.audit.too_few import CHECK as TOO_FEW


def issues(check, **sizes):
    labels = [label for label, size in sizes.items() for _ in range(size)]
    rows = {"image_id": map(str, range(len(labels))), "label": labels}
    return examine(Evidence(pd.DataFrame(rows, dtype="str")), [check]).issues(check)


def test_a_class_needs_thirty_images():
    found = issues(TOO_FEW, cat=30, dog=29, emu=1)
    assert found["subject"].tolist() == ["emu", "dog"]
    assert found["note"].tolist() == ["1 image, fewer than 30", "29 images, fewer than 30"]


@pytest.mark.parametrize(("size", "is_found"), [(20, False), (19, True)])
def test_a_class_is_drowned_below_a_fifth_of_the_largest(size, is_found):
    found = issues(IMBALANCE, cat=100, dog=size)
    assert found["subject"].tolist() == (["dog"] if is_found else [])


def test_equal_classes_are_balanced_however_small():
    assert issues(IMBALANCE, cat=2, dog=2).empty
