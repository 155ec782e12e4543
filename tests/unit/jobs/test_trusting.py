"""What is known of a run is collected from whatever lies in its folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from core import files, trust
from core.errors import ProjectProblem
from core.ingest import ingest, open_source
from core.jobs import Run, seal
from core.jobs.field_tests import place_of
from core.jobs.trusting import known
from core.project import Workspace
from core.settings import SplitSettings, TrainSettings
from tests.makers import class_files, make_zip
from tests.pages.conftest import CLASSES, finish
from tests.unit.field.test_found import field_test


@pytest.fixture
def run(workspace: Path, tmp_path: Path) -> Run:
    project = Workspace().create("Leaves")
    with open_source(make_zip(tmp_path / "a.zip", class_files(CLASSES, each=12))) as source:
        ingest(source, project.folder)
    found = Run.plan(project, TrainSettings(), SplitSettings())
    finish(found)
    return found


def test_at_first_only_the_validation_images_are_known(run: Run) -> None:
    found = known(run)
    report = run.report()
    assert report is not None
    assert (found.side, found.looks) == ("validation", 0)
    assert found.figures == report["validation"]
    assert sum(found.taught.values()) == report["n"]["train"]
    assert (found.stress, found.gaze, found.shortcuts, found.fields) == (None, None, None, ())
    assert found.how.startswith("as a head on the pretrained network EfficientNet-Lite0")
    assert found.calibration is not None
    told = trust.markdown(trust.write(found))
    assert f"{report['test']['n']} test images" in told.replace("\xa0", " ")
    assert "are still sealed" in told


def test_once_they_are_open_the_test_images_speak(run: Run) -> None:
    seal.open_test(run, seal.SCORE)
    found = known(run)
    report = run.report()
    assert report is not None
    assert (found.side, found.looks) == ("test", 1)
    assert found.figures == report["test"]


def test_field_tests_are_known_and_damaged_files_are_not(run: Run) -> None:
    place = place_of(run, "one")
    place.mkdir(parents=True)
    field_test().save(place)
    bad = place_of(run, "two")
    bad.mkdir()
    files.write_bytes(bad / "field.json", b"{")
    files.write_bytes(run.folder / "gaze.json", b"{")
    files.write_bytes(run.folder / "stress.json", b"{")
    files.write_bytes(run.project.preflight_file, b"{")
    found = known(run)
    assert [each.name for each in found.fields] == ["garden.zip"]
    assert (found.stress, found.gaze, found.shortcuts) == (None, None, None)


def test_a_run_that_has_not_finished_has_no_report(run: Run) -> None:
    run.report_file.unlink()
    with pytest.raises(ProjectProblem, match="no result yet"):
        known(run)
