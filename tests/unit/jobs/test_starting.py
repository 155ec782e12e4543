"""Beginning work on a project, going on with it, finding it again."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from core import catalogue
from core.errors import ProjectProblem
from core.ingest import ingest, open_source
from core.jobs import Run, State, latest_ingest, resume, start_first, start_ingest, train_on
from core.jobs.folder import JobFolder
from core.jobs.starting import jobs_of
from core.jobs.tasks import perform
from core.project import Project
from core.settings import SplitSettings, TrainSettings
from tests.makers import class_files, make_folder


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


@pytest.mark.parametrize("end", ["stopped", "failed", None])
def test_what_was_resumed_waits_at_once_though_the_engine_takes_it_a_moment_later(
    job: JobFolder, end: str | None
) -> None:
    """A page that is drawn in that moment would show how it ended before, and wait for nothing."""

    class Slow(Desk):
        def submit(self, job: JobFolder) -> None:
            self.taken.append(job)

    job.queue()
    job.emit("started", attempt=1)
    if end:
        job.emit(end)
    resume(job, Slow())
    assert job.state(known_to_engine=True) is State.QUEUED
    assert job.state(known_to_engine=False) is State.INTERRUPTED  # and can be resumed again


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


def test_training_on_takes_over_images_state_and_curves(project: Project, tmp_path: Path) -> None:
    with open_source(make_folder(tmp_path / "images", class_files(each=6))) as source:
        ingest(source, project.folder)
    run = Run.plan(project, TrainSettings(epochs=60), SplitSettings(seed=3))
    (run.folder / "head.npz").write_bytes(b"where it stood")
    (run.folder / ".head.0123abcd.tmp.npz").write_bytes(b"as a killed training leaves it")
    run.stage("train", "Training")
    for epoch in (1, 2, 3):
        run.emit("epoch", epoch=epoch, of=60, val_loss=1 / epoch)
    dropped = run.images()["image_id"].iloc[0]
    catalogue.decide(project, "drop", images=[dropped])
    desk = Desk()
    again = train_on(run, 5, desk)
    assert desk.taken == [again]
    assert again.settings == TrainSettings(epochs=8)
    assert [path.name for path in again.folder.glob("*.npz")] == ["head.npz"]
    assert (again.folder / "head.npz").read_bytes() == b"where it stood"
    assert dropped in set(again.images()["image_id"])
    assert [epoch["val_loss"] for epoch in again.snapshot().epochs] == [1.0, 0.5, 1 / 3]
    assert again.state(known_to_engine=True) is State.QUEUED
    again.emit("started", attempt=again.attempt)
    again.stage("train", "Training")
    again.emit("epoch", epoch=4, of=8, val_loss=0.25)
    assert [epoch["epoch"] for epoch in again.snapshot().epochs] == [1, 2, 3, 4]


def test_there_is_an_end_to_training_on(project: Project, tmp_path: Path) -> None:
    with open_source(make_folder(tmp_path / "images", class_files(each=6))) as source:
        ingest(source, project.folder)
    run = Run.plan(project, TrainSettings(), SplitSettings())
    with pytest.raises(ProjectProblem, match="nothing to go on from"):
        train_on(run, 5, Desk())
    (run.folder / "head.npz").write_bytes(b"")
    run.emit("epoch", epoch=480)
    assert train_on(run, 100, Desk()).settings.epochs == 500


def test_pages_drawn_at_the_same_moment_begin_one_job_between_them(project: Project) -> None:
    desk, together = Desk(), Barrier(4)

    def drawn(number: int) -> str:
        together.wait()
        return start_first(project, "audit", desk).id

    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(drawn, range(4)))
    assert len(found) == 1
    assert [job.id for job in jobs_of(project, "audit")] == list(found)
