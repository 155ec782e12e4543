"""A run's name and note are the user's; a run that is deleted stays away."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import files
from core.errors import ProjectProblem
from core.jobs import Run, State, notes, open_run, removing, resume, runs_of
from core.jobs.tasks import perform
from core.project import Project
from core.settings import SplitSettings, TrainSettings


@pytest.fixture
def run(project: Project) -> Run:
    return planned(project)


def planned(project: Project) -> Run:
    return Run.plan(project, TrainSettings(), SplitSettings())


class NoEngine:
    def submit(self, job: object) -> None:
        raise AssertionError("nothing is to be queued")

    def knows(self, job: object) -> bool:
        return False


def test_a_run_is_called_as_the_user_wants(run: Run) -> None:
    notes.save(run.folder, "  The   baseline\n", " First try.\n\nNo tricks. ")
    again = Run(run.folder)
    assert (again.name, again.note) == ("The baseline", "First try.\n\nNo tricks.")
    assert again.given_name == "Run 1"


def test_an_empty_name_is_the_first_one(run: Run) -> None:
    notes.save(run.folder, "Baseline", "")
    notes.save(run.folder, "  ", "")
    assert Run(run.folder).name == "Run 1"


def test_long_texts_are_cut(run: Run) -> None:
    kept = notes.save(run.folder, "n" * 500, "t" * 10_000)
    assert (len(kept.name), len(kept.note)) == (notes.NAME_LENGTH, notes.NOTE_LENGTH)
    assert notes.read(run.folder) == kept


@pytest.mark.parametrize("content", ["", "[]", '{"name": 3, "note": ["x"]}', "{", '{"note": null}'])
def test_damaged_notes_hide_no_run(run: Run, content: str) -> None:
    (run.folder / "notes.json").write_text(content)
    assert (Run(run.folder).name, Run(run.folder).note) == ("Run 1", "")


def test_numbers_are_not_given_twice(project: Project) -> None:
    first, second, third = (planned(project) for _ in range(3))
    notes.save(third.folder, "The best", "")
    removing.delete(first, known_to_engine=False)
    assert planned(project).name == "Run 4"
    assert {run.name for run in runs_of(project)} == {"Run 2", "The best", "Run 4"}
    assert second.name == "Run 2"


def test_a_name_that_only_looks_like_a_number_counts_for_nothing() -> None:
    assert notes.next_name([]) == "Run 1"
    assert notes.next_name(["Run 7", "Run 12 again", "Run", "run 40"]) == "Run 8"


def test_a_deleted_run_is_gone_whole(project: Project, run: Run) -> None:
    kept = planned(project)
    removing.delete(run, known_to_engine=False)
    assert not run.folder.exists()
    assert [one.id for one in runs_of(project)] == [kept.id]
    assert [path.name for path in project.runs.iterdir()] == [kept.id]
    with pytest.raises(ProjectProblem, match="may have been deleted"):
        open_run(project, run.id)


def test_a_run_at_work_must_be_stopped_first(run: Run) -> None:
    run.queue()
    with pytest.raises(ProjectProblem, match="Stop it first"):
        removing.delete(run, known_to_engine=True)
    run.emit("started")
    with run.hold(), pytest.raises(ProjectProblem, match="Stop it first"):
        removing.delete(run)
    assert Run(run.folder).name == "Run 1"
    run.emit("stopped")
    removing.delete(run)
    assert not run.folder.exists()


def test_what_a_crash_left_of_a_deleted_run_shows_nowhere_and_goes_with_the_next(
    project: Project, run: Run
) -> None:
    run.folder.rename(run.folder.with_name(f".deleted-{run.id}"))  # and the process ended here
    assert runs_of(project) == []
    other = planned(project)
    removing.delete(other, known_to_engine=False)
    assert list(project.runs.iterdir()) == []


def test_deleting_twice_is_no_error(run: Run) -> None:
    removing.delete(run, known_to_engine=False)
    removing.delete(run, known_to_engine=False)


def test_a_deleted_run_does_not_come_back(project: Project, run: Run) -> None:
    attempt = run.queue()
    run.request_stop()
    assert run.state(False) is State.STOPPED
    removing.delete(run)
    with pytest.raises(ProjectProblem):
        perform(str(run.folder), attempt)  # the engine reaches it in its queue
    run.request_stop()
    run.request_finish()
    with pytest.raises(ProjectProblem, match="deleted"):
        resume(run, NoEngine())
    with pytest.raises(ProjectProblem, match="deleted"):
        notes.save(run.folder, "Again", "")
    assert list(project.runs.iterdir()) == []


def test_a_disk_that_takes_nothing_is_explained(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, value: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files, "write_json", full)
    with pytest.raises(ProjectProblem, match="No space left"):
        notes.save(run.folder, "Name", "")
