"""Hostile and odd names and archives: each gets what the table says, and so do the others."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from core.errors import DataProblem
from core.ingest import IngestResult, ingest, open_source, read_catalogue, read_rejected
from tests.makers import RawMember, image_bytes, make_raw_zip
from tests.unit.ingest.hostile.archives import GOOD
from tests.unit.ingest.hostile.cases import Refused, Rejected
from tests.unit.ingest.hostile.table_archives import ARCHIVES, NAMES, PAIRS, Ignored, In

SECONDS = 8  # of computing
ODD = image_bytes(seed=99)
NEIGHBOURS = {member.name.decode() for member in GOOD}


def take(path: Path) -> IngestResult:
    """Take the archive into a project beside it, and see that nothing was written elsewhere."""
    place = path.parent
    before = set(place.parent.rglob("*"))
    began = time.process_time()
    try:
        with open_source(path) as source:
            return ingest(source, place / "project")
    finally:
        assert time.process_time() - began < SECONDS
        new = set(place.parent.rglob("*")) - before
        assert all(item.is_relative_to(place / "project") for item in new)


@pytest.fixture
def zip_file(tmp_path) -> Path:
    (tmp_path / "outer" / "inner").mkdir(parents=True)
    return tmp_path / "outer" / "inner" / "set.zip"


def check(project: Path, result: IngestResult, gets: In | Ignored | Rejected) -> None:
    """What became of all that is not a neighbour, and that the neighbours are there."""
    rows = read_catalogue(project)
    assert set(rows["source"]) >= NEIGHBOURS
    labels = set(rows[~rows["source"].isin(NEIGHBOURS)]["label"])
    reasons = set(read_rejected(project)["reason"])
    assert labels == ({gets.label} if isinstance(gets, In) else set())
    assert reasons == ({gets.reason} if isinstance(gets, Rejected) else set())
    assert bool(result.ignored) is isinstance(gets, Ignored)


@pytest.mark.parametrize(("name", "gets"), NAMES, ids=[ascii(name)[:60] for name, _ in NAMES])
def test_a_name_gets_what_the_table_says(name, gets, zip_file):
    raw = name if isinstance(name, bytes) else name.encode()
    make_raw_zip(zip_file, [*GOOD[:2], RawMember(raw, ODD), *GOOD[2:]])
    if isinstance(gets, Refused):
        with pytest.raises(DataProblem) as caught:
            take(zip_file)
        assert caught.value.title == gets.title
    else:
        check(zip_file.parent / "project", take(zip_file), gets)


@pytest.mark.parametrize("case", ARCHIVES)
def test_an_archive_gets_what_the_table_says(case, zip_file):
    make, gets = ARCHIVES[case]
    make(zip_file)
    if isinstance(gets, Refused):
        with pytest.raises(DataProblem) as caught:
            take(zip_file)
        assert caught.value.title == gets.title
        assert caught.value.fix
        assert not (zip_file.parent / "project" / "catalogue.parquet").exists()
    else:
        check(zip_file.parent / "project", take(zip_file), gets)


@pytest.mark.parametrize(("first", "second", "classes"), PAIRS)
def test_two_names_that_are_nearly_one(first, second, classes, zip_file):
    members = [RawMember(first.encode(), ODD), RawMember(second.encode(), ODD)]
    make_raw_zip(zip_file, [*members, RawMember(b"other/1.jpg", GOOD[0].data)])
    assert take(zip_file).classes == {**classes, "other": 1}
