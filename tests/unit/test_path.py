"""The course: a step is done once the project shows it, and stays done."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import alarm, catalogue, path, recipe
from core.alarm import Answer, Findings
from core.ingest import ingest, open_source
from core.lessons.path_lessons import PARTS, path_lesson, read_lesson
from core.project import Project, now
from tests.conftest import ROOT
from tests.makers import class_files, make_zip

MOST = 520  # letters that a part may have: it is read beside the work


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.create(tmp_path / "projects", "Leaves")


def test_a_new_project_begins_with_the_first_lesson(project: Project) -> None:
    found = path.look(project)
    assert (found.ticks, found.at, found.hidden) == (0, "data", False)
    assert not path.log_file(project).exists()


def test_images_and_a_drop_are_seen_in_the_project(project: Project, tmp_path: Path) -> None:
    with open_source(make_zip(tmp_path / "a.zip", class_files(each=3))) as source:
        ingest(source, project.folder)
    assert path.look(project).done == {"images"}
    image = catalogue.in_force(project)["image_id"].iloc[0]
    catalogue.decide(project, "drop", images=[image])
    assert path.look(project).done == {"images", "dropped"}
    assert path.look(project).at == "explore"


def test_what_was_done_stays_done(project: Project) -> None:
    report = project.runs / "head-1" / "report.json"
    report.parent.mkdir(parents=True)
    report.write_text("{}")
    assert "trained" in path.look(project).done
    report.unlink()
    assert "trained" in path.look(project).done


def test_a_no_to_the_alarm_refuses_an_augmentation(project: Project) -> None:
    alarm.answer(project, Answer("rotation", 0.5, "6", "9", True))
    assert "refused" not in path.look(project).done
    alarm.answer(project, Answer("rotation", 0.5, "6", "9", False))
    assert "refused" in path.look(project).done


def test_so_does_taking_out_what_the_alarm_has_tried(project: Project) -> None:
    recipe.save(project, recipe.Recipe(steps=(recipe.Step("rotation", 0.5),)))
    looked = alarm.Looked("rotation", 0.5, 36, 4, 2, 6, ())
    Findings("", now(), 36, 36, "key", (looked,), 1.0).save(project)
    assert "refused" not in path.look(project).done
    recipe.save(project, recipe.Recipe())
    assert "refused" in path.look(project).done


def test_a_note_is_news_once(project: Project) -> None:
    assert path.note(project, "compared")
    assert not path.note(project, "compared")
    assert path.kept(project).done == {"compared"}


def test_hiding_is_kept_until_it_is_taken_back(project: Project) -> None:
    path.note(project, path.HIDDEN)
    assert path.kept(project).hidden
    path.note(project, path.SHOWN)
    assert not path.kept(project).hidden


def test_a_damaged_log_costs_only_its_damaged_lines(project: Project) -> None:
    path.log_file(project).write_text('{"step": "tried"}\n[]\nhalf\n{"step": "unheard of"}\n')
    assert path.kept(project).done == {"tried"}


def test_a_damaged_table_does_not_stop_the_course(project: Project) -> None:
    project.alarm_file.write_text("half")
    assert path.look(project).ticks == 0


def test_whatever_may_show_a_step_is_watched(project: Project) -> None:
    before = path.kept(project).done
    for where in ("runs/head-1/report.json", "runs/head-1/stress.parquet"):
        file = project.folder / where
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
        assert file in path.traces(project, before)
    everything = frozenset(step.key for step in path.STEPS)
    assert path.traces(project, everything) == [path.log_file(project)]


def test_the_end_of_the_path(project: Project) -> None:
    for step in path.STEPS:
        path.note(project, step.key)
    assert path.look(project).at is None
    assert all(path.look(project).is_done(lesson) for lesson in path.LESSONS)


def test_every_stage_has_a_lesson_of_six_short_parts() -> None:
    assert len(path.LESSONS) == 9
    for key in path.LESSONS:
        text = (ROOT / "core" / "lessons" / "path" / f"{key}.md").read_text(encoding="utf-8")
        read_lesson(key, text)
        assert text.count("\n## ") == len(PARTS)
        parts = [part.partition("\n")[2].strip() for part in text.split("\n## ")[1:]]
        assert all(20 <= len(part) <= MOST for part in parts), key
        assert path_lesson(key).question.rstrip().endswith("?"), key


def test_a_lesson_in_other_parts_is_an_error() -> None:
    with pytest.raises(ValueError, match="usual parts"):
        read_lesson("data", "# A title\n\n## Why it matters\n\nBecause.\n")
    with pytest.raises(KeyError):
        path_lesson("home")


def test_what_a_learner_is_to_explain_is_taught_on_the_path() -> None:
    told = " ".join(" ".join(path_lesson(key).__dict__.values()).lower() for key in path.LESSONS)
    for term in ("pretrained", "split", "leakage", "shortcut", "overfitting", "interval"):
        assert f"glossary?term={term}" in told or term in told
    assert "glossary?term=calibration" in told
