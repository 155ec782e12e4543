"""What was found and answered is kept with the project, and nothing damaged is taken for it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from core import alarm, files
from core.alarm import Answer, Findings, Looked, Pair, Suspicion, words
from core.errors import ProjectProblem
from core.project import Project

SUSPICION = Suspicion("6", "9", 39, 12, 1.5, 13, 1e-7, (Pair("0123456789abcdef", 2, 0.9, 0.8),))
LOOKED = Looked("rotation", 1.0, 380, 4, 200, 90, (SUSPICION,), 0.5)
FOUND = Findings("c", "2026-01-01T00:00:00+00:00", 600, 400, "k", (LOOKED,), 12.5)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.create(tmp_path, "Digits")


def answer(same: bool, strength: float = 0.5) -> Answer:
    return Answer("rotation", strength, "6", "9", same)


def settled(project: Project, strength: float) -> bool | None:
    """What the answers say of the suspicion at ``strength``."""
    looked = dataclasses.replace(LOOKED, strength=strength)
    said = alarm.answered(alarm.answers(project), looked, SUSPICION)
    return said.same if said else None


def test_what_was_found_comes_back_as_it_was(project: Project) -> None:
    assert Findings.load(project) is None
    FOUND.save(project)
    assert Findings.load(project) == FOUND
    assert FOUND.of("rotation", 1.0) == LOOKED
    assert FOUND.of("rotation", 0.5) is None


@pytest.mark.parametrize(
    "change",
    [
        {"looked": 3},
        {"looked": [{"name": "rotation"}]},
        {"images": None},
        {"looked": [dataclasses.asdict(LOOKED) | {"name": "../../elsewhere"}]},
    ],
)
def test_damaged_findings_are_told(project: Project, change: dict[str, object]) -> None:
    FOUND.save(project)
    files.write_json(project.alarm_file, files.read_json(project.alarm_file) | change)
    with pytest.raises(ProjectProblem, match="cannot be read"):
        Findings.load(project)


def test_yes_holds_for_weaker_alterations_too(project: Project) -> None:
    alarm.answer(project, answer(same=True))
    assert [settled(project, strength) for strength in (0.2, 0.5, 0.6)] == [True, True, None]


def test_no_holds_for_stronger_alterations_too(project: Project) -> None:
    alarm.answer(project, answer(same=False))
    assert [settled(project, strength) for strength in (0.2, 0.5, 1.0)] == [None, False, False]


def test_the_last_answer_counts(project: Project) -> None:
    alarm.answer(project, answer(same=False))
    alarm.answer(project, answer(same=True))
    assert settled(project, 0.5) is True
    assert len(alarm.answers(project)) == 1


def test_an_answer_can_be_taken_back(project: Project) -> None:
    alarm.answer(project, answer(same=False))
    alarm.take_back(project, answer(same=False))
    assert alarm.answers(project) == []
    assert settled(project, 0.5) is None


def test_answers_are_of_their_step_and_their_classes_alone(project: Project) -> None:
    alarm.answer(project, Answer("rotation", 0.5, "9", "6", same=True))
    alarm.answer(project, Answer("flip_vertical", 0.5, "6", "9", same=True))
    assert settled(project, 0.5) is None


def test_lines_that_are_no_answers_are_passed_over(project: Project) -> None:
    alarm.answer(project, answer(same=True))
    with project.answers_file.open("a") as log:
        log.write('[1]\n{"name": "rotation"}\n{"name": "hue", "strength": "much"\n')
    assert [one.same for one in alarm.answers(project)] == [True]


def test_words_say_how_many_and_how_many_by_everyday_mix_ups() -> None:
    text = words.of_change(LOOKED, SUSPICION)
    assert "12 of 39 images of 6 look like an ordinary 9 in at least one of 4 tries" in text
    assert "Everyday mix-ups explain 2 at most" in text
    rare = dataclasses.replace(SUSPICION, expected=0.2)
    assert "explain hardly one" in words.of_change(LOOKED, rare)
    assert words.of_weaker(LOOKED) == "At strength 0.5 this was not seen."
