"""The rate finder's job: from images to a curve and a proposal, in the worker."""

from __future__ import annotations

import pytest

from core import files
from core.ingest import ingest, open_source
from core.jobs import JobFolder, State, runs_of
from core.jobs.tasks import perform
from core.project import Project, Workspace, new_id
from core.settings import Method, SplitSettings, TrainSettings
from tests.makers import encoded, make_folder, plain

COLOURS = {"green": (40, 160, 60), "red": (190, 50, 40), "sky": (90, 150, 220)}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with 16 pictures in each of three colours."""
    folder = tmp_path_factory.mktemp("rate")
    made = Workspace(folder).create("Colours")
    images = {}
    for label, colour in COLOURS.items():
        for number in range(16):
            shade = tuple(channel + 2 * number for channel in colour)
            images[f"{label}/{number}.png"] = encoded(plain(shade, (40, 30)))
    with open_source(make_folder(folder / "images", images)) as source:
        ingest(source, made.folder)
    return made


def asked(project: Project, settings: TrainSettings) -> JobFolder:
    request = {"train": settings.to_dict(), "split": SplitSettings().to_dict()}
    return JobFolder.create(project.jobs / new_id("rate"), "rate", request)


@pytest.mark.parametrize("method", [Method.HEAD, Method.FINETUNE])
def test_it_finds_a_rate_for_the_method(project: Project, method: Method) -> None:
    settings = TrainSettings(method=method, batch_size=8)
    job = asked(project, settings)
    perform(str(job.folder))
    assert job.state() is State.FINISHED, job.snapshot().problem
    found = files.read_json(job.folder / "rate.json")
    assert found["settings"] == settings.to_dict()
    assert len(found["rates"]) == len(found["losses"]) == len(found["smooth"]) > 10
    assert found["rates"] == sorted(found["rates"])
    assert found["reason"]
    if method is Method.HEAD:
        assert 1e-4 < found["rate"] < 0.1
    stages = [event["name"] for event in job.events()[0] if event["event"] == "stage"]
    head = ["head"] if method is Method.FINETUNE else []
    assert stages == ["prepare", "features", *head, "rate"]


def test_it_leaves_no_run_behind(project: Project) -> None:
    job = asked(project, TrainSettings(batch_size=8))
    perform(str(job.folder))
    assert runs_of(project) == []
    assert not (job.folder / "run").exists()


def test_it_can_be_stopped(project: Project) -> None:
    job = asked(project, TrainSettings(batch_size=8))
    job.queue()
    job.request_stop()
    perform(str(job.folder), job.attempt)
    assert job.state() is State.STOPPED
    assert not (job.folder / "rate.json").exists()


def test_too_few_images_are_told(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("few")
    made = Workspace(folder).create("Few")
    images = {f"{label}/1.png": encoded(plain(colour)) for label, colour in COLOURS.items()}
    with open_source(make_folder(folder / "images", images)) as source:
        ingest(source, made.folder)
    job = asked(made, TrainSettings())
    perform(str(job.folder))
    assert job.state() is State.FAILED
    problem = job.snapshot().problem
    assert problem is not None
    assert "fewer than 3 different images" in str(problem)
