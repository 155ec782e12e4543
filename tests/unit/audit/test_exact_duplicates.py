"""Identical files are found, and twins under two labels are worse."""

import pandas as pd

from core.audit import Evidence, examine
from core.audit.exact_duplicates import CHECK


def found(*rows):
    """Issues, the worst first, from rows of (content, label, source)."""
    table = pd.DataFrame(rows, columns=["sha256", "label", "source"], dtype="str")
    table.insert(0, "image_id", table["source"])
    return examine(Evidence(table), [CHECK]).issues(CHECK).set_index("subject")


def test_different_files_are_left_alone():
    assert found(("a", "cat", "1.jpg"), ("b", "cat", "2.jpg")).empty
    assert found().empty


def test_each_of_the_twins_names_the_other():
    issues = found(("a", "cat", "1.jpg"), ("b", "cat", "2.jpg"), ("a", "cat", "3.jpg"))
    assert set(issues.index) == {"1.jpg", "3.jpg"}
    assert issues.loc["1.jpg", "note"] == "Identical to 3.jpg"
    assert issues.loc["3.jpg", "note"] == "Identical to 1.jpg"
    assert issues["group"].nunique() == 1


def test_twins_under_two_labels_come_first():
    issues = found(
        ("a", "cat", "1.jpg"), ("a", "cat", "2.jpg"), ("b", "dog", "3.jpg"), ("b", "cat", "4.jpg")
    )
    assert list(issues.index) == ["3.jpg", "4.jpg", "1.jpg", "2.jpg"]
    assert issues.loc["3.jpg", "score"] == 0
    note = "Identical to 4.jpg, and labelled differently (cat and dog)"
    assert issues.loc["3.jpg", "note"] == note


def test_of_many_twins_a_few_are_named():
    issues = found(*(("a", "cat", f"{number}.jpg") for number in range(9)))
    assert len(issues) == 9
    assert issues.loc["0.jpg", "note"] == "Identical to 1.jpg, 2.jpg, 3.jpg and 5 more"
