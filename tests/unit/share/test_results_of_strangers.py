"""Results of a run in a stranger's file: field tests, heat, fixes and arrays are not trusted."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.errors import Problem, ProjectProblem
from core.field import FieldTest
from core.fixes import Fixes
from core.gaze import Gaze
from core.jobs import runs_of
from core.jobs.field_tests import Kept
from core.project import Project
from core.share.arrays import check_arrays
from core.share.project_file import open_file, save
from tests.makers import image_bytes
from tests.used import everything, field_tested, gazed

Contents = dict[str, bytes]


@pytest.fixture
def contents(project: Project, tmp_path: Path) -> Contents:
    everything(project, runs_of(project)[0])
    save(project, tmp_path / "used.firstlight")
    with zipfile.ZipFile(tmp_path / "used.firstlight") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def refusal(contents: Contents, tmp_path: Path) -> str:
    """Why a file with these contents is refused; nothing may be left behind."""
    with zipfile.ZipFile(tmp_path / "changed.firstlight", "w") as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    (tmp_path / "there").mkdir(exist_ok=True)
    with pytest.raises(Problem) as caught:
        open_file(tmp_path / "changed.firstlight", tmp_path / "there", tmp_path / "coming")
    assert not list((tmp_path / "there").iterdir())
    return caught.value.detail


def one_of(contents: Contents, end: str, place: str = "") -> str:
    return next(name for name in contents if place in name and name.endswith(end))


def test_damaged_results_are_refused(contents: Contents, tmp_path: Path) -> None:
    for end in ("gaze.json", "fixes.json", "clusters.json", "field.json", "answers.parquet"):
        name = one_of(contents, f"/{end}")
        for data in (b"[1]", b"nonsense", b"[" * 100_000):
            assert "is damaged" in refusal(contents | {name: data}, tmp_path)


def test_a_picture_must_be_one(contents: Contents, tmp_path: Path) -> None:
    thumb, heat = one_of(contents, ".webp", "/field/"), one_of(contents, ".webp", "/gaze/")
    assert "is no thumbnail" in refusal(contents | {thumb: b"<script>"}, tmp_path)
    other = image_bytes("WEBP", seed=9)
    assert "its name promises" in refusal(contents | {heat: other}, tmp_path)


def test_only_known_paths_are_taken(contents: Contents, tmp_path: Path) -> None:
    run = one_of(contents, "/job.json").rpartition("/")[0]
    for name in (
        "field/field-1/code.py",
        "field/../../field.json",
        "field/field-1/images/originals/ab/" + "ab" * 32,
        "field/Odd Name/field.json",
        "gaze/index.html",
        "reference.npy",
        "own.npz",
    ):
        assert refusal(contents | {f"{run}/{name}": b"{}"}, tmp_path)


NONSENSE = [None, "x", -5, 1e300, float("nan"), float("inf"), [], {}, [[]], True, 10**400]


def spoiled(value: Any) -> list[Any]:
    """``value`` with nonsense in the place of each of its parts, one after the other."""
    if isinstance(value, dict):
        found = [{k: v for k, v in value.items() if k != name} for name in value]
        return found + [value | {k: worse} for k, v in value.items() for worse in spoiled(v)]
    if isinstance(value, list):
        return NONSENSE + [[worse, *value[1:]] for v in value[:1] for worse in spoiled(v)]
    return NONSENSE


@pytest.mark.parametrize("reader", [FieldTest, Gaze, Fixes])
def test_a_reader_survives_nonsense(reader: Any, project: Project, tmp_path: Path) -> None:
    """What it lets pass can be told in words; else it raises a Problem."""
    run = runs_of(project)[0]
    everything(project, run)
    folder = next((run.folder / "field").iterdir()) if reader is FieldTest else run.folder
    found = reader.load(folder)
    path = folder / {FieldTest: "field.json", Gaze: "gaze.json", Fixes: "fixes.json"}[reader]
    refused = 0
    for worse in spoiled(json.loads(path.read_text())):
        path.write_text(json.dumps(worse))
        try:
            told(reader.load(folder))
        except ProjectProblem:
            refused += 1
    assert refused > 20
    assert found is not None


def told(found: FieldTest | Gaze | Fixes) -> None:
    """Say it as the pages do."""
    from core import field, gaze
    from core.ui import errors_fixes
    from core.words import ago

    ago(found.made)
    if isinstance(found, FieldTest):
        field.words.of_drop(found.drops, found.side)
        field.words.of_mix(found.drops), field.words.of_sureness(found)
        field.words.of_left_out(found), field.words.of_unlike(found)
        field.words.of_changes(found), field.words.of_apart(found.apart)
        [field.words.of_change(each) for each in found.changes]
        [field.words.of_class(row.label, row.drop, row.n_after) for row in found.drops.worst]
    elif isinstance(found, Gaze):
        gaze.words.of_all(found)
        for one in found.classes:
            gaze.words.of_spot(one), gaze.words.of_swap(one), gaze.words.meaning(one)
    else:
        errors_fixes.said(found)
        [errors_fixes.caption(1, fix) for fix in found.fixes]


def test_answers_without_a_needed_column_are_refused(contents: Contents, tmp_path: Path) -> None:
    name = one_of(contents, "answers.parquet")
    target = io.BytesIO()
    pd.read_parquet(io.BytesIO(contents[name])).drop(columns="seeming").to_parquet(target)
    contents[name] = target.getvalue()
    assert "lacks the column 'seeming'" in refusal(contents, tmp_path)


def test_numbers_in_the_place_of_yes_and_no_are_read_as_such(project: Project) -> None:
    place = field_tested(runs_of(project)[0])
    table = pd.read_parquet(place / "answers.parquet")
    table.astype({"compared": float, "correct": float}).to_parquet(place / "answers.parquet")
    answers = Kept(place, FieldTest.load(place)).answers()
    assert answers["compared"].dtype == answers["correct"].dtype == bool


def archive(path: Path, save: Callable[..., None], **other: Any) -> Path:
    arrays = {"model": "01", "hashes": ["ab"], "embeddings": np.zeros((1, 4), np.float32)}
    with path.open("wb") as handle:
        save(handle, **arrays | other)
    return path


def test_arrays_are_taken_as_they_are_kept(tmp_path: Path) -> None:
    check_arrays(archive(tmp_path / "a.npz", np.savez), "a.npz")


def test_packed_or_other_arrays_and_python_objects_are_refused(tmp_path: Path) -> None:
    for number, (keep, other) in enumerate(
        (
            (np.savez_compressed, {}),
            (np.savez, {"more": np.zeros(3)}),
            (np.savez, {"hashes": np.array([{}], object)}),
        )
    ):
        with pytest.raises(ProjectProblem):
            check_arrays(archive(tmp_path / f"{number}.npz", keep, **other), "a.npz")


def test_an_array_that_promises_more_than_it_has_is_refused(tmp_path: Path) -> None:
    good = archive(tmp_path / "a.npz", np.savez)
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(tmp_path / "b.npz", "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"(1, 4)", b"(9, 9)"))
    with pytest.raises(ProjectProblem, match="is damaged"):
        check_arrays(tmp_path / "b.npz", "a.npz")
    for data in (b"", b"PK", b"nonsense" * 99):
        (tmp_path / "c.npz").write_bytes(data)
        with pytest.raises(ProjectProblem, match="is damaged"):
            check_arrays(tmp_path / "c.npz", "a.npz")


def test_where_it_looks_comes_back_as_it_was(project: Project) -> None:
    run = runs_of(project)[0]
    assert gazed(run) == Gaze.load(run.folder)
