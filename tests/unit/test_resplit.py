"""Divided again after mending: every image stays on its side, new ones find theirs."""

import pandas as pd
import pytest

from core.errors import DataProblem
from core.grouping import groups as groups_by
from core.resplit import divide_again
from core.settings import SplitSettings
from core.split import divide
from tests.unit.test_split import catalogue, classes

SETTINGS = SplitSettings()


def again(table, before, groups=None):
    """The new sides; by default images belong together that are the same file."""
    return divide_again(
        table, before, SETTINGS, groups_by(table, SETTINGS, None) if groups is None else groups
    )


@pytest.fixture
def table():
    return classes(cat=20, dog=20)


@pytest.fixture
def before(table):
    return divide(table, SETTINGS)


def test_relabelled_images_stay_where_they_were(table, before):
    table.loc[::7, "label"] = "dog"
    pd.testing.assert_series_equal(again(table, before), before)


def test_dropping_images_moves_no_other(table, before):
    rest = table.iloc[::2]
    sides = again(rest, before)
    assert sides.to_dict() == before[rest["image_id"]].to_dict()


def test_a_split_made_anew_would_have_moved_some(table, before):
    """Else these tests would show nothing."""
    table.loc[::7, "label"] = "dog"
    assert (divide(table, SETTINGS) != before).any()


def test_new_images_go_where_a_new_split_puts_them(table, before):
    more = pd.concat([table, classes(cow=10).assign(image_id=[f"new{n}" for n in range(10)])])
    sides = again(more, before)
    assert (sides[before.index] == before).all()
    fresh = divide(more, SETTINGS)
    new = [f"new{n}" for n in range(10)]
    assert sides[new].to_dict() == fresh[new].to_dict()
    assert set(sides[new]) == {"train", "validation", "test"}


@pytest.mark.parametrize("side", ["train", "validation", "test"])
def test_a_new_twin_goes_with_the_image_that_it_is_a_copy_of(table, before, side):
    known = before.index[before == side][0]
    twin = table[table["image_id"] == known].assign(image_id="twin")
    assert again(pd.concat([table, twin]), before)["twin"] == side


def test_with_a_torn_group_it_goes_where_most_are_and_to_training_in_a_tie(table, before):
    groups = pd.Series(table["image_id"].to_numpy(), index=table["image_id"])
    learnt, tested = before.index[before == "train"], before.index[before == "test"]
    groups[learnt[0]] = groups[tested[0]] = "tie"
    groups[[learnt[1], *tested[1:3]]] = "mostly test"
    new = catalogue(("cat", "a"), ("cat", "b")).assign(image_id=["new0", "new1"])
    groups["new0"], groups["new1"] = "tie", "mostly test"
    sides = again(pd.concat([table, new]), before, groups)
    assert sides[["new0", "new1"]].to_dict() == {"new0": "train", "new1": "test"}


def test_a_class_of_which_nothing_is_learnt_is_told(table, before):
    tested = before.index[before == "test"]
    table.loc[table["image_id"].isin(tested), "label"] = "cow"
    with pytest.raises(DataProblem, match="'cow' has no training image"):
        again(table, before)


def test_one_class_alone_is_told(table, before):
    with pytest.raises(DataProblem, match="only one class"):
        again(table.assign(label="cat"), before)


def test_a_side_without_images_is_told(table, before):
    with pytest.raises(DataProblem, match="No test images"):
        again(table[(before != "test").to_numpy()], before)
