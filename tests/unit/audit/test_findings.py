"""What the checks found, as tables, as a file and as a report."""

import json

import numpy as np
import pandas as pd
import pytest

from core.audit import (
    CHECKS,
    Check,
    Evidence,
    Findings,
    Found,
    Needs,
    Scope,
    check_named,
    examine,
    report,
)
from core.errors import ProjectProblem
from core.lessons import lesson_text
from core.project import Project

TABLE = [check for check in CHECKS if check.needs is Needs.TABLE]
IMAGES = pd.DataFrame(
    {
        "image_id": [f"id{n}" for n in range(62)],
        "sha256": ["a", "a", *map(str, range(60))],
        "label": ["cat", "dog", *["cat"] * 35, *["dog"] * 25],
        "source": ["cat/x.jpg", "dog/x.jpg", *(f"{n}.jpg" for n in range(60))],
    }
)
REJECTED = pd.DataFrame(
    {"source": ["cat/broken.jpg", "notes.txt"], "reason": ["The image is damaged", "Not an image"]}
)
EVIDENCE = Evidence(IMAGES, rejected=REJECTED)
NOTHING = Evidence(IMAGES.head(0))


def small(scores: list[float], name: str = "small", **parts) -> Check:
    """A check of images that finds just this."""
    return Check(name, name.title(), 0.5, lambda evidence: Found(np.array(scores), **parts))


@pytest.fixture
def project(tmp_path) -> Project:
    return Project.create(tmp_path, "Pets")


def test_a_report_tells_how_many_images_there_are_and_in_which_classes():
    answer = report(examine(EVIDENCE, TABLE), IMAGES)
    assert answer["images"] == 62
    assert answer["classes"] == {"cat": 36, "dog": 26}


def test_every_check_that_ran_tells_its_count_and_the_worst():
    checks = report(examine(EVIDENCE, TABLE), IMAGES)["checks"]
    assert list(checks) == [check.name for check in TABLE]
    counts = {name: check["count"] for name, check in checks.items()}
    assert counts == {"unreadable": 2, "exact_duplicates": 2, "too_few": 1, "imbalance": 0}
    assert checks["too_few"]["worst"][0]["source"] == "dog"
    assert checks["exact_duplicates"]["groups"] == [["cat/x.jpg", "dog/x.jpg"]]


def test_all_are_counted_but_only_the_worst_are_listed():
    check = report(examine(EVIDENCE, TABLE), IMAGES, worst=1)["checks"]["exact_duplicates"]
    assert check["count"] == 2
    assert len(check["worst"]) == 1


def test_a_report_is_plain_json():
    answer = report(examine(EVIDENCE, TABLE), IMAGES)
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer


def test_where_there_are_no_images_nothing_is_wrong():
    quick = [check for check in CHECKS if check.needs is not Needs.FEATURES]
    answer = report(examine(NOTHING, quick), NOTHING.images)
    assert (answer["images"], answer["classes"]) == (0, {})
    assert {check["count"] for check in answer["checks"].values()} == {0}


def test_checks_look_and_change_nothing():
    images, rejected = IMAGES.copy(), REJECTED.copy()
    examine(Evidence(images, rejected=rejected), TABLE)
    pd.testing.assert_frame_equal(images, IMAGES)
    pd.testing.assert_frame_equal(rejected, REJECTED)


def test_a_moved_threshold_finds_more_and_the_worst_comes_first():
    check = small([0.9, 0.2, 0.6, np.nan])
    found = examine(Evidence(IMAGES.head(4)), [check])
    assert found.issues(check)["subject"].tolist() == ["id1"]
    assert found.issues(check, 0.7)["subject"].tolist() == ["id1", "id2"]
    assert found.scores(check)["subject"].tolist() == ["id1", "id2", "id0"]


def test_a_check_that_did_not_run_has_found_nothing():
    assert examine(EVIDENCE, TABLE).issues(check_named("blurry")).empty


def test_findings_come_back_as_they_were_saved(project):
    check = small([0.2, 0.9], notes=["Odd", ""], groups=["g", ""], remark="All are odd.")
    classes = Check(
        "few", "Few", 1.0, lambda _: Found(np.array([0.5]), [""], ["cat"]), Scope.CLASS, Needs.TABLE
    )
    found = examine(Evidence(IMAGES.head(2)), [check, classes])
    assert Findings.load(project) is None
    found.save(project)
    again = Findings.load(project)
    assert again is not None
    pd.testing.assert_frame_equal(again.issues(check), found.issues(check))
    pd.testing.assert_frame_equal(again.issues(classes), found.issues(classes))
    assert (again.done, again.remarks) == (("small", "few"), {"small": "All are odd."})
    assert (again.catalogue, again.made) == (found.catalogue, found.made)


def test_damaged_findings_are_a_problem(project):
    examine(EVIDENCE, TABLE).save(project)
    project.audit_file.write_bytes(b"no table")
    with pytest.raises(ProjectProblem, match="audit"):
        Findings.load(project)


def test_each_check_is_told_before_it_begins():
    told = []
    examine(EVIDENCE, TABLE, lambda *what: told.append(what))
    assert told == [(check.title, place, len(TABLE)) for place, check in enumerate(TABLE)]


def test_names_and_titles_are_given_once():
    names, titles = {check.name for check in CHECKS}, {check.title for check in CHECKS}
    assert len(names) == len(titles) == len(CHECKS)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_every_check_has_its_lesson(check):
    words = lesson_text(f"checks/{check.name}").split()
    assert 60 <= len(words) <= 120
