"""The worker's side of bringing images in."""

import io
import threading
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from core.audit.measure import read_measurements
from core.ingest import Reading
from core.jobs import State, start_ingest
from core.jobs.folder import JobFolder
from core.jobs.tasks import perform
from core.locking import locked
from core.project import Project


class Desk:
    """An engine that does the work at once, here."""

    def submit(self, job: JobFolder) -> None:
        perform(str(job.folder), job.queue())

    def knows(self, job: JobFolder) -> bool:
        return False


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.create(tmp_path / "projects", "Two colours")


def make_zip(path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for label, base in (("red", (200, 0, 0)), ("blue", (0, 0, 200))):
            for number in range(3):
                image = io.BytesIO()
                colour = (base[0], 10 * number, base[2])
                Image.new("RGB", (40, 30), colour).save(image, "PNG")
                archive.writestr(f"{label}/{number}.png", image.getvalue())
        archive.writestr("red/broken.jpg", b"not an image")
    return path


def test_the_images_of_an_upload_are_taken_and_the_zip_is_dropped(project: Project) -> None:
    job = start_ingest(project, make_zip(project.folder / "uploads" / "x.zip"), Desk())
    assert job.state() is State.FINISHED, job.snapshot().problem
    end = job.events()[0][-1]
    assert (end["added"], end["already"], end["rejected"], end["classes"]) == (6, 0, 1, 2)
    assert not project.is_empty
    assert not (job.folder / "upload.zip").exists()
    stages = [event for event in job.events()[0] if event["event"] == "stage"]
    assert [(stage["index"], stage["of"]) for stage in stages] == [(1, 2), (2, 2)]
    last = job.snapshot()
    assert last.fraction == 1.0


def test_a_zip_from_elsewhere_is_kept(project: Project, tmp_path: Path) -> None:
    path = make_zip(tmp_path / "sample.zip")
    assert start_ingest(project, path, Desk()).state() is State.FINISHED
    again = start_ingest(project, path, Desk())
    assert again.events()[0][-1]["already"] == 6
    assert path.exists()


def test_a_job_that_waits_for_its_turn_can_be_stopped(project: Project, tmp_path: Path) -> None:
    path = make_zip(tmp_path / "sample.zip")
    project.jobs.mkdir()
    with locked(project.jobs / "ingest.lock"):
        job = JobFolder.create(project.jobs / "j", "ingest", {"path": str(path), "keep": True})
        thread = threading.Thread(target=perform, args=(str(job.folder), job.queue()))
        thread.start()
        while job.snapshot().started is None:
            assert thread.is_alive()
        job.request_stop()
        thread.join()
    assert job.state() is State.STOPPED
    assert project.is_empty


def test_the_images_are_read_as_the_user_wishes_and_measured_on_the_way(project: Project) -> None:
    reading = Reading(leave_out=("blue",)).renamed("red", "warm")
    path = make_zip(project.folder / "uploads" / "x.zip")
    job = start_ingest(project, path, Desk(), reading)
    assert job.state() is State.FINISHED, job.snapshot().problem
    catalogue = project.read_table(project.catalogue_file)
    assert set(catalogue["label"]) == {"warm"}
    assert set(read_measurements(project).index) == set(catalogue["sha256"])


def test_a_reading_that_makes_no_sense_is_told(project: Project, tmp_path: Path) -> None:
    request = {"path": str(make_zip(tmp_path / "x.zip")), "keep": True, "reading": {"labels": "?"}}
    job = JobFolder.create(project.jobs / "j", "ingest", request)
    perform(str(job.folder), job.queue())
    problem = job.snapshot().problem
    assert problem is not None
    assert "how these images are to be read" in problem.title
