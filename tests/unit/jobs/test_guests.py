"""Jobs of visitors: how many, how long, and what becomes of those that take too much."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from core import hosting
from core.errors import LimitProblem, Problem, Stopped
from core.hosting import GuestWorkspace
from core.hosting.limits import variable
from core.jobs import JobFolder, State, overseeing, start, tasks
from core.jobs.overseeing import overseen
from core.jobs.sources import start_known_set, start_loose
from core.jobs.starting import resume, start_ingest
from core.project import Project
from tests.makers import class_files, make_zip
from tests.unit.jobs.doubles import Desk, Nobody


class Waiting(Nobody):
    """An engine in whose queue all that it was given waits."""

    def knows(self, job: JobFolder) -> bool:
        return True


@pytest.fixture
def project(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Of a visitor of a hosted server that lets jobs run for ten seconds."""
    monkeypatch.setenv("FIRSTLIGHT_MODE", "hosted")
    monkeypatch.setenv(variable("free_mb"), "0")
    who = hosting.visitor(hosting.new_token())
    assert who is not None
    return GuestWorkspace(who).create("Pets")


def taken(project: Project, tmp_path: Path, **limits: int) -> JobFolder:
    upload = make_zip(project.folder / "upload-1.zip", class_files())
    return start_ingest(project, upload, Desk())


def test_a_visitor_has_so_many_jobs_at_a_time(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable("jobs"), "2")
    for _ in range(2):
        start(project, "check", Waiting())
    with pytest.raises(LimitProblem, match="2 jobs in hand"):
        start(project, "check", Waiting())


def test_a_job_that_the_engine_lost_counts_no_more(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable("jobs"), "1")
    start(project, "check", Nobody())
    start(project, "check", Nobody())


def test_going_on_counts_too(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable("jobs"), "1")
    stopped = start(project, "check", Nobody())
    stopped.emit("stopped")
    start(project, "check", Waiting())
    with pytest.raises(LimitProblem, match="1 jobs in hand"):
        resume(stopped, Waiting())


def test_an_upload_that_is_refused_takes_no_room(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable("jobs"), "1")
    start(project, "check", Waiting())
    packed = make_zip(project.folder / "upload-2.zip", class_files())
    with pytest.raises(LimitProblem):
        start_loose(project, packed, "cat", Waiting())
    assert not packed.exists()


def test_too_many_images_are_refused(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable("images"), "5")
    job = taken(project, tmp_path)
    problem = job.snapshot().problem
    assert job.state() is State.FAILED
    assert problem is not None and problem.title == "These are too many images"
    assert "6 were found; at most 5" in problem.detail


def test_too_many_classes_are_refused(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable("classes"), "2")
    upload = make_zip(project.folder / "upload-1.zip", class_files(("a", "b", "c")))
    problem = start_ingest(project, upload, Desk()).snapshot().problem
    assert problem is not None and problem.title == "There are too many classes"


def test_the_limits_come_with_the_attempt_not_from_the_worker(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable("images"), "5")
    job = start(project, "check", Nobody())
    monkeypatch.delenv(variable("images"))
    assert job.limits is not None and job.limits.images == 5


def test_well_known_sets_are_not_for_strangers(project: Project) -> None:
    with pytest.raises(LimitProblem, match="not offered"):
        start_known_set(project, "mnist", 10, Desk())


def endless(job: JobFolder) -> None:
    """Works until it is asked to stop."""
    while True:
        job.check_stop()
        time.sleep(0.01)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server whose minutes are short."""
    monkeypatch.setattr(overseeing, "_LOOK", 0.02)
    monkeypatch.setattr(overseeing, "_MEASURE", 0.05)
    kinds = {**tasks.KINDS, "endless": tasks.Kind(f"{__name__}:endless", uses_ml=False)}
    monkeypatch.setattr(tasks, "KINDS", kinds)


@pytest.mark.usefixtures("impatient")
def test_a_job_that_runs_over_is_stopped_and_says_so(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overseeing, "_too_long", lambda limits: LimitProblem("Too long"))
    moments = iter(range(0, 10**9, 1_000))
    monkeypatch.setattr(overseeing, "_now", lambda: float(next(moments)))
    job = start(project, "endless", Desk())
    problem = job.snapshot().problem
    assert job.state() is State.FAILED
    assert problem is not None and problem.title == "Too long"


@pytest.mark.usefixtures("impatient")
def test_a_job_that_fills_the_disk_is_stopped_and_says_so(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable("visitor_mb"), "10")
    (project.folder / "large").write_bytes(bytes(9 * 1024 * 1024))
    job = JobFolder.create(project.jobs / "endless-1", "endless", {})
    (project.folder / "larger").write_bytes(bytes(9 * 1024 * 1024))
    Desk().submit(job)
    problem = job.snapshot().problem
    assert problem is not None and "room on this server is used up" in problem.title


@pytest.mark.usefixtures("impatient")
def test_work_that_does_not_stop_is_given_up(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overseeing, "_too_large", lambda job, limits: LimitProblem("Too large"))
    job = start(project, "check", Nobody())
    told: list[Problem] = []
    with overseen(job, told.append, grace=0.05) as verdict:
        while not told:
            time.sleep(0.01)
    assert verdict.problem is told[0]
    assert job.stop_requested()


def test_nobody_watches_over_ones_own_jobs(workspace: Path, tmp_path: Path) -> None:
    job = JobFolder.create(tmp_path / "job", "check", {})
    job.queue()
    with overseen(job, lambda problem: None) as verdict:
        assert job.limits is None
    assert verdict.problem is None


def test_a_stop_that_the_user_asked_for_is_no_failure(project: Project) -> None:
    job = JobFolder.create(project.jobs / "check-1", "check", {"steps": 5, "seconds": 0.01})
    job.request_stop()
    Desk().submit(job)
    assert job.state() is State.STOPPED
    assert issubclass(Stopped, Exception)
