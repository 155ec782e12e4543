"""Ingest follows a reading: sides, groups, images without a label, and what tables get wrong."""

from __future__ import annotations

import pandas as pd
import pytest

from core.errors import DataProblem
from core.ingest import (
    LabelsFrom,
    Limits,
    Reading,
    ingest,
    open_source,
    original_path,
    read_catalogue,
    read_rejected,
    read_unlabelled,
    tables,
    thumb_path,
)
from tests.makers import JUNK, class_files, image_bytes, make_zip

TABLE = b"file,label,split,group\n1.jpg,cat,train,g1\n2.jpg,dog,test,g2\n9.jpg,cat,train,\n"


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def take(tmp_path, project):
    def take(files, *args, **options):
        with open_source(make_zip(tmp_path / "set.zip", files)) as source:
            return ingest(source, project, *args, **options)

    return take


def numbered(*names):
    return {name: image_bytes(seed=at) for at, name in enumerate(names)}


def test_a_given_split_is_kept(take, project):
    files = class_files(root="train/") | class_files(root="val/", each=1, format="PNG")
    take(files)
    assert read_catalogue(project)["split_given"].tolist() == ["train"] * 6 + ["validation"] * 2


def test_a_given_split_is_overruled(take, project):
    take(class_files(root="train/") | class_files(root="val/"), Reading(keep_split=False))
    assert read_catalogue(project)["split_given"].isna().all()


def test_a_table_gives_labels_sides_and_groups_and_what_it_gets_wrong_is_told(take, project):
    result = take({**numbered("1.jpg", "2.jpg", "3.jpg"), "labels.csv": TABLE})
    assert (result.added, result.classes) == (2, {"cat": 1, "dog": 1})
    columns = ["source", "label", "split_given", "group"]
    assert read_catalogue(project)[columns].values.tolist() == [
        ["1.jpg", "cat", "train", "g1"],
        ["2.jpg", "dog", "test", "g2"],
    ]
    rejected = read_rejected(project)
    assert rejected[["source", "reason"]].values.tolist() == [
        ["3.jpg", "The table of labels does not list it"],
        ["9.jpg", "The table names it, but it is not there"],
    ]


def test_images_without_a_label_are_kept_aside(take, project):
    result = take(class_files(["cat", "dog", "unlabeled"]))
    assert (result.added, result.aside) == (6, 3)
    aside = read_unlabelled(project)
    assert aside["label"].tolist() == [""] * 3
    assert set(read_catalogue(project)["label"]) == {"cat", "dog"}
    for sha256 in aside["sha256"]:
        assert original_path(project, sha256).is_file()
        assert thumb_path(project, sha256).is_file()
    again = take(class_files(["cat", "dog", "unlabeled"]))
    assert (again.added, again.aside, again.already) == (0, 0, 9)
    assert len(read_unlabelled(project)) == 3


def test_an_archive_of_nothing_but_unlabelled_images_is_kept_aside(take, project):
    result = take(numbered("1.jpg", "2.jpg"), Reading(LabelsFrom.NOTHING))
    assert (result.aside, result.classes) == (2, {})
    assert not (project / "catalogue.parquet").exists()
    with pytest.raises(DataProblem, match="No images were found"):
        take({"3.jpg": JUNK}, Reading(LabelsFrom.NOTHING))


def test_an_image_kept_aside_may_come_again_with_its_label(take, project):
    files = numbered("cat_1.jpg", "dog_2.jpg")
    take(files, Reading(LabelsFrom.NOTHING))
    result = take(files, Reading(LabelsFrom.NAMES, pattern="{class}_#"))
    assert result.classes == {"cat": 1, "dog": 1}
    assert read_unlabelled(project).empty


def test_an_image_kept_aside_can_be_put_in_a_class(take, project):
    take(class_files(["cat", "unlabelled"], each=2))
    first = read_unlabelled(project)["image_id"][0]
    assert tables.put_in_class(project, [first, "no such"], "dog") == 1
    catalogue = read_catalogue(project).set_index("image_id")
    assert catalogue.loc[first, "label"] == "dog"
    assert len(catalogue) == 3
    assert first not in set(read_unlabelled(project)["image_id"])
    assert tables.put_in_class(project, [first], "cat") == 0


def test_a_move_cut_short_loses_nothing(take, project, monkeypatch):
    take(class_files(["cat", "unlabelled"], each=2))
    first = read_unlabelled(project)["image_id"][0]
    before = (project / "unlabelled.parquet").read_bytes()
    tables.put_in_class(project, [first], "dog")
    (project / "unlabelled.parquet").write_bytes(before)  # as if it had died between the two
    assert first not in set(read_unlabelled(project)["image_id"])
    assert len(read_unlabelled(project)) == 1


def test_adding_again_restores_what_was_lost(take, project):
    files = class_files()
    take(files)
    before = read_catalogue(project)
    one, other = before["sha256"][0], before["sha256"][1]
    kept = original_path(project, one).read_bytes()
    original_path(project, one).unlink()
    thumb_path(project, other).unlink()
    assert take(files).already == 6
    assert original_path(project, one).read_bytes() == kept
    assert thumb_path(project, other).is_file()
    pd.testing.assert_frame_equal(read_catalogue(project), before)


def test_classes_that_are_left_out_are_not_taken(take, project):
    result = take(class_files(), Reading(leave_out=("dog",)).renamed("cat", "kitten"))
    assert result.classes == {"kitten": 3}
    assert read_rejected(project).empty


def test_stopping_leaves_what_was_aside(take, project):
    take(class_files(["cat", "unlabelled"]))
    with pytest.raises(DataProblem):
        take(class_files("abcdef", 1), limits=Limits(max_classes=3))
    for sha256 in read_unlabelled(project)["sha256"]:
        assert original_path(project, sha256).is_file()
