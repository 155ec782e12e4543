"""What a decision log is worth: found, missed, falsely accused."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from core import catalogue
from core.errors import DataProblem, ProjectProblem
from core.exercise import (
    CLAIMED,
    OTHER,
    AnswerKey,
    Fault,
    Planted,
    Score,
    Submission,
    Tally,
    Touched,
    claims_of,
    name_faults,
    read_submission,
    score,
    submission_of,
)
from core.project import Project
from tests.benchmarks.exercises import perfect_submission
from tests.unit.exercise.conftest import Case

SHA = [f"{n:064x}" for n in range(12)]
KEY = AnswerKey(
    "0123456789ab",
    (
        Planted(Fault.WRONG_LABEL, SHA[0], "0.jpg", "cat", truth="dog"),
        Planted(Fault.EXACT, SHA[1], "1.jpg", "cat"),
        Planted(Fault.NEAR, SHA[2], "2.jpg", "dog", twin=SHA[3]),
        Planted(Fault.DARK, SHA[4], "4.jpg", "dog"),
        Planted(Fault.BROKEN, SHA[5], "5.jpg", "dog"),
        Planted(Fault.SHORTCUT, label="cat", marked=(SHA[6], SHA[7])),
        Planted(Fault.IMBALANCE, label="bird"),
    ),
    frozenset(SHA),
)
NOBODY: Mapping[Fault, tuple[str, ...]] = dict.fromkeys(CLAIMED, ())


def handed(
    *touched: tuple[int, str, str],
    named: Mapping[Fault, tuple[str, ...]] = NOBODY,
    called: Mapping[str, str] | None = None,
    check: str = "",
) -> Score:
    """The score of images (number, class before, class after), and of what was named."""
    rows = tuple(Touched(SHA[number], was, now, check) for number, was, now in touched)
    return score(KEY, Submission(KEY.id, "Ada", "", 1, rows, called or {}, NOBODY | dict(named)))


def of(found: Score, kind: Fault | str) -> tuple[int, int]:
    """Found and falsely accused of a kind."""
    tally = next((each for each in found.kinds if each.kind == kind), Tally(str(kind), 0, 0, 0))
    return tally.found, tally.accused


def test_who_does_nothing_finds_nothing_and_accuses_nobody() -> None:
    found = handed()
    assert (found.found, found.accused, len(found.missed)) == (0, 0, len(KEY.faults))
    assert found.points == 0


@pytest.mark.parametrize("now", ["dog", ""])
def test_a_wrong_label_is_found_by_its_true_label_or_by_dropping(now: str) -> None:
    assert of(handed((0, "cat", now)), Fault.WRONG_LABEL) == (1, 0)


def test_another_wrong_label_finds_nothing_and_accuses_nobody() -> None:
    assert of(handed((0, "cat", "bird")), Fault.WRONG_LABEL) == (0, 0)


def test_a_renamed_class_is_still_the_true_one() -> None:
    found = handed((0, "cat", "hound"), called={"dog": "hound"})
    assert of(found, Fault.WRONG_LABEL) == (1, 0)


def test_merging_the_classes_does_not_mend_a_label() -> None:
    found = handed((0, "cat", "pet"), called={"dog": "pet", "cat": "pet"})
    assert of(found, Fault.WRONG_LABEL) == (0, 0)


@pytest.mark.parametrize("number", [2, 3])
def test_of_a_pair_either_may_go(number: int) -> None:
    assert of(handed((number, "dog", "")), Fault.NEAR) == (1, 0)
    assert of(handed((1, "cat", "")), Fault.EXACT) == (1, 0)


def test_relabelling_one_of_a_pair_accuses_it() -> None:
    assert of(handed((3, "dog", "cat")), Fault.WRONG_LABEL) == (0, 1)


def test_a_dark_image_must_go() -> None:
    assert of(handed((4, "dog", "")), Fault.DARK) == (1, 0)
    relabelled = handed((4, "dog", "cat"))
    assert of(relabelled, Fault.DARK) == (0, 0)
    assert relabelled.accused == 0


def test_whole_classes_and_broken_files_are_named() -> None:
    named = {
        Fault.SHORTCUT: ("cat",),
        Fault.IMBALANCE: ("bird",),
        Fault.BROKEN: ("train/dog/5.jpg",),
    }
    found = handed(named=named)
    assert [of(found, fault) for fault in CLAIMED] == [(1, 0)] * 3


def test_naming_the_innocent_accuses_them() -> None:
    named = {Fault.SHORTCUT: ("dog",), Fault.BROKEN: ("5.jpg", "9.jpg")}
    found = handed(named=named)
    assert of(found, Fault.SHORTCUT) == (0, 1)
    assert of(found, Fault.BROKEN) == (1, 1)


def test_dropping_half_of_the_marked_images_shows_that_the_mark_was_seen() -> None:
    assert of(handed((6, "cat", "")), Fault.SHORTCUT) == (1, 0)


def test_sound_images_are_accused_of_what_the_check_asked() -> None:
    assert of(handed((8, "dog", ""), check="blurry"), Fault.BLUR) == (0, 1)
    assert of(handed((8, "dog", "cat"), check="blurry"), Fault.WRONG_LABEL) == (0, 1)
    assert of(handed((8, "dog", "")), OTHER) == (0, 1)


def test_images_of_elsewhere_do_not_count() -> None:
    other = Submission(KEY.id, "", "", 1, (Touched("f" * 64, "cat", "", ""),), {}, NOBODY)
    assert score(KEY, other).accused == 0


def test_another_exercise_is_a_problem() -> None:
    with pytest.raises(DataProblem, match="another exercise"):
        score(KEY, Submission("ba9876543210", "", "", 0, (), {}, NOBODY))


def test_a_perfect_submission_scores_everything(case: Case) -> None:
    found = score(case.key, perfect_submission(case.key))
    assert (found.points, found.share, found.accused, found.missed) == (1.0, 1.0, 0, ())


def test_a_perfect_detective_works_with_ordinary_decisions(case: Case, project: Project) -> None:
    images = project.read_table(project.catalogue_file)
    ids = {sha: list(rows["image_id"]) for sha, rows in images.groupby("sha256")}
    for planted in case.key.faults:
        act: dict[str, Any] = {"act": "drop", "images": ids.get(planted.sha256, [])[:1]}
        if planted.fault is Fault.WRONG_LABEL:
            act |= {"act": "relabel", "label": planted.truth}
        if planted.fault not in CLAIMED:
            catalogue.decide(project, **act)
    for fault in CLAIMED:
        names = [each.name or each.label for each in case.key.faults if each.fault is fault]
        name_faults(project, fault, names)
    sound = next(sha for sha in ids if sha not in {each.sha256 for each in case.key.faults})
    catalogue.decide(project, "keep", images=ids[sound], check="blurry")
    found = score(case.key, submission_of(project, "Ada"))
    assert (found.points, found.accused, found.learner) == (1.0, 0, "Ada")


def test_what_is_undone_counts_no_more(case: Case, project: Project) -> None:
    images = project.read_table(project.catalogue_file)["image_id"].tolist()
    entry = catalogue.decide(project, "drop", images=images[:5])
    assert len(submission_of(project).touched) == 5
    catalogue.decide(project, "undo", decision=entry["number"])
    assert submission_of(project).touched == ()


def test_a_report_can_be_changed_and_follows_renamed_classes(project: Project) -> None:
    name_faults(project, Fault.SHORTCUT, ["ash", "birch"])
    name_faults(project, Fault.SHORTCUT, ["birch"])
    catalogue.decide(project, "rename", label="birch", to="beech")
    assert claims_of(catalogue.decisions(project))[Fault.SHORTCUT] == ("beech",)
    name_faults(project, Fault.SHORTCUT, [])
    assert claims_of(catalogue.decisions(project))[Fault.SHORTCUT] == ()
    assert len(catalogue.in_force(project)) == len(project.read_table(project.catalogue_file))


def test_a_submission_survives_its_file(project: Project) -> None:
    images = project.read_table(project.catalogue_file)["image_id"].tolist()
    catalogue.decide(project, "drop", images=images[:2], check="dark")
    catalogue.decide(project, "rename", label="birch", to="beech")
    name_faults(project, Fault.IMBALANCE, ["ash"])
    handed_in = submission_of(project, "  Ada   L. ")
    assert handed_in.learner == "Ada L."
    assert handed_in.called == {"birch": "beech"}
    assert read_submission(handed_in.to_bytes()) == handed_in


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"submission": 2}', b"\xff\xfe", b"[" * 9999]
)
def test_what_was_not_handed_in_is_a_problem(data: bytes) -> None:
    with pytest.raises(DataProblem, match="nothing that was handed in"):
        read_submission(data)


def test_a_project_of_something_else_hands_nothing_in(tmp_path: Path) -> None:
    with pytest.raises(ProjectProblem, match="no exercise"):
        submission_of(Project.create_at(tmp_path / "p", "Cats"))
