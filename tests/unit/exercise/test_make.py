"""An exercise file: what is planted is there, and nothing else gives it away."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from core.audit.pixels import sharpness
from core.errors import DataProblem, SettingsProblem
from core.exercise import (
    MEMBER,
    Fault,
    Order,
    make,
    open_material,
    read_cover,
    read_exercise,
    read_key,
    stretched,
)
from core.project import Project
from tests.unit.exercise.conftest import CLASSES, EVERY, Case


def content(case: Case) -> dict[str, bytes]:
    with zipfile.ZipFile(case.path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != MEMBER}


def test_as_many_faults_are_planted_as_were_asked_for(case: Case) -> None:
    assert case.key.counts() == EVERY


def test_each_fault_is_where_the_key_says(case: Case) -> None:
    files = content(case)
    by_name = {name.rpartition("/")[2]: name for name in files}
    hashes = Counter(hashlib.sha256(data).hexdigest() for data in files.values())
    sides = {hashlib.sha256(data).hexdigest(): name.split("/")[0] for name, data in files.items()}
    for planted in case.key.faults:
        if planted.name:
            name = by_name[planted.name]
            assert name.split("/")[1] == planted.label
            assert hashlib.sha256(files[name]).hexdigest() == planted.sha256
        if planted.fault is Fault.EXACT:
            assert hashes[planted.sha256] == 2
        if planted.fault is Fault.NEAR:
            assert sides[planted.sha256] != sides[planted.twin]
        if planted.fault is Fault.WRONG_LABEL:
            assert planted.truth in CLASSES
            assert planted.truth != planted.label
        if planted.fault is Fault.DARK:
            pixels = Image.open(BytesIO(files[by_name[planted.name]])).convert("L")
            assert pixels.getextrema()[1] < 90
    sizes = Counter(name.split("/")[1] for name in files)
    (thin,) = (each.label for each in case.key.faults if each.fault is Fault.IMBALANCE)
    assert sizes[thin] * 3 < max(sizes.values())


def test_identical_copies_stand_on_both_sides(case: Case) -> None:
    files = content(case)
    for planted in case.key.faults:
        if planted.fault is Fault.EXACT:
            own = [n for n, d in files.items() if hashlib.sha256(d).hexdigest() == planted.sha256]
            assert {name.split("/")[0] for name in own} == {"train", "test"}


def test_names_dates_and_metadata_tell_nothing(case: Case) -> None:
    with zipfile.ZipFile(case.path) as archive:
        infos = [info for info in archive.infolist() if info.filename != MEMBER]
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    names = [info.filename for info in infos]
    assert names == sorted(names)
    lengths = {len(name.rpartition("/")[2]) for name in names}
    assert lengths == {len("0123456789.jpg")}
    broken = {each.name for each in case.key.faults if each.fault is Fault.BROKEN}
    tables = set()
    for name, data in content(case).items():
        if name.rpartition("/")[2] not in broken:
            image = Image.open(BytesIO(data))
            assert image.format == "JPEG"
            assert not image.getexif()
            tables.add(json.dumps(image.quantization))
    assert len(tables) == 1  # one JPEG quality


def test_the_same_order_makes_the_same_file(case: Case, tmp_path: Path) -> None:
    with open_material(case.source) as material:
        make(material, Order(EVERY, 3, 5), tmp_path / "again.zip")
        make(material, Order(EVERY, 3, 6), tmp_path / "other.zip")
    assert (tmp_path / "again.zip").read_bytes() == case.path.read_bytes()
    assert (tmp_path / "other.zip").read_bytes() != case.path.read_bytes()


def test_the_zip_does_not_show_the_answers(case: Case) -> None:
    sealed = read_exercise(case.path)
    for planted in case.key.faults:
        assert planted.sha256[:12].encode() not in sealed or not planted.sha256
        assert planted.name.encode() not in sealed or not planted.name
    assert read_cover(sealed).kinds == ()  # level 3 tells nothing


def test_a_blurred_image_is_less_sharp_than_any_sound_one(tmp_path: Path) -> None:
    import numpy as np

    from core.exercise import spoil

    noise = np.random.default_rng(0).integers(0, 256, (64, 96, 3), dtype=np.uint8)
    image = Image.fromarray(noise).resize((192, 128), Image.Resampling.BICUBIC)
    for level in (1, 2, 3):
        worse = spoil.blurred(image, level, np.random.default_rng(1))
        assert worse.size == image.size
        assert sharpness(np.asarray(worse.convert("L"))) < sharpness(np.asarray(image.convert("L")))


def test_a_passphrase_is_needed_where_there_is_one(case: Case, tmp_path: Path) -> None:
    target = tmp_path / "locked.zip"
    with open_material(case.source) as material:
        cover = make(material, Order({Fault.DARK: 2}), target, secret=stretched("plum"))
    sealed = read_exercise(target)
    assert cover.locked
    assert read_key(sealed, stretched("plum")).counts() == {Fault.DARK: 2}
    for wrong in ("", "pear"):
        with pytest.raises(DataProblem, match="cannot be opened"):
            read_key(sealed, stretched(wrong))


def test_a_changed_cover_is_noticed(case: Case) -> None:
    value = json.loads(read_exercise(case.path))
    value["title"] = "Easy"
    with pytest.raises(DataProblem, match="cannot be opened"):
        read_key(json.dumps(value).encode())


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b'{"exercise": 1}', b"\xff"])
def test_what_is_no_exercise_is_a_problem(data: bytes) -> None:
    with pytest.raises(DataProblem, match="no detective exercise"):
        read_cover(data)


@pytest.mark.parametrize(
    ("plant", "level", "seed"),
    [
        ({}, 1, 0),
        ({Fault.DARK: -1}, 1, 0),
        ({Fault.DARK: 1}, 4, 0),
        ({Fault.DARK: 1}, 1, -1),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(
    plant: dict[Fault, int], level: int, seed: int
) -> None:
    with pytest.raises(SettingsProblem):
        Order(plant, level, seed)


@pytest.mark.parametrize("plant", [{Fault.DARK: 60}, {Fault.SHORTCUT: 2, Fault.IMBALANCE: 2}])
def test_more_faults_than_there_is_room_for_are_refused(
    case: Case, tmp_path: Path, plant: dict[Fault, int]
) -> None:
    with open_material(case.source) as material, pytest.raises(SettingsProblem, match="too"):
        make(material, Order(plant), tmp_path / "x.zip")
    assert not (tmp_path / "x.zip").exists()


def test_ingest_takes_it_like_any_upload_and_says_nothing_of_the_seal(project: Project) -> None:
    rejected = project.rejected()
    assert len(rejected) == EVERY[Fault.BROKEN]
    assert not rejected["source"].str.contains(MEMBER).any()
    assert project.exercise_file.is_file()
    images = project.read_table(project.catalogue_file)
    assert set(images["split_given"]) == {"train", "test"}


def test_the_samples_leave_out_what_is_in_doubt() -> None:
    with open_material("prints") as material:
        assert 0 < len(material.doubtful) < 0.1 * material.size


def test_a_project_leaves_out_what_its_checks_ask(project: Project) -> None:
    with open_material(project.folder) as material:
        assert material.size == len(project.read_table(project.catalogue_file))
        assert material.read(0)[:2] == b"\xff\xd8"
