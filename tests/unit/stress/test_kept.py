"""What a stress test leaves in the run's folder, and what is read of it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from core import files, stress
from core.corruptions import CORRUPTIONS
from core.errors import ProjectProblem
from core.share.contents import KINDS
from tests.unit.stress.made import CLASSES, images, rows, written


def test_answers_come_back_as_they_were_given(tmp_path: Path) -> None:
    found = written(tmp_path, 6, lambda place, name, severity: severity < place)
    assert found.is_whole and (found.n, found.asked, found.available) == (6, 6, 6)
    assert found.names == tuple(CORRUPTIONS)
    assert found.clean.tolist() == [False, True, True, True, True, True]
    assert found.of("fog")[3].tolist() == [True, True, False, False, False]
    assert found.sure.max() == pytest.approx(0.75)


def test_nothing_was_measured_yet(tmp_path: Path) -> None:
    assert stress.load(tmp_path, images(4), CLASSES, "validation") is None
    stress.begin(tmp_path, "validation", ["0000000000000000"])
    assert stress.load(tmp_path, images(4), CLASSES, "validation") is None


def test_whole_corruptions_count_though_others_are_missing(tmp_path: Path) -> None:
    found = written(tmp_path, 4, lambda *_: True, names=["fog", "snow"])
    assert found.names == ("snow", "fog")
    assert not found.is_whole


def test_asking_for_more_images_keeps_the_figures_of_the_first(tmp_path: Path) -> None:
    written(tmp_path, 4, lambda *_: True)
    table = images(8)
    stress.begin(tmp_path, "validation", table["image_id"].tolist())
    more = rows(table, lambda *_: False, names=["fog"])
    stress.save_rows(
        tmp_path, pd.concat([stress.rows_of(tmp_path), more[more["image_id"] > "0000000000000003"]])
    )
    found = stress.load(tmp_path, table, CLASSES, "validation")
    assert found is not None
    assert (found.n, found.asked, found.is_whole) == (4, 8, False)
    assert found.right.all()


def test_asking_for_fewer_images_loses_nothing(tmp_path: Path) -> None:
    written(tmp_path, 6, lambda *_: True)
    stress.begin(tmp_path, "validation", images(3)["image_id"].tolist())
    found = stress.load(tmp_path, images(6), CLASSES, "validation")
    assert found is not None and found.n == 6


def test_what_other_corruptions_measured_does_not_count(tmp_path: Path) -> None:
    written(tmp_path, 4, lambda *_: True)
    note = files.read_json(tmp_path / "stress.json")
    files.write_json(tmp_path / "stress.json", note | {"version": -1})
    assert stress.load(tmp_path, images(4), CLASSES, "validation") is None
    stress.begin(tmp_path, "validation", ["0000000000000000"])
    assert stress.rows_of(tmp_path).empty


@pytest.mark.parametrize("name", ["stress.json", "stress.parquet"])
def test_a_damaged_file_is_told(tmp_path: Path, name: str) -> None:
    written(tmp_path, 4, lambda *_: True)
    (tmp_path / name).write_bytes(b"{")
    with pytest.raises(ProjectProblem, match="cannot be read"):
        stress.load(tmp_path, images(4), CLASSES, "validation")
    assert stress.begin(
        tmp_path, "validation", ["0000000000000000"]
    ).empty  # and a new test begins afresh
    assert stress.load(tmp_path, images(4), CLASSES, "validation") is None


@pytest.mark.parametrize(
    "told", [[], {"made": 3, "images": []}, {"made": "soon", "images": []}, {"made": "2026-01-01"}]
)
def test_a_note_that_a_stranger_wrote_is_checked(tmp_path: Path, told: object) -> None:
    written(tmp_path, 4, lambda *_: True)
    note = files.read_json(tmp_path / "stress.json")
    files.write_json(tmp_path / "stress.json", note | {"sides": {"validation": told}})
    with pytest.raises(ProjectProblem, match="cannot be read"):
        stress.load(tmp_path, images(4), CLASSES, "validation")


def test_a_project_file_takes_the_results_along(tmp_path: Path) -> None:
    written(tmp_path, 4, lambda *_: True)
    for name in ("stress.json", "stress.parquet"):
        kind = next(kind for kind in KINDS if kind.pattern.fullmatch(f"runs/head-1/{name}"))
        assert kind.check is not None
        kind.check(tmp_path / name, f"runs/head-1/{name}")


def test_a_sample_has_the_shares_of_the_classes_at_any_size() -> None:
    table = images(100).assign(label=["cat"] * 80 + ["dog"] * 20)
    for most in (10, 25, 50):
        counts = stress.sample(table, most)["label"].value_counts()
        assert counts["dog"] == pytest.approx(0.2 * most, abs=1)


def test_a_smaller_sample_begins_a_larger_one_in_whatever_order_they_come() -> None:
    table = images(40)
    small, large = stress.sample(table, 10), stress.sample(table.iloc[::-1], 30)
    assert small["image_id"].tolist() == large["image_id"].tolist()[:10]
    assert len(stress.sample(table, 99)) == 40
