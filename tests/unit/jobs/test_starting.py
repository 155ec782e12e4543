"""Beginning work on a project, going on with it, finding it again."""

from pathlib import Path

import pytest

from core.jobs import State, latest_ingest, resume, start_ingest
from core.jobs.folder import JobFolder
from core.jobs.tasks import perform
from core.project import Project


class Desk:
    """An engine that only takes notes."""

    def __init__(self, knows: bool | None = None) -> None:
        self.taken: list[JobFolder] = []
        self._knows = knows

    def submit(self, job: JobFolder) -> None:
        job.queue()
        self.taken.append(job)

    def knows(self, job: JobFolder) -> bool | None:
        return self._knows


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.create(tmp_path / "projects", "Leaves")


def upload(project: Project) -> Path:
    path = project.folder / "uploads" / "abc.zip"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"no zip at all")
    return path


def test_an_upload_moves_into_the_job(project: Project) -> None:
    desk, path = Desk(), upload(project)
    job = start_ingest(project, path, desk)
    assert desk.taken == [job]
    assert job.folder.parent == project.jobs
    assert job.request == {"path": "upload.zip", "keep": False}
    assert (job.folder / "upload.zip").read_bytes() == b"no zip at all"
    assert not path.exists()


def test_a_zip_from_elsewhere_stays_where_it_is(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "sample.zip"
    path.write_bytes(b"zip")
    job = start_ingest(project, path, Desk())
    assert job.request == {"path": str(path), "keep": True}
    assert path.exists()


def test_the_latest_ingest_is_found(project: Project, tmp_path: Path) -> None:
    assert latest_ingest(project) is None
    jobs = [start_ingest(project, tmp_path / "x.zip", Desk()) for _ in range(3)]
    JobFolder.create(project.jobs / "zzz", "check", {})
    (project.jobs / "half").mkdir()
    newest = max(jobs, key=lambda job: (job.created, job.id))
    assert latest_ingest(project) == newest


def test_a_new_upload_frees_the_room_of_those_given_up(project: Project) -> None:
    failed, waiting = (start_ingest(project, upload(project), Desk()) for _ in range(2))
    failed.emit("failed", title="x")
    start_ingest(project, upload(project), Desk())
    assert not (failed.folder / "upload.zip").exists()
    assert (waiting.folder / "upload.zip").exists()


def test_a_damaged_upload_is_told_and_can_be_tried_again(project: Project) -> None:
    job = start_ingest(project, upload(project), Desk())
    perform(str(job.folder), job.attempt)
    assert job.state() is State.FAILED
    assert job.snapshot().problem is not None
    assert (job.folder / "upload.zip").exists()


@pytest.mark.parametrize("end", ["stopped", "failed", None])
def test_resuming_takes_the_stop_back_and_queues_a_new_attempt(
    job: JobFolder, end: str | None
) -> None:
    job.queue()
    job.emit("started", attempt=1)
    if end:
        job.emit(end)
    job.request_stop()
    desk = Desk(knows=False)
    resume(job, desk)
    assert desk.taken == [job]
    assert not job.stop_requested()
    assert job.awaits(2)
    assert [event["event"] for event in job.events()[0]][-2:] == ["resumed", "queued"]


def test_a_queued_job_that_the_engine_lost_can_be_resumed(job: JobFolder) -> None:
    job.queue()
    desk = Desk(knows=False)
    resume(job, desk)
    assert desk.taken == [job]


@pytest.mark.parametrize("knows", [True, None])
def test_resuming_what_is_under_way_or_done_does_nothing(
    job: JobFolder, knows: bool | None
) -> None:
    desk = Desk(knows)
    job.queue()
    resume(job, desk)
    with job.hold():
        job.emit("started", attempt=1)
        resume(job, desk)
    job.emit("finished")
    resume(job, desk)
    assert desk.taken == []
