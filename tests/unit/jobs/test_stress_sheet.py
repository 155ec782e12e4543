"""Sheets of corrupted images, as the worker draws them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core import catalogue
from core.ingest import ingest, open_source
from core.jobs.stress_sheet import Sheet, draw
from core.project import Project, Workspace
from tests.makers import encoded, make_folder, plain

SIDE = 40


@pytest.fixture
def project(workspace: Path, tmp_path: Path) -> Project:
    made = Workspace().create("Lights")
    images = {f"grey/{value}.png": encoded(plain((value, value, value))) for value in (90, 180)}
    with open_source(make_folder(tmp_path / "images", images)) as source:
        ingest(source, made.folder)
    return made


def squares(sheet: Sheet) -> np.ndarray:
    """The mean of each square: (rows, columns)."""
    pixels = np.asarray(Image.open(BytesIO(sheet.picture)).convert("L")).astype(float)
    assert pixels.shape == (sheet.rows * SIDE, sheet.columns * SIDE)
    return pixels.reshape(sheet.rows, SIDE, sheet.columns, SIDE).mean(axis=(1, 3))


def test_a_row_shows_an_image_as_it_is_and_ever_worse(project: Project) -> None:
    hashes = catalogue.in_force(project)["sha256"].tolist()
    rows = [("low_light", hashes[0]), ("brightness", hashes[0]), ("low_light", hashes[1])]
    found = draw(str(project.folder), rows, [1, 3, 5], 64, "squash", SIDE)
    assert (found.rows, found.columns) == (3, 4)
    means = squares(found)
    assert sorted(means[[0, 2], 0].round(-1)) == [90, 180]
    assert (np.diff(means[[0, 2]], axis=1) < 0).all()
    assert (np.diff(means[1]) > 0).all()


def test_an_image_that_is_gone_is_grey(project: Project) -> None:
    found = draw(str(project.folder), [("crop", "0" * 64)], [2], 64, "squash", SIDE)
    assert squares(found) == pytest.approx(np.full((1, 2), 128), abs=2)
