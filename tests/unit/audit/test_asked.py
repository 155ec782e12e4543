"""What the checks still ask: answers, twins that are gone, and classes that changed their name."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core import audit, catalogue, files
from core.audit import Check, Found, Needs, Scope, standing
from core.project import Workspace

IDS = [f"{number:016x}" for number in range(6)]
LABELS = ["cat", "cat", "cat", "dog", "dog", "dog"]


def check(name, found, threshold=0.5, scope=Scope.IMAGE):
    """A check that finds just this."""
    return Check(name, name.title(), threshold, lambda evidence: found, scope, Needs.PIXELS)


BLURRY = check("blurry", Found(np.array([0.4, 0.1, 0.9, 0.2, 1.0, np.nan]), ["soft"] * 6))
TWINS = check(
    "twins", Found(np.array([0.3, 0.4, 1, 0.2, 0.45, 1]), groups=["a", "a", "", "b", "b", ""])
)
DOUBT = check(
    "wrong_labels",
    Found(np.array([0.1, 1, 1, 1, 1, 1.0]), suggested=["dog", "", "", "", "", ""]),
)
PAIRS = check("overlap", Found(np.array([0.2]), ["mixed up"], ["cat / dog"]), 0.9, Scope.CLASS)
CHECKS = (BLURRY, TWINS, DOUBT, PAIRS)


@pytest.fixture
def project(workspace):
    """Six images that were looked at by four checks."""
    made = Workspace().create("Animals")
    table = pd.DataFrame({"image_id": IDS, "label": LABELS})
    table["sha256"] = [image * 4 for image in IDS]
    table["source"] = [f"{label}/{image}.jpg" for label, image in zip(LABELS, IDS, strict=True)]
    files.write_table(made.catalogue_file, table)
    audit.examine(audit.Evidence(table), CHECKS).save(made)
    return made


def asked(project, check):
    return standing(project, CHECKS).asked[check.name]


def waiting(project, check, threshold=None):
    return [IDS.index(image) for image in asked(project, check).rows(threshold)["subject"]]


def test_the_worst_come_first_and_nothing_is_said_of_what_has_no_score(project):
    assert waiting(project, BLURRY) == [1, 3, 0]
    assert waiting(project, BLURRY, 1.01) == [1, 3, 0, 2, 4]
    found = asked(project, BLURRY)
    assert [found.count(limit) for limit in (0.0, 0.1, 0.15, 0.4, 1.0)] == [0, 0, 1, 2, 4]
    assert found.rows()["note"].tolist() == ["soft"] * 3
    assert np.sort(found.scores[:5]).tolist() == pytest.approx([0.1, 0.2, 0.4, 0.9, 1.0])


def test_a_check_that_did_not_run_asks_nothing(project):
    other = check("dark", Found(np.zeros(6)))
    found = standing(project, (*CHECKS, other))
    assert not found.asked["dark"].ran
    assert found.asked["dark"].count() == 0
    assert found.asked["dark"].rows().empty
    assert not found.complete
    assert standing(project, CHECKS).complete


def test_an_image_that_is_kept_is_never_asked_about_again_by_that_check(project):
    catalogue.decide(project, "keep", images=[IDS[1]], check="blurry")
    assert waiting(project, BLURRY) == [3, 0]
    answered = asked(project, BLURRY).answered_rows()
    assert answered[["subject", "answer"]].to_numpy().tolist() == [[IDS[1], "kept"]]
    assert waiting(project, TWINS) == [3, 4, 0, 1]
    assert standing(project, CHECKS).decided == {"blurry": {"keep": 1}}


def test_a_dropped_image_leaves_every_list_and_comes_back_when_that_is_undone(project):
    drop = catalogue.decide(project, "drop", images=[IDS[1]], check="blurry")
    assert waiting(project, BLURRY) == [3, 0]
    assert asked(project, BLURRY).answered_rows()["answer"].tolist() == ["dropped"]
    catalogue.decide(project, "undo", decision=drop["number"])
    assert waiting(project, BLURRY) == [1, 3, 0]


def test_twins_are_asked_about_together_with_the_score_of_the_worst(project):
    assert waiting(project, TWINS) == [3, 4, 0, 1]
    assert waiting(project, TWINS, 0.25) == [3, 4]
    assert asked(project, TWINS).rows()["group"].tolist() == ["b", "b", "a", "a"]
    assert asked(project, TWINS).groups
    assert not asked(project, BLURRY).groups


@pytest.mark.parametrize(("act", "extra"), [("drop", {}), ("keep", {"check": "twins"})])
def test_a_twin_whose_other_is_answered_is_no_question_any_more(project, act, extra):
    catalogue.decide(project, act, images=[IDS[3]], **extra)
    assert waiting(project, TWINS) == [0, 1]


def test_a_new_label_answers_a_doubt_about_the_label_whoever_gave_it(project):
    assert waiting(project, DOUBT) == [0]
    catalogue.decide(project, "relabel", images=[IDS[0]], label="hen")
    assert waiting(project, DOUBT) == []
    assert asked(project, DOUBT).answered_rows()["answer"].tolist() == ["relabelled"]
    assert waiting(project, BLURRY) == [1, 3, 0]


def test_a_label_that_is_suggested_follows_the_name_of_its_class(project):
    catalogue.decide(project, "rename", label="dog", to="hound")
    catalogue.decide(project, "rename", label="hound", to="wolf")
    assert asked(project, DOUBT).rows()["suggested"].tolist() == ["wolf"]


def test_a_pair_is_asked_about_as_long_as_both_classes_are_there(project):
    assert asked(project, PAIRS).rows()["subject"].tolist() == ["cat / dog"]
    catalogue.decide(project, "rename", label="dog", to="cat")
    assert asked(project, PAIRS).count() == 0


def test_a_pair_can_be_kept_as_it_is(project):
    catalogue.decide(project, "keep", images=[], subjects=["cat / dog"], check="overlap")
    assert asked(project, PAIRS).count() == 0
    assert asked(project, PAIRS).count_answered() == 1


def test_what_came_and_changed_since_is_counted(project):
    found = standing(project, CHECKS)
    assert (found.came, found.changed) == (0, 0)
    catalogue.decide(project, "drop", images=IDS[:2])
    catalogue.decide(project, "relabel", images=IDS[2:3], label="dog")
    more = project.read_table(project.catalogue_file)
    new = more.tail(1).assign(image_id="f" * 16)
    files.write_table(project.catalogue_file, pd.concat([more, new]))
    found = standing(project, CHECKS)
    assert (found.came, found.changed) == (1, 3)


def test_checks_of_the_catalogue_need_no_audit(workspace):
    made = Workspace().create("New")
    twin = pd.DataFrame({"image_id": IDS[:2], "label": ["cat", "dog"], "source": ["a", "b"]})
    files.write_table(made.catalogue_file, twin.assign(sha256="ab" * 32))
    found = standing(made)
    assert found.asked["exact_duplicates"].count() == 2
    assert found.made == ""
    assert found.came == 2
    catalogue.decide(made, "drop", images=IDS[:1])
    assert standing(made).asked["exact_duplicates"].count() == 0


@pytest.mark.parametrize(
    ("subject", "classes"),
    [
        ("cat", ["cat"]),
        ("cat / dog", ["cat", "dog"]),
        ("a / b / cat", ["a / b", "cat"]),
        ("cat / wolf", []),
        ("wolf", []),
    ],
)
def test_a_subject_names_classes(subject, classes):
    assert audit.classes_in(subject, {"cat", "dog", "a / b"}) == classes
