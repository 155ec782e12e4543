"""Identical files are found, and twins under two labels are worse."""

import pandas as pd

from core.audit.exact_duplicates import find


def found(*rows):
    """Findings by source, from rows of (content, label, source)."""
    table = pd.DataFrame(rows, columns=["sha256", "label", "source"], dtype=str)
    return {finding.source: finding for finding in find(table, pd.DataFrame())}


def test_different_files_are_left_alone():
    assert found(("a", "cat", "1.jpg"), ("b", "cat", "2.jpg")) == {}
    assert found() == {}


def test_each_of_the_twins_names_the_other():
    findings = found(("a", "cat", "1.jpg"), ("b", "cat", "2.jpg"), ("a", "cat", "3.jpg"))
    assert set(findings) == {"1.jpg", "3.jpg"}
    assert findings["1.jpg"].note == "Identical to 3.jpg"
    assert findings["3.jpg"].note == "Identical to 1.jpg"


def test_twins_under_two_labels_come_first():
    findings = found(
        ("a", "cat", "1.jpg"), ("a", "cat", "2.jpg"), ("b", "dog", "3.jpg"), ("b", "cat", "4.jpg")
    )
    assert list(findings) == ["3.jpg", "4.jpg", "1.jpg", "2.jpg"]
    assert findings["3.jpg"].score == 0
    assert findings["3.jpg"].note == "Identical to 4.jpg, and labelled differently (cat and dog)"


def test_of_many_twins_a_few_are_named():
    findings = found(*(("a", "cat", f"{number}.jpg") for number in range(9)))
    assert len(findings) == 9
    assert findings["0.jpg"].note == "Identical to 1.jpg, 2.jpg, 3.jpg and 5 more"
