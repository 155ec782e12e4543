"""Hostile and odd images: each gets what the table says, and so do those around it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from core.errors import DataProblem
from core.ingest import (
    decode,
    examine,
    facts,
    ingest,
    load_fitted,
    open_source,
    read_catalogue,
    read_rejected,
)
from core.settings import Fit
from tests.conftest import ROOT
from tests.makers import class_files, make_zip
from tests.unit.ingest.hostile.cases import ImageCase, Rejected
from tests.unit.ingest.hostile.table import IMAGES

SECONDS = 5  # of computing; on an idle machine most take a hundredth of one
MEMORY_MB = 400
HOSTILE = "cat/hostile.jpg"


def test_no_two_cases_have_one_name():
    assert len({case.name for case in IMAGES}) == len(IMAGES)


@pytest.mark.parametrize("case", IMAGES, ids=str)
def test_it_gets_what_the_table_says_and_harms_no_neighbour(case: ImageCase, tmp_path):
    neighbours = class_files(each=2)
    names = [*list(neighbours)[:2], HOSTILE, *list(neighbours)[2:]]
    path = make_zip(tmp_path / "set.zip", {**neighbours, HOSTILE: case.make()}, 0)
    began = time.process_time()
    with open_source(path) as source:
        ingest(source, tmp_path / "project")
    assert time.process_time() - began < SECONDS

    catalogue, rejected = read_catalogue(tmp_path / "project"), read_rejected(tmp_path / "project")
    rows = {row["source"]: row for row in catalogue.to_dict("records")}
    if isinstance(case.gets, Rejected):
        assert rejected[["source", "reason"]].values.tolist() == [[HOSTILE, case.gets.reason]]
        assert len(rejected["detail"][0]) > 20
    else:
        assert rejected.empty
        told = {name: rows[HOSTILE][name] for name in case.gets.facts if name != "frames"}
        assert told == {name: case.gets.facts[name] for name in told}
        names.remove(HOSTILE)
    assert set(rows) - {HOSTILE} == set(neighbours)


@pytest.mark.parametrize("case", IMAGES, ids=str)
def test_every_way_to_its_pixels_says_the_same(case: ImageCase):
    data = case.make()
    began = time.process_time()
    if isinstance(case.gets, Rejected):
        for way in (decode, examine, lambda data: load_fitted(data, 32, Fit.SQUASH)):
            with pytest.raises(DataProblem) as caught:
                way(data)
            assert caught.value.title == case.gets.reason
        with suppress(DataProblem):
            facts(data)  # its header may well be whole
    else:
        found, image = examine(data)
        assert {name: getattr(found, name) for name in case.gets.facts} == case.gets.facts
        assert (image.mode, image.size, image.info) == ("RGB", (found.width, found.height), {})
        assert decode(data).tobytes() == image.tobytes()
        assert load_fitted(data, 32, Fit.PAD).shape == (32, 32, 3)
    assert time.process_time() - began < SECONDS


def test_all_of_them_together_need_little_memory():
    """In a process of its own: what Pillow's C code takes is seen from outside only."""
    script = """
import json, resource, sys
from core.errors import Problem
from core.ingest import examine
from tests.makers import image_bytes
from tests.unit.ingest.hostile.table import IMAGES

def peak():
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20

peaks = {}
for case in IMAGES:
    try:
        examine(case.make(), at_least=96)
    except Problem:
        pass
    peaks[case.name] = peak()
print(json.dumps(peaks))
"""
    pytest.importorskip("resource", reason="only Unix tells how much memory a process needed")
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert run.returncode == 0, run.stderr
    assert "Traceback" not in run.stderr  # libtiff may say a word of its own
    peaks = json.loads(run.stdout)
    first, last = next(iter(peaks.values())), list(peaks.values())[-1]
    steps = zip(peaks.items(), list(peaks.values())[1:], strict=False)
    worst = max(steps, key=lambda step: step[1] - step[0][1])
    assert last - first < MEMORY_MB, f"most after {worst}"
