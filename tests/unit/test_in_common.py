"""Which images are fair to two runs, and in what they differ."""

from __future__ import annotations

import pandas as pd
import pytest

from core.in_common import DataChange, Judged, Pool, common, data_change, differing
from core.settings import Method, SplitSettings, TrainSettings


def run(sides: dict[str, str], files: dict[str, str] | None = None, **labels: str) -> Judged:
    """A run whose images stand on ``sides``; 'b': 'test', say. Each file is its own unless told."""
    images = pd.DataFrame(
        {
            "image_id": list(sides),
            "sha256": [(files or {}).get(image, image) for image in sides],
            "label": [labels.get(image, "cat") for image in sides],
            "split": list(sides.values()),
        }
    )
    return Judged(images[images["split"] != "train"].reset_index(drop=True), images)


A = {"a": "train", "b": "train", "c": "validation", "d": "validation", "e": "test", "f": "test"}


def named(pool: Pool, a: Judged, b: Judged, groups: dict[str, str] | None = None) -> list[str]:
    found = common(a, b, pool, None if groups is None else pd.Series(groups))
    assert list(found.a["image_id"]) == list(found.b["image_id"])
    return list(found.a["image_id"])


def test_runs_with_one_split_share_their_test_images() -> None:
    found = common(run(A), run(A), Pool.TEST)
    assert found.n == 2
    assert (found.learnt, found.kin, found.moved, found.unknown, found.relabelled) == (0,) * 5
    assert named(Pool.VALIDATION, run(A), run(A)) == ["c", "d"]
    assert named(Pool.UNLEARNT, run(A), run(A)) == ["c", "d", "e", "f"]


def test_what_one_of_them_learnt_from_is_left_out() -> None:
    other = A | {"e": "train", "a": "test"}
    found = common(run(A), run(other), Pool.TEST)
    assert list(found.a["image_id"]) == ["f"]
    assert found.learnt == 2
    assert named(Pool.UNLEARNT, run(A), run(other)) == ["c", "d", "f"]


def test_test_images_of_one_that_steered_the_other_are_left_out_of_the_test() -> None:
    other = A | {"e": "validation", "c": "test"}
    found = common(run(A), run(other), Pool.TEST)
    assert (list(found.a["image_id"]), found.moved) == (["f"], 2)
    assert named(Pool.UNLEARNT, run(A), run(other)) == ["c", "d", "e", "f"]


def test_the_same_file_under_another_name_is_a_leak() -> None:
    found = common(run(A), run(A, {"a": "x", "f": "x"}), Pool.TEST)
    assert (list(found.a["image_id"]), found.kin) == (["e"], 1)


def test_a_group_that_one_learnt_from_is_a_leak() -> None:
    groups = {"b": "burst", "e": "burst", "c": "pair", "f": "pair"}
    found = common(run(A), run(A), Pool.UNLEARNT, pd.Series(groups))
    assert list(found.a["image_id"]) == ["c", "d", "f"]  # a pair that nobody learnt from is fair
    assert found.kin == 1


def test_a_leak_in_either_run_counts() -> None:
    other = {"z": "train", **{image: side for image, side in A.items() if image != "a"}}
    groups = {"z": "twins", "e": "twins"}
    assert named(Pool.TEST, run(A), run(other), groups) == ["f"]
    assert named(Pool.TEST, run(other), run(A), groups) == ["f"]


def test_images_that_one_never_had_and_new_labels_are_told_apart() -> None:
    other = {image: side for image, side in A.items() if image != "e"} | {"g": "test"}
    found = common(run(A), run(other, f="dog"), Pool.TEST)
    assert (found.n, found.unknown, found.relabelled) == (0, 2, 1)


@pytest.mark.parametrize("pool", list(Pool))
def test_no_image_is_counted_twice(pool: Pool) -> None:
    other = {"a": "test", "b": "validation", "d": "train", "e": "validation", "f": "test"}
    found = common(run(A), run(other, e="dog"), pool)
    out = found.learnt + found.kin + found.moved + found.unknown + found.relabelled
    asked = [set(_pool(one, pool)["image_id"]) for one in (run(A), run(other))]
    assert found.n + out == len(asked[0] | asked[1])


def _pool(judged: Judged, pool: Pool) -> pd.DataFrame:
    table = judged.predictions
    return table if pool is Pool.UNLEARNT else table[table["split"] == str(pool)]


def said(judged: Judged, **answers: str) -> Judged:
    """The run with its answers: what it said of each image, the label where none is given."""
    table = judged.predictions
    told = [answers.get(*each) for each in zip(table["image_id"], table["label"], strict=True)]
    right = table["label"] == told
    return Judged(table.assign(predicted=told, correct=right), judged.images)


def test_by_its_new_name_a_renamed_class_is_comparable() -> None:
    before = said(run(A, e="dog", f="dog"), f="cat").called({"dog": "wolf"})
    after = said(run(A, e="wolf", f="wolf"))
    found = common(before, after, Pool.TEST)
    assert (found.n, found.relabelled, found.merged) == (2, 0, 0)
    assert list(found.a["predicted"]) == ["wolf", "cat"]
    assert list(found.a["correct"]) == [True, False]


def test_an_answer_of_either_name_counts_as_the_merged_class() -> None:
    names = {"dog": "canine", "wolf": "canine"}
    before = said(run(A, c="dog", e="dog", f="cat"), e="wolf", f="wolf").called(names)
    after = said(run(A, c="canine", e="canine", f="cat"))
    found = common(before, after, Pool.UNLEARNT)
    assert (found.n, found.relabelled, found.merged) == (4, 0, 1)
    right = dict(zip(found.a["image_id"], found.a["correct"], strict=True))
    assert right["e"]  # a dog taken for a wolf is no mistake any more
    assert not right["f"]


def test_an_image_that_took_another_label_is_left_out_also_where_its_class_was_renamed() -> None:
    before = said(run(A, e="dog", f="dog")).called({"dog": "wolf"})
    found = common(before, said(run(A, e="wolf", f="cat")), Pool.TEST)
    assert (list(found.a["image_id"]), found.relabelled) == (["e"], 1)


def test_what_a_run_said_stays_as_it_is() -> None:
    judged = said(run(A, e="dog"))
    judged.called({"dog": "wolf"})
    assert set(judged.predictions["label"]) == {"cat", "dog"}
    assert judged.called({}) is judged


def test_settings_that_differ_are_named_in_their_order() -> None:
    a, b = TrainSettings(), TrainSettings(method=Method.FINETUNE, epochs=15)
    found = differing(a, b)
    assert [(one.name, one.a, one.b) for one in found] == [
        ("method", Method.HEAD, Method.FINETUNE),
        ("epochs", a.epochs, 15),
    ]
    assert found[1].label == "Epochs"
    assert differing(SplitSettings(), SplitSettings()) == []


def test_what_happened_to_the_images_is_counted() -> None:
    before = run(A).images
    after = run({**A, "d": "test", "g": "train"}, e="dog").images
    after = after[after["image_id"] != "a"]
    assert data_change(before, after) == DataChange(only_a=1, only_b=1, relabelled=1, moved=1)
    assert data_change(before, before) == DataChange(0, 0, 0, 0)
