"""A split that the archive gives is kept, filled up and told of; groups, names, files."""

import pandas as pd
import pytest

from core import files
from core.audit import near_groups
from core.errors import DataProblem, ProjectProblem
from core.jobs import Run
from core.project import Project
from core.settings import SplitSettings, TrainSettings
from core.split import Side, divide, groups_of, in_force, save, summary


def given(**classes):
    """Images of each class: how many for each side; ``free`` are given none."""
    rows = [
        (label, None if side == "free" else side)
        for label, sides in classes.items()
        for side, number in sides.items()
        for _ in range(number)
    ]
    return pd.DataFrame(
        {
            "image_id": [f"id{place}" for place in range(len(rows))],
            "sha256": [f"{place:04d}" for place in range(len(rows))],
            "label": [label for label, _ in rows],
            "split_given": pd.Series([side for _, side in rows], dtype="str"),
        }
    )


FULL = {"train": 20, "validation": 4, "test": 6}


def counts(images, sides):
    placed = images.assign(side=images["image_id"].map(sides))
    return placed.groupby(["label", "side"]).size()


def test_a_given_split_is_kept_as_it_is():
    images = given(cat=FULL, dog=FULL)
    sides = divide(images, SplitSettings())
    assert (images["image_id"].map(sides) == images["split_given"]).all()


def test_it_can_be_overruled():
    images = given(cat=FULL, dog=FULL)
    sides = divide(images, SplitSettings(keep_given=False))
    assert (images["image_id"].map(sides) != images["split_given"]).any()
    assert counts(images, sides)["cat"].to_dict() == {"test": 4, "train": 22, "validation": 4}


def test_images_without_a_side_fill_the_shares():
    images = given(cat={"train": 40, "test": 5, "validation": 1, "free": 54}, dog=FULL)
    sides = divide(images, SplitSettings())
    kept = images["split_given"].notna()
    assert (images["image_id"].map(sides) == images["split_given"])[kept].all()
    assert counts(images, sides)["cat"].to_dict() == {"test": 15, "train": 70, "validation": 15}


def test_a_side_that_the_archive_does_not_know_is_taken_from_training():
    images = given(cat={"train": 80, "test": 20}, dog={"train": 40, "test": 10})
    sides = divide(images, SplitSettings())
    assert (images["image_id"].map(sides) == "test").equals(images["split_given"] == "test")
    assert counts(images, sides)["cat"].to_dict() == {"test": 20, "train": 65, "validation": 15}
    assert summary(images, sides, sides.index.to_series()).moved == 15 + 7


def test_a_class_that_is_missing_on_a_given_side_is_a_problem_that_says_how_to_mend_it():
    images = given(cat=FULL, dog={"train": 20, "validation": 5})
    with pytest.raises(DataProblem, match="no test images of 'dog'") as raised:
        divide(images, SplitSettings())
    assert "Keep the given split" in raised.value.fix
    assert counts(images, divide(images, SplitSettings(keep_given=False)))["dog"].size == 3


@pytest.mark.parametrize(
    ("members", "side"),
    [(("train", "train", "test"), "train"), (("train", "test", "test"), "test")],
)
def test_a_group_on_two_given_sides_goes_where_most_of_it_is(members, side):
    images = given(cat=FULL, dog=FULL)
    chosen = [images.index[(images["label"] == "cat") & (images["split_given"] == one)][place]
              for place, one in enumerate(members)]  # fmt: skip
    groups = images.set_index("image_id")["sha256"].copy()
    groups.iloc[chosen] = "together"
    sides = divide(images, SplitSettings(), groups)
    assert set(sides.iloc[chosen]) == {side}
    assert summary(images, sides, groups).moved == 1


def test_an_undecided_group_goes_to_training():
    images = given(cat=FULL, dog=FULL)
    groups = images.set_index("image_id")["sha256"].copy()
    groups.iloc[[0, 29]] = "together"  # the first is given to training, the last to the test
    assert set(divide(images, SplitSettings(), groups).iloc[[0, 29]]) == {"train"}


def test_a_new_name_for_a_class_moves_nothing():
    images = given(cat={"free": 50}, dog={"free": 40})
    renamed = images.assign(label=images["label"].replace("cat", "zebra"))
    assert divide(images, SplitSettings()).equals(divide(renamed, SplitSettings()))


def test_images_that_are_added_leave_most_others_where_they_were():
    images = given(cat={"free": 200}, dog={"free": 200})
    fewer = pd.concat([images[:190], images[200:]])
    before, after = divide(fewer, SplitSettings()), divide(images, SplitSettings())
    assert (before == after[before.index]).mean() > 0.95


def test_a_summary_counts_what_leaks():
    images = given(cat={"free": 6})
    groups = pd.Series(["a", "a", "a", "b", "b", "c"], index=images["image_id"])
    places = ["train", "train", "test", "test", "validation", "train"]
    found = summary(images, pd.Series(places, index=images["image_id"]), groups)
    assert (found.groups, found.grouped) == (2, 5)
    assert found.torn == ("a", "b")
    assert found.leaks == 2 + 1
    assert found.seen == 1
    assert found.counts.set_index("split")["images"].to_dict() == {
        "test": 2,
        "train": 3,
        "validation": 1,
    }


def test_what_is_saved_is_in_force_and_what_is_damaged_is_not(tmp_path):
    project = Project.create(tmp_path, "Leaves")
    assert in_force(project) == SplitSettings()
    chosen = SplitSettings(test=0.2, seed=7, burst=True, near_duplicates=False)
    save(project, chosen)
    assert in_force(project) == chosen
    for damaged in ("{", "[]", '{"test": "many"}', '{"test": 3}'):
        project.split_file.write_text(damaged)
        assert in_force(project) == SplitSettings()
    project.split_file.unlink()
    project.split_file.mkdir()
    with pytest.raises(ProjectProblem, match="could not be saved"):
        save(project, chosen)


def test_a_run_keeps_near_duplicates_on_one_side(tmp_path):
    project = Project.create(tmp_path, "Leaves")
    images = given(cat={"free": 30}, dog={"free": 30}).assign(source="x.jpg")
    files.write_table(project.catalogue_file, images)
    near = [f"near-{place // 3}" for place in range(60)]
    found = pd.DataFrame({"image_id": images["image_id"], "near_duplicates_group": near})
    files.write_table(project.audit_file, found)
    assert near_groups(project).nunique() == 20
    run = Run.plan(project, TrainSettings(), SplitSettings())
    assert (run.images().groupby(near)["split"].nunique() == 1).all()
    loose = SplitSettings(near_duplicates=False)
    assert (
        Run.plan(project, TrainSettings(), loose).images().groupby(near)["split"].nunique() > 1
    ).any()
    assert groups_of(project, images, loose).nunique() == 60
    assert set(run.images()["split"]) == {str(side) for side in Side}
