"""Short questions about how the pretrained network sees."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.catalogue import in_force
from core.errors import DataProblem
from core.ingest import ingest, open_source
from core.jobs import Run, seeing
from core.jobs.tasks import perform
from core.project import Project
from core.settings import SplitSettings, TrainSettings
from tests import looking
from tests.makers import class_files, make_folder


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("seeing")
    made = Project.create(folder / "projects", "Pets")
    with open_source(make_folder(folder / "images", class_files(each=8))) as source:
        ingest(source, made.folder)
    return made


def hashes(project: Project) -> list[str]:
    return in_force(project)["sha256"].astype(str).tolist()


def test_an_image_is_shown_at_four_depths_with_their_sizes(project: Project) -> None:
    found = seeing.depths(str(project.folder), hashes(project)[0])
    assert found is not None
    assert (found["size"], found["width"]) == (224, 2840)
    sizes = [(one["height"], one["width"], one["channels"]) for one in found["depths"]]
    assert sizes == [(28, 28, 40), (14, 14, 112), (7, 7, 192), (7, 7, 1280)]
    for depth in found["depths"]:
        numbers = [one["channel"] for one in depth["drawn"]]
        assert len(set(numbers)) == len(numbers) == seeing.CHANNELS
        for one in depth["drawn"]:
            drawn = np.asarray(Image.open(BytesIO(one["picture"])))
            assert drawn.shape == (224, 224, 3)


def test_the_network_is_counted_and_timed(project: Project) -> None:
    found = seeing.looking(str(project.folder), hashes(project)[:3], "efficientnet-lite0")
    assert found is not None
    assert found["parameters"] == 3_371_008
    assert found["multiply_adds"] == 383_907_552
    assert found["images"] == 3
    assert 0 < found["seconds"] < 60


def test_a_head_learns_little_and_looks_with_all_of_the_network(project: Project) -> None:
    run = Run.plan(project, TrainSettings(epochs=1), SplitSettings())
    perform(str(run.folder))
    found = seeing.learning(str(run.folder))
    assert found is not None
    assert found["looking"] == 383_907_552
    assert found["stages"] == {"head": {"parameters": 2841 * 2, "multiply_adds": 2840 * 2}}
    assert found["multiply_adds"] == 383_907_552 + 2840 * 2


def test_an_image_that_is_gone_is_told(project: Project) -> None:
    with pytest.raises(DataProblem, match="is gone"):
        seeing.depths(str(project.folder), "0" * 64)


def test_a_network_from_scratch_has_no_other_to_look_with(tmp_path: Path) -> None:
    run = looking.finished_run(tmp_path)
    found = seeing.learning(str(run.folder))
    assert found is not None
    assert found["looking"] == 0


def test_a_worker_that_is_not_warm_yet_says_so_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seeing, "wait_until_warm", lambda timeout: False)
    assert seeing.depths("nowhere", "0" * 64) is None
    assert seeing.looking("nowhere", [], "efficientnet-lite0") is None
    assert seeing.learning("nowhere") is None
