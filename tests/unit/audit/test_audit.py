"""The report of all checks: what it counts, and that it is plain JSON."""

import json

import pandas as pd

from core.audit import CHECKS, Finding, audit

CATALOGUE = pd.DataFrame(
    {
        "sha256": ["a", "a", *map(str, range(60))],
        "label": ["cat", "dog", *["cat"] * 35, *["dog"] * 25],
        "source": ["cat/x.jpg", "dog/x.jpg", *(f"{n}.jpg" for n in range(60))],
    }
)
REJECTED = pd.DataFrame(
    {"source": ["cat/broken.jpg", "notes.txt"], "reason": ["The image is damaged", "Not an image"]}
)
NOTHING = pd.DataFrame({"sha256": [], "label": [], "source": []}, dtype=str)


def test_it_tells_how_many_images_there_are_and_in_which_classes():
    report = audit(CATALOGUE, REJECTED)
    assert report["images"] == 62
    assert report["classes"] == {"cat": 36, "dog": 26}


def test_every_check_tells_its_count_and_the_worst():
    report = audit(CATALOGUE, REJECTED)
    assert list(report["checks"]) == [check.name for check in CHECKS]
    counts = {name: check["count"] for name, check in report["checks"].items()}
    assert counts == {"unreadable": 2, "exact_duplicates": 2, "class_counts": 1}
    for check in report["checks"].values():
        assert set(check) == {"title", "count", "worst"}
        assert all(set(found) == {"source", "score", "note"} for found in check["worst"])


def test_all_are_counted_but_only_the_worst_are_listed():
    check = audit(CATALOGUE, REJECTED, worst=1)["checks"]["exact_duplicates"]
    assert check["count"] == 2
    assert len(check["worst"]) == 1


def test_an_empty_project_has_nothing_wrong():
    report = audit(NOTHING, pd.DataFrame())
    assert (report["images"], report["classes"]) == (0, {})
    assert [check["count"] for check in report["checks"].values()] == [0, 0, 0]


def test_it_is_plain_json():
    report = audit(CATALOGUE, REJECTED)
    assert json.loads(json.dumps(report, allow_nan=False)) == report


def test_checks_look_and_change_nothing():
    catalogue, rejected = CATALOGUE.copy(), REJECTED.copy()
    audit(catalogue, rejected)
    pd.testing.assert_frame_equal(catalogue, CATALOGUE)
    pd.testing.assert_frame_equal(rejected, REJECTED)


def test_scores_lie_between_nought_and_one_and_the_worst_comes_first():
    for check in CHECKS:
        findings = check.find(CATALOGUE, REJECTED)
        assert all(isinstance(found, Finding) and 0 <= found.score < 1 for found in findings)
        scores = [found.score for found in findings]
        assert scores == sorted(scores)


def test_names_and_titles_are_given_once():
    assert (
        len({check.name for check in CHECKS})
        == len({check.title for check in CHECKS})
        == len(CHECKS)
    )
