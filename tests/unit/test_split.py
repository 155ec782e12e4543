"""Training, validation and test: shares as asked, twins together, every class on each side."""

import pandas as pd
import pytest

from core.errors import DataProblem
from core.settings import SplitSettings
from core.split import Side, divide


def catalogue(*rows):
    """A catalogue of (label, content) rows: the same content, the same file."""
    return pd.DataFrame(
        {
            "image_id": [f"image{number}" for number in range(len(rows))],
            "sha256": [str(content) for _, content in rows],
            "label": [label for label, _ in rows],
        }
    )


def classes(**sizes):
    """A catalogue with so many different images in each class."""
    return catalogue(
        *((label, f"{label}{n}") for label, size in sizes.items() for n in range(size))
    )


def counts(sides, table):
    """(label, side) -> images."""
    return table.assign(side=table["image_id"].map(sides)).groupby(["label", "side"]).size()


def test_sides_have_the_shares_that_were_asked_for():
    table = classes(cat=200, dog=40)
    found = counts(divide(table, SplitSettings()), table)
    assert found["cat"].to_dict() == {"test": 30, "train": 140, "validation": 30}
    assert found["dog"].to_dict() == {"test": 6, "train": 28, "validation": 6}


def test_other_shares_are_kept_too():
    table = classes(cat=100, dog=50)
    found = counts(divide(table, SplitSettings(validation=0.1, test=0.3)), table)
    assert found["cat"].to_dict() == {"test": 30, "train": 60, "validation": 10}
    assert found["dog"].to_dict() == {"test": 15, "train": 30, "validation": 5}


def test_three_images_are_enough_for_a_class():
    table = classes(cat=100, dog=3)
    found = counts(divide(table, SplitSettings()), table)
    assert found["dog"].to_dict() == {"test": 1, "train": 1, "validation": 1}


def test_sides_are_plain_text_by_image():
    table = classes(cat=10, dog=10)
    sides = divide(table, SplitSettings())
    assert list(sides.index) == list(table["image_id"])
    assert set(sides) == {"train", "validation", "test"} == {str(side) for side in Side}


def test_identical_files_stand_together():
    table = catalogue(*(("cat", n // 4) for n in range(80)), *(("dog", 100 + n) for n in range(20)))
    side = table["image_id"].map(divide(table, SplitSettings()))
    assert (side.groupby(table["sha256"]).nunique() == 1).all()


def test_identical_files_under_two_labels_go_with_the_commoner_label():
    """Two of the twins are cats, so the dog among them counts as a cat, and dogs are too few."""
    twins = [("cat", "twin"), ("cat", "twin"), ("dog", "twin")]
    cats = [("cat", n) for n in range(10)]
    three, two = [("dog", 100 + n) for n in range(3)], [("dog", 100 + n) for n in range(2)]
    table = catalogue(*twins, *cats, *three)
    side = table["image_id"].map(divide(table, SplitSettings()))
    assert side[:3].nunique() == 1
    with pytest.raises(DataProblem, match=r"dog \(2\)"):
        divide(catalogue(*twins, *cats, *two), SplitSettings())


def test_a_class_that_lost_all_its_images_to_another_is_a_problem():
    table = catalogue(
        *(("cat", n % 5) for n in range(10)), ("dog", 0), *(("hen", 50 + n) for n in range(5))
    )
    with pytest.raises(DataProblem, match=r"Too small: dog \(0\)"):
        divide(table, SplitSettings())


@pytest.mark.parametrize("seed", range(8))
def test_one_large_group_does_not_spoil_the_shares(seed):
    """Half of all cats are one and the same picture: only training can take it."""
    table = catalogue(
        *(("cat", "same") for _ in range(50)),
        *(("cat", n) for n in range(50)),
        *(("dog", 100 + n) for n in range(20)),
    )
    sides = divide(table, SplitSettings(seed=seed))
    found = counts(sides, table)
    assert found["cat"].to_dict() == {"test": 15, "train": 70, "validation": 15}


def test_where_all_groups_are_large_the_smallest_go_to_test_and_validation():
    sizes = {"a": 40, "b": 30, "c": 20}
    cats = [("cat", name) for name, size in sizes.items() for _ in range(size)]
    table = catalogue(*cats, *(("dog", n) for n in range(10)))
    found = counts(divide(table, SplitSettings()), table)
    assert found["cat"].to_dict() == {"test": 20, "train": 40, "validation": 30}


def test_another_seed_gives_another_split():
    table = classes(cat=50, dog=50)
    one, same, other = (divide(table, SplitSettings(seed=seed)) for seed in (1, 1, 2))
    assert one.equals(same)
    assert not one.equals(other)


def test_what_changes_in_one_class_leaves_the_others_where_they_were():
    small, large = classes(cat=50, dog=50), classes(cat=50, dog=80, hen=10)
    cats = [
        table.assign(side=table["image_id"].map(divide(table, SplitSettings())))
        .query("label == 'cat'")
        .set_index("sha256")["side"]
        for table in (small, large)
    ]
    assert cats[0].equals(cats[1])


@pytest.mark.parametrize(
    ("table", "title"),
    [
        (classes(), "There are no images yet"),
        (classes(cat=9), "There is only one class"),
        (classes(cat=9, dog=2), "Some classes have fewer than 3 different images"),
        (
            catalogue(*(("cat", n) for n in range(5)), *(("dog", 9) for _ in range(5))),
            "Some classes",
        ),
    ],
)
def test_too_little_is_a_problem(table, title):
    with pytest.raises(DataProblem, match=title):
        divide(table, SplitSettings())
