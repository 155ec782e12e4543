"""`audit`: what the checks find in a zip, a folder or a project."""

import pytest

from core.audit import CHECKS, Needs
from core.project import Project
from tests.makers import JUNK, encoded, make_folder, make_zip, picture
from tests.unit.commands.helpers import colour_files, read, run


def drawn(each: int) -> dict[str, bytes]:
    """Different pictures in two classes."""
    return {
        f"{label}/{number}.png": encoded(picture((120, 90), seed=100 * place + number))
        for place, label in enumerate(("kite", "leaf"))
        for number in range(each)
    }


@pytest.fixture
def report(tmp_path):
    files = drawn(5)
    files |= {"leaf/same.png": files["kite/0.png"], "leaf/broken.jpg": JUNK}
    files["kite/dark.png"] = encoded(picture((120, 90)).point(lambda value: value // 12))
    source = make_zip(tmp_path / "a.zip", files)
    assert run("audit", source, "--no-features", "--json", tmp_path / "a.json") == 0
    return read(tmp_path / "a.json")


def test_it_writes_the_count_and_the_worst_of_every_check(report):
    assert report["images"] == 12
    assert report["classes"] == {"kite": 6, "leaf": 6}
    checks = report["checks"]
    quick = [check.name for check in CHECKS if check.needs is not Needs.FEATURES]
    assert list(checks) == quick
    assert checks["unreadable"]["worst"][0]["source"] == "leaf/broken.jpg"
    assert checks["dark"]["worst"][0]["source"] == "kite/dark.png"
    assert checks["too_few"]["count"] == 2
    assert set(report["seconds"]) == {"ingest", "audit", "total"}


def test_groups_of_copies_are_listed(report):
    assert report["checks"]["exact_duplicates"]["groups"] == [["kite/0.png", "leaf/same.png"]]


def test_a_folder_is_measured_while_it_is_taken(tmp_path, capsys):
    source, kept = make_folder(tmp_path / "pictures", drawn(3)), tmp_path / "kept"
    assert run("audit", source, "--no-features", "--project", kept) == 0
    assert "Measuring the images:" not in capsys.readouterr().err
    assert Project(kept).measurements_file.is_file()
    assert len(list(Project(kept).thumbs.rglob("*.webp"))) == 6


def test_a_project_can_be_audited_too_and_asked_before_training(trained, tmp_path, capsys):
    assert run("audit", trained / "project", "--json", tmp_path / "a.json") == 0
    report = read(tmp_path / "a.json")
    assert report["images"] == 24
    assert list(report["checks"]) == [check.name for check in CHECKS]
    shortcuts = {each["name"]: each for each in report["preflight"]["shortcuts"]}
    assert shortcuts["colour"]["level"] != "none"  # pictures of one colour give it away
    given_away = [image for each in shortcuts["colour"]["classes"] for image in each["images"]]
    assert given_away
    assert set(given_away) <= set(colour_files())
    assert capsys.readouterr().out.startswith("24 images in 3 classes\n")
