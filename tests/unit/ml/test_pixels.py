"""Pixels are decoded once and stay on disk; fresh augmentation follows from batch and seed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.errors import DataProblem, Stopped
from core.ingest import ingest, open_source, original_path
from core.ml import pixels
from core.ml.features import loader
from core.ml.pixels import altering, pixels_of
from core.project import Workspace
from core.recipe import Recipe, Step
from core.settings import Fit
from tests.makers import class_files, make_folder

SIZE = 20


@pytest.fixture
def project(tmp_path):
    made = Workspace(tmp_path).create("Animals")
    with open_source(make_folder(tmp_path / "images", class_files(each=3))) as source:
        ingest(source, made.folder)
    return made


@pytest.fixture
def hashes(project) -> list[str]:
    return pd.read_parquet(project.catalogue_file)["sha256"].tolist()


@pytest.fixture
def decoded(monkeypatch) -> list[str]:
    """The originals that were decoded."""
    found: list[str] = []

    def counting(path, size, fit):
        load = loader(path, size, fit)

        def counted():
            found.append(path.name)
            return load()

        return counted

    monkeypatch.setattr(pixels, "loader", counting)
    return found


def test_they_are_the_images_as_every_model_sees_them(project, hashes):
    asked = [hashes[4], hashes[1], hashes[4]]
    found = pixels_of(project, asked, SIZE, Fit.PAD)
    assert found.shape == (3, SIZE, SIZE, 3)
    rows = found[np.arange(3)]
    assert rows.dtype == np.uint8
    for sha, row in zip(asked, rows, strict=True):
        image = loader(original_path(project.folder, sha), SIZE, Fit.PAD)()
        np.testing.assert_array_equal(row, image)


def test_each_image_is_decoded_once(project, hashes, decoded):
    pixels_of(project, hashes[:4], SIZE, Fit.SQUASH)
    pixels_of(project, hashes, SIZE, Fit.SQUASH)
    assert sorted(decoded) == sorted(hashes)
    pixels_of(project, hashes, SIZE, Fit.CROP)
    pixels_of(project, hashes, SIZE + 1, Fit.SQUASH)
    assert len(decoded) == 3 * len(hashes)


def test_what_was_decoded_before_a_stop_is_kept(project, hashes, decoded):
    class Job:
        told = 0

        def progress(self, done, total):
            self.told += 1

        def check_stop(self):
            if self.told > 3:
                raise Stopped

        def stop_requested(self):
            return False

    with pytest.raises(Stopped):
        pixels_of(project, hashes, SIZE, Fit.SQUASH, Job())
    decoded.clear()
    pixels_of(project, hashes, SIZE, Fit.SQUASH)
    assert len(decoded) < len(hashes)


def test_an_original_that_is_gone_is_a_problem(project, hashes):
    original_path(project.folder, hashes[0]).unlink()
    with pytest.raises(DataProblem, match="gone"):
        pixels_of(project, hashes, SIZE, Fit.SQUASH)


class TestAltering:
    images = np.random.default_rng(0).integers(0, 256, (6, SIZE, SIZE, 3), dtype=np.uint8)
    labels = np.eye(6, dtype=np.float32)

    def test_the_batch_and_the_seed_decide(self):
        alter = altering(Recipe("", (Step("rotation", 0.5), Step("mix_up", 1.0))), SIZE)
        (one,), labels = alter((self.images,), self.labels, 3)
        alter((self.images[:2],), self.labels[:2], 8)
        (again,), same = alter((self.images,), self.labels, 3)
        np.testing.assert_array_equal(one, again)
        np.testing.assert_array_equal(labels, same)
        (other,), _ = alter((self.images,), self.labels, 4)
        assert not np.array_equal(one, other)

    @pytest.mark.parametrize("name", ["mix_up", "cut_mix", "fourier_mix"])
    def test_mixes_share_labels(self, name):
        _, labels = altering(Recipe("", (Step(name, 1.0),)), SIZE)((self.images,), self.labels, 1)
        np.testing.assert_allclose(labels.sum(axis=1), 1, atol=1e-5)
        assert (labels.max(axis=1) < 0.999).any()

    def test_others_keep_labels(self):
        _, labels = altering(Recipe("", (Step("hue", 1.0),)), SIZE)((self.images,), self.labels, 1)
        np.testing.assert_array_equal(labels, self.labels)

    def test_a_recipe_that_changes_nothing_is_none(self):
        assert altering(Recipe("", (Step("rotation", 0.0),)), SIZE) is None
