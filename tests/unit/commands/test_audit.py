"""`audit`: what the checks find in a zip, a folder or a project."""

import pytest

from tests.makers import JUNK, make_zip
from tests.unit.commands.helpers import colour_files, read, run


@pytest.fixture
def report(tmp_path):
    files = colour_files(4)
    files |= {"red/same.png": files["green/0.png"], "red/broken.jpg": JUNK}
    source = make_zip(tmp_path / "a.zip", files)
    assert run("audit", source, "--json", tmp_path / "a.json") == 0
    return read(tmp_path / "a.json")


def test_it_writes_the_count_and_the_worst_of_every_check(report):
    assert report["images"] == 13
    assert report["classes"] == {"green": 4, "red": 5, "sky": 4}
    checks = report["checks"]
    assert {name: check["count"] for name, check in checks.items()} == {
        "unreadable": 1,
        "exact_duplicates": 2,
        "class_counts": 3,
    }
    assert checks["unreadable"]["worst"][0]["source"] == "red/broken.jpg"
    duplicates = [found["source"] for found in checks["exact_duplicates"]["worst"]]
    assert duplicates == ["green/0.png", "red/same.png"]


def test_a_project_can_be_audited_too(trained, tmp_path, capsys):
    assert run("audit", trained / "project", "--json", tmp_path / "a.json") == 0
    assert read(tmp_path / "a.json")["images"] == 24
    assert capsys.readouterr().out.startswith("24 images in 3 classes\n")
