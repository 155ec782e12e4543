"""The worker's side of checking images."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.audit import CHECKS, Findings, Needs
from core.audit.measure import read_measurements
from core.catalogue import decide
from core.ingest import ingest, open_source
from core.jobs import JobFolder, State, latest, start
from core.jobs.tasks import perform
from core.project import Project
from tests.makers import class_files, make_folder

QUICK = {check.name for check in CHECKS if check.needs is not Needs.FEATURES}


class Desk:
    """An engine that does the work at once, here."""

    def submit(self, job: JobFolder) -> None:
        perform(str(job.folder), job.queue())

    def knows(self, job: JobFolder) -> bool:
        return False


class Later:
    """An engine that has not come to it yet."""

    def submit(self, job: JobFolder) -> None:
        job.queue()

    def knows(self, job: JobFolder) -> bool:
        return True


@pytest.fixture
def project(tmp_path: Path) -> Project:
    project = Project.create(tmp_path / "projects", "Pets")
    files = class_files()
    files["dog/again.jpg"] = files["cat/0.jpeg"]
    with open_source(make_folder(tmp_path / "source", files)) as source:
        ingest(source, project.folder)
    return project


@pytest.fixture
def network(monkeypatch) -> list[int]:
    """Features without a network; holds of how many images they were asked."""
    asked: list[int] = []

    def features(project, hashes, job=None):
        asked.append(len(hashes))
        numbers = np.random.default_rng(0).normal(size=(len(hashes), 16))
        return numbers.astype(np.float32)

    monkeypatch.setattr("core.jobs.features.usual_features", features)
    return asked


def audited(project: Project, **request: object) -> Findings:
    job = start(project, "audit", Desk(), request)
    assert job.state() is State.FINISHED, job.snapshot().problem
    found = Findings.load(project)
    assert found is not None
    return found


def test_every_check_runs_and_is_saved(project, network):
    found = audited(project)
    assert set(found.done) == {check.name for check in CHECKS}
    assert len(found.images) == 7
    assert network == [7]
    assert len(read_measurements(project)) == 6  # one of the seven is a copy


def test_without_features_only_the_quick_checks_run(project, network):
    assert set(audited(project, features=False).done) == QUICK
    assert network == []


def test_it_tells_its_stages_and_how_far_it_is(project, network):
    audited(project)
    events = latest(project, "audit").events()[0]
    stages = [event for event in events if event["event"] == "stage"]
    assert [stage["name"] for stage in stages] == ["measure", "check", "features", "compare"]
    assert {(stage["index"], stage["of"]) for stage in stages} == {(n, 4) for n in range(1, 5)}
    assert any(event["event"] == "progress" and event["total"] == 6 for event in events)


def test_a_second_time_follows_the_decisions_and_measures_nothing(project, network):
    first = audited(project)
    dropped = first.images["image_id"][0]
    decide(project, "drop", images=[dropped])
    second = audited(project)
    assert dropped not in set(second.images["image_id"])
    assert second.catalogue != first.catalogue
    events = latest(project, "audit").events()[0]
    measured = [event for event in events if event["event"] == "progress" and event["total"] == 6]
    assert measured == []


def test_what_was_found_is_kept_though_the_network_fails(project, monkeypatch):
    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.jobs.features.usual_features", broken)
    job = start(project, "audit", Desk())
    assert job.state() is State.FAILED
    found = Findings.load(project)
    assert found is not None
    assert set(found.done) == QUICK


def test_a_project_without_images_has_nothing_wrong(tmp_path, network):
    found = audited(Project.create(tmp_path, "Empty"))
    assert found.images.empty
    assert network == []


def test_it_stops_when_asked(project, network):
    job = start(project, "audit", Later())
    job.emit("note")
    original = job.progress

    def ask(done: int, total: int) -> None:
        original(done, total)
        job.request_stop()

    from core.errors import Stopped
    from core.jobs.audit_task import run

    job.progress = ask  # type: ignore[method-assign]
    with pytest.raises(Stopped):
        run(job)
    assert Findings.load(project) is None
    assert 0 < len(read_measurements(project)) <= 6
