"""By pixels and by features: neighbours as scikit-learn finds them, and what follows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.neighbors import NearestNeighbors

from core import files, sight
from core.comparison import Verdict
from core.errors import DataProblem, ProjectProblem
from core.project import Project
from core.sight import Way

N, SIDE = 80, 8
ALONE = np.arange(N)


def images() -> pd.DataFrame:
    ids = [f"{number:016x}" for number in range(N)]
    labels = ["even" if number % 2 == 0 else "odd" for number in range(N)]
    hashes = [f"{number:064x}" for number in range(N)]
    return pd.DataFrame({"image_id": ids, "sha256": hashes, "source": ids, "label": labels})


def squares(seed: int = 0) -> np.ndarray:
    """Pictures in which only what says nothing of the class can be seen."""
    return np.random.default_rng(seed).uniform(0, 255, (N, SIDE, SIDE, 3)).astype(np.float32)


def features() -> np.ndarray:
    """Numbers of which one tells the class, beyond doubt."""
    values = np.random.default_rng(1).normal(size=(N, 6)).astype(np.float32)
    values[:, 0] = np.where(np.arange(N) % 2, 20, -20)
    return values


def test_the_nearest_are_those_that_scikit_learn_finds() -> None:
    small, seen = squares(), features()
    table = sight.look(images(), small, seen, ALONE)
    ids = table["image_id"].to_numpy()
    for what, values in (("pixels", small.reshape(N, -1)), ("features", seen)):
        found = NearestNeighbors(n_neighbors=2, algorithm="brute").fit(values)
        expected = ids[found.kneighbors(values, return_distance=False)[:, 1]]
        assert table[f"near_{what}"].tolist() == expected.tolist()


@pytest.mark.parametrize("way", list(Way))
def test_features_that_tell_the_class_are_shown_to_be_better(way: Way) -> None:
    found = sight.compared(sight.look(images(), squares(), features(), ALONE), way)
    assert found.accuracy.b == 1
    assert 0.2 < found.accuracy.a < 0.8
    assert found.verdict is Verdict.SHOWN


@pytest.mark.parametrize("way", list(Way))
def test_the_same_on_both_sides_makes_no_difference(way: Way) -> None:
    small = squares()
    found = sight.compared(sight.look(images(), small, small.reshape(N, -1), ALONE), way)
    assert found.accuracy.value == 0
    assert found.verdict is Verdict.NOT_SHOWN


def test_images_that_belong_together_never_answer_for_each_other() -> None:
    small, seen = squares(), features()
    small[40:], seen[40:] = small[:40], seen[:40]  # every image twice
    table = sight.look(images(), small, seen, np.arange(N) % 40)
    place = {image_id: number for number, image_id in enumerate(table["image_id"])}
    for what in ("pixels", "features"):
        near = table[f"near_{what}"].map(place).to_numpy()
        assert (near % 40 != np.arange(N) % 40).all()
    assert sight.compared(table, Way.NEAREST).accuracy.a < 0.8


def test_images_that_cannot_be_read_are_left_out() -> None:
    small = squares()
    small[3] = np.nan
    table = sight.look(images(), small, features(), ALONE)
    assert len(table) == N - 1
    assert "0000000000000003" not in set(table["image_id"]) | set(table["near_pixels"])


def test_one_group_alone_has_nobody_to_be_compared_with() -> None:
    with pytest.raises(DataProblem, match="no two images"):
        sight.look(images(), squares(), features(), np.zeros(N, np.int64))


def test_class_by_class_each_share_has_its_interval() -> None:
    found = sight.compared(sight.look(images(), squares(), features(), ALONE), Way.NEAREST)
    rows = sight.by_class(found)
    assert rows["label"].tolist() == ["even", "odd"]
    assert rows["n"].tolist() == [40, 40]
    assert (rows["recall_b"] == 1).all()
    assert (rows["low_a"] <= rows["recall_a"]).all()
    assert (rows["recall_a"] <= rows["high_a"]).all()


def test_an_image_stands_beside_its_two_nearest() -> None:
    table = sight.look(images(), squares(), features(), ALONE)
    first = table.iloc[0]
    rows = sight.beside(table, [first["image_id"]])
    assert rows["by"].tolist() == ["", "pixels", "features"]
    expected = [first["image_id"], first["near_pixels"], first["near_features"]]
    assert rows["image_id"].tolist() == expected
    assert set(rows["asked"]) == {first["image_id"]}
    assert rows["label"].iloc[2] == "even"


def test_what_was_found_is_read_again_and_a_damaged_file_is_told(project: Project) -> None:
    assert sight.read(project).empty
    table = sight.look(images(), squares(), features(), ALONE).assign(catalogue="0123")
    files.write_table(project.sight_file, table)
    pd.testing.assert_frame_equal(sight.read(project), table, check_dtype=False)
    for damaged in (table.drop(columns="said_pixels"), table.assign(near_features="elsewhere")):
        files.write_table(project.sight_file, damaged)
        with pytest.raises(ProjectProblem, match="cannot be read"):
            sight.read(project)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.create(tmp_path, "Numbers")
