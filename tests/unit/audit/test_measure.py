"""What is measured of one image, and how the numbers of a project are kept."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.audit import measure as module
from core.audit.gather import gather
from core.audit.measure import (
    COLUMNS,
    NUMBERS,
    Measurer,
    measure,
    measure_missing,
    missing,
    read_measurements,
)
from core.errors import ProjectProblem, Stopped
from core.ingest import examine, ingest, open_source, original_path
from core.project import Project
from tests.makers import class_files, encoded, make_folder, picture, plain


def measured(image: Image.Image, format: str = "PNG", **options) -> dict:
    data = encoded(image, format, **options)
    facts, pixels = examine(data, at_least=96)
    return measure(pixels, facts, data)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project of six images that nobody measured."""
    project = Project.create(tmp_path, "Pets")
    with open_source(make_folder(tmp_path / "source", class_files())) as source:
        ingest(source, project.folder)
    return project


def hashes(project: Project) -> list[str]:
    return project.read_table(project.catalogue_file)["sha256"].tolist()


def test_every_column_gets_a_value():
    found = measured(picture())
    assert list(found) == list(COLUMNS)
    assert all(isinstance(found[name], float | int) for name in NUMBERS)
    assert isinstance(found["hash"], str)


def test_light_and_colour_of_a_plain_picture_are_those_of_its_colour():
    found = measured(plain((255, 0, 51)))
    assert [round(found[name], 3) for name in ("red", "green", "blue")] == [1, 0, 0.2]
    assert [round(found[f"border_{name}"], 3) for name in ("red", "green", "blue")] == [1, 0, 0.2]
    assert found["saturation"] == 1
    luma = (0.299 * 255 + 0.114 * 51) / 255
    for name in ("brightness", "p1", "p5", "p95", "p99"):
        assert found[name] == pytest.approx(luma, abs=0.003)
    assert (found["contrast"], found["entropy"], found["grey"], found["border"]) == (0, 0, 0, 0)
    assert math.isnan(found["sharpness"])


def test_half_black_and_half_white_has_all_contrast_and_one_bit():
    image = plain("black", (40, 40))
    image.paste("white", (0, 0, 20, 40))
    found = measured(image)
    assert found["contrast"] == pytest.approx(0.5)
    assert found["entropy"] == pytest.approx(1)
    assert (found["p5"], found["p95"], found["grey"]) == (0, 1, 1)


@pytest.mark.parametrize("quality", [20, 50, 75, 90, 100])
def test_the_quality_of_a_jpeg_is_estimated(quality):
    found = measured(picture(), "JPEG", quality=quality)
    assert found["jpeg_quality"] == pytest.approx(quality, abs=1)


def test_what_is_no_jpeg_has_no_quality():
    assert math.isnan(measured(picture(), "WEBP")["jpeg_quality"])


def test_only_the_outermost_pixels_count_as_border_colour():
    image = plain("blue", (50, 40))
    image.paste("red", (1, 1, 49, 39))
    found = measured(image)
    assert (found["border_red"], found["border_blue"]) == (0, 1)
    assert found["red"] > 0.9


def test_the_share_of_a_letterbox_is_measured():
    image = plain("black", (100, 100))
    image.paste(picture((100, 60)), (0, 20))
    assert measured(image)["border"] == pytest.approx(0.4, abs=0.02)


def test_the_size_of_the_photo_hardly_matters():
    large = picture((1600, 1200), seed=3)
    found = [measured(large), measured(large.resize((400, 300), Image.Resampling.LANCZOS))]
    for name in ("brightness", "contrast", "saturation", "red", "sharpness", "p5", "p95"):
        assert found[0][name] == pytest.approx(found[1][name], abs=0.02), name


def test_grain_is_sharper_than_a_slope():
    slope = np.tile(np.arange(0, 256, 2, dtype=np.uint8), (64, 1))
    grain = np.random.default_rng(0).integers(0, 256, (64, 128), dtype=np.uint8)
    assert measured(Image.fromarray(slope))["sharpness"] < 0.01
    assert measured(Image.fromarray(grain))["sharpness"] > 0.95


def test_looking_while_taking_and_measuring_later_give_the_same(project, tmp_path):
    measure_missing(project, hashes(project))
    other = Project.create(tmp_path, "Same")
    measurer = Measurer(other)
    with open_source(tmp_path / "source") as source:
        ingest(source, other.folder, look=measurer)
    measurer.save()
    found = [read_measurements(each).sort_index() for each in (project, other)]
    pd.testing.assert_frame_equal(*found)
    assert list(found[0].columns) == list(COLUMNS)


def test_only_what_is_missing_is_measured(project, monkeypatch):
    first, *rest = hashes(project)
    measure_missing(project, [first])
    before = read_measurements(project)
    assert missing(project, [first, *rest, rest[0]]) == rest
    told = []
    measure_missing(project, [first, *rest], lambda *what: told.append(what))
    assert told == [(done, 5) for done in range(6)]
    after = read_measurements(project)
    assert set(after.index) == {first, *rest}
    pd.testing.assert_frame_equal(after.loc[[first]], before)


def test_what_was_measured_before_a_stop_is_kept_and_the_rest_follows(project):
    asked = iter([False, False, True])
    with pytest.raises(Stopped):
        measure_missing(project, hashes(project), should_stop=lambda: next(asked), workers=1)
    some = len(read_measurements(project))
    assert some >= 3
    measure_missing(project, hashes(project))
    assert len(read_measurements(project)) == 6


def test_a_long_pass_is_saved_on_the_way(project, monkeypatch):
    monkeypatch.setattr(module, "_KEEP", 2)
    seen = []
    measure_missing(
        project, hashes(project), lambda *_: seen.append(len(read_measurements(project))), workers=1
    )
    assert seen == sorted(seen)
    assert 0 < seen[-1] <= 6


def test_what_an_older_version_measured_is_measured_again(project, monkeypatch):
    measure_missing(project, hashes(project))
    monkeypatch.setattr(module, "VERSION", module.VERSION + 1)
    assert read_measurements(project).empty
    assert len(missing(project, hashes(project))) == 6


def test_a_damaged_table_is_made_again(project):
    project.measurements_file.write_bytes(b"no table")
    assert read_measurements(project).empty
    measure_missing(project, hashes(project))
    assert len(read_measurements(project)) == 6


def test_a_lost_original_is_passed_over_and_stays_unknown(project):
    lost, *rest = hashes(project)
    original_path(project.folder, lost).unlink()
    measure_missing(project, [lost, *rest])
    assert missing(project, [lost, *rest]) == [lost]
    evidence = gather(project)
    assert evidence.measured["brightness"].isna().tolist() == [True] + [False] * 5


def test_many_threads_may_show_images_at_once(project):
    measurer = Measurer(project)
    data = encoded(picture())
    facts, image = examine(data)
    with ThreadPoolExecutor(4) as pool:
        for number in range(64):
            pool.submit(measurer, f"{number:064x}", facts, image, data)
    assert len(measurer) == 64
    measurer.save()
    found = read_measurements(project)
    assert len(found) == 64
    assert found[list(NUMBERS)].nunique().max() == 1


def test_a_full_disk_is_told(project, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    for writing in ("core.files.replacing", "tempfile.TemporaryFile"):
        with monkeypatch.context() as patch:
            patch.setattr(writing, full)
            with pytest.raises(ProjectProblem, match="No space left"):
                measure_missing(project, hashes(project))
    assert read_measurements(project).empty
