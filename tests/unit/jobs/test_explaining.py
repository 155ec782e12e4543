"""Short questions about one image: where it was looked at, and what it is like."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from core.errors import DataProblem
from core.ingest import original_path
from core.jobs import Run, explaining
from tests import looking

WAYS = ("grad-cam", "grad-cam++", "occlusion")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return looking.finished_run(tmp_path_factory.mktemp("explaining"))


def one_of(run: Run, label: str, split: str = "validation") -> str:
    images = run.images()
    return str(images[(images["label"] == label) & (images["split"] == split)]["sha256"].iloc[0])


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(data)).convert("RGB")).astype(int)


@pytest.mark.parametrize("way", WAYS)
def test_the_overlay_is_the_image_with_heat_on_the_sticker(run: Run, way: str) -> None:
    sha = one_of(run, "stamped")
    found = explaining.heat(str(run.folder), sha, "stamped", way)
    assert found is not None
    original = pixels(original_path(run.project.folder, sha).read_bytes())
    overlay = pixels(found["overlay"])
    assert overlay.shape == original.shape
    assert np.abs(overlay[48:, 48:] - original[48:, 48:]).mean() < 6
    assert 0 <= found["border"] <= found["outside"] <= 1
    assert found["outside"] > 0.7  # the sticker lies outside the middle
    heat = pixels(found["heat"]).sum(axis=2)
    assert heat[:80, :80].max() > heat[80:, 80:].max()


def test_without_a_class_it_is_about_what_the_model_says(run: Run) -> None:
    for label in ("plain", "stamped"):
        found = explaining.heat(str(run.folder), one_of(run, label), "", "grad-cam")
        assert found is not None
        assert found["target"] == label


def test_a_class_that_the_model_does_not_know_is_a_problem(run: Run) -> None:
    with pytest.raises(DataProblem, match="no such class"):
        explaining.heat(str(run.folder), one_of(run, "plain"), "unicorn", "grad-cam")


def test_the_nearest_training_images_are_of_its_class(run: Run) -> None:
    for label in ("plain", "stamped"):
        found = explaining.nearest(str(run.folder), one_of(run, label), 3)
        assert found is not None
        assert [one["label"] for one in found] == [label] * 3
        alike = [one["similarity"] for one in found]
        assert alike == sorted(alike, reverse=True)
        assert set(found[0]) == {"image_id", "sha256", "label", "similarity"}


def test_a_training_image_is_not_its_own_neighbour(run: Run) -> None:
    sha = one_of(run, "stamped", "train")
    found = explaining.nearest(str(run.folder), sha, 4)
    assert found is not None
    assert len(found) == 4
    assert sha not in {one["sha256"] for one in found}


def test_an_original_that_is_gone_is_a_problem(run: Run) -> None:
    with pytest.raises(DataProblem, match="is gone"):
        explaining.heat(str(run.folder), "0" * 64, "plain", "grad-cam")


def test_a_worker_that_is_not_warm_yet_says_so_at_once(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explaining, "wait_until_warm", lambda timeout: False)
    assert explaining.heat(str(run.folder), "0" * 64, "", "grad-cam") is None
    assert explaining.nearest(str(run.folder), "0" * 64, 3) is None
