"""The command line on hostile files: done, or one line that says why; never a traceback."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from core.__main__ import main
from tests.conftest import ROOT
from tests.makers import RawMember, class_files, make_raw_zip
from tests.unit.ingest.hostile.archives import odd
from tests.unit.ingest.hostile.table import IMAGES
from tests.unit.ingest.hostile.table_archives import ARCHIVES

REFUSED = [
    *("empty", "a JPEG", "cut in its list", "locked", "a link", "a bomb", "itself inside"),
    *("a way out in a folder", "an entry outside the file"),
]


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_archive_ends_with_2_and_why(case, tmp_path, capsys):
    make, gets = ARCHIVES[case]
    make(tmp_path / "set.zip")
    assert main(["audit", str(tmp_path / "set.zip"), "--json", str(tmp_path / "report.json")]) == 2
    said = capsys.readouterr().err.splitlines()
    assert said[-1].startswith(f"firstlight: {gets.title}")
    assert "Traceback (most recent call last):" not in said
    assert not (tmp_path / "report.json").exists()


@pytest.mark.slow
def test_all_hostile_images_and_members_at_once_leave_the_good_ones(tmp_path):
    files = {f"cat/hostile {n}.jpg": case.make() for n, case in enumerate(IMAGES)}
    members = [RawMember(n.encode(), d) for n, d in {**class_files(each=6), **files}.items()]
    members += [odd(crc=1), odd(payload=b"\xff" * 99), odd(size=99_999)]
    make_raw_zip(tmp_path / "set.zip", members)
    line = ["audit", tmp_path / "set.zip", "--json", tmp_path / "report.json"]
    run = subprocess.run(
        [sys.executable, "-m", "core", *map(str, line)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert run.returncode == 0, run.stderr
    assert "Traceback" not in run.stderr
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
