"""Sheets as the worker draws them, from thumbnails, with the real augmenter."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core import catalogue
from core.errors import SettingsProblem
from core.ingest import ingest, open_source
from core.jobs import augment_sheet
from core.jobs.augment_sheet import Sheet, Shown, choices, draw
from core.project import Project, Workspace
from core.recipe import Recipe, Step
from tests.makers import class_files, make_zip

SIDE, DRAWS = 32, 3
BRIGHT = Recipe("Bright", (Step("brightness", 0.8),))


@pytest.fixture
def project(workspace: Path, tmp_path: Path) -> Project:
    made = Workspace().create("Leaves")
    with open_source(make_zip(tmp_path / "leaves.zip", class_files(["cat", "dog"]))) as source:
        ingest(source, made.folder)
    return made


@pytest.fixture
def images(project: Project) -> list[Shown]:
    table = catalogue.in_force(project).sort_values(["label", "sha256"])
    return [(str(sha), str(label)) for sha, label in table[["sha256", "label"]].to_numpy()]


def drawn(
    project: Project, recipe: Recipe, images: list[Shown], seed: int = 0, partners: int = 0
) -> Sheet:
    others = images[::-1][:partners]
    found = draw(str(project.folder), recipe.to_json(), images, others, DRAWS, seed, SIDE)
    assert found is not None
    return found


def squares(sheet: Sheet) -> np.ndarray:
    """The squares of a sheet: (rows, columns, SIDE, SIDE, 3)."""
    pixels = np.asarray(Image.open(BytesIO(sheet.picture)))
    assert pixels.shape == (sheet.rows * SIDE, sheet.columns * SIDE, 3)
    parts = pixels.reshape(sheet.rows, SIDE, sheet.columns, SIDE, 3)
    return parts.transpose(0, 2, 1, 3, 4).astype(int)


def test_the_same_seed_gives_the_same_sheet_and_another_one_another(
    project: Project, images: list[Shown]
) -> None:
    first = drawn(project, BRIGHT, images)
    assert (first.rows, first.columns) == (len(images), 1 + DRAWS)
    assert first.picture == drawn(project, BRIGHT, images).picture
    assert first.picture != drawn(project, BRIGHT, images, seed=1).picture


def test_a_row_shows_the_image_and_draws_that_differ(project: Project, images: list[Shown]) -> None:
    found = squares(drawn(project, BRIGHT, images))
    original = augment_sheet.squares(str(project.folder), [images[0][0]], SIDE)[0].astype(int)
    assert np.abs(found[0, 0] - original).mean() < 6  # a JPEG of it
    brightness = found[0].mean(axis=(1, 2, 3))
    assert np.ptp(brightness) > 10


def test_an_image_becomes_the_same_whatever_else_is_on_the_sheet(
    project: Project, images: list[Shown]
) -> None:
    alone = squares(drawn(project, BRIGHT, images[2:3]))
    together = squares(drawn(project, BRIGHT, images))
    np.testing.assert_array_equal(alone[0], together[2])


def test_an_empty_recipe_leaves_every_image_as_it_is(project: Project, images: list[Shown]) -> None:
    found = squares(drawn(project, Recipe(steps=(Step("rotation", 0.0),)), images))
    for row in found:
        for after in row[1:]:
            np.testing.assert_array_equal(after, row[0])


def test_mixing_shows_the_shares_of_the_labels(project: Project, images: list[Shown]) -> None:
    recipe = Recipe(steps=(Step("mix_up", 1.0),))
    found = drawn(project, recipe, images, partners=len(images))
    assert len(found.shares) == found.rows * found.columns
    for (_, label), before in zip(images, found.shares[:: found.columns], strict=True):
        assert before == {label: 1.0}
    assert all(abs(sum(parts.values()) - 1) < 0.02 for parts in found.shares)
    assert any(len(parts) == 2 for parts in found.shares)
    assert not drawn(project, BRIGHT, images).shares


def test_an_image_that_has_no_partner_is_mixed_with_itself(
    project: Project, images: list[Shown]
) -> None:
    found = drawn(project, Recipe(steps=(Step("mix_up", 1.0),)), images[:1])
    assert all(parts == {images[0][1]: 1.0} for parts in found.shares)


def test_choices_show_an_augmentation_at_every_strength(
    project: Project, images: list[Shown]
) -> None:
    names = ["brightness", "grayscale", "cut_mix"]
    found = choices(str(project.folder), names, images[0], images, [0.25, 1.0], SIDE)
    assert found is not None
    assert (found.rows, found.columns) == (3, 3)
    parts = squares(found)
    apart = np.abs(parts[:, 1:] - parts[:, :1]).mean(axis=(2, 3, 4))
    assert (apart[:, 1] > 3).all()
    assert apart[0, 1] > apart[0, 0]  # brighter or darker, the stronger it is
    grey = parts[1, 2]
    assert np.abs(grey - grey.mean(axis=-1, keepdims=True)).max() < 8


def test_a_missing_thumbnail_is_grey(project: Project) -> None:
    assert np.ptp(augment_sheet.squares(str(project.folder), ["0" * 64], SIDE)) == 0


def test_a_worker_that_is_not_warm_yet_says_so_at_once(
    project: Project, images: list[Shown], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(augment_sheet, "wait_until_warm", lambda timeout: False)
    folder = str(project.folder)
    assert draw(folder, BRIGHT.to_json(), images, [], DRAWS, 0, SIDE) is None
    assert choices(folder, ["blur"], images[0], images, [1.0], SIDE) is None


def test_what_is_no_recipe_is_refused(project: Project, images: list[Shown]) -> None:
    with pytest.raises(SettingsProblem):
        draw(str(project.folder), {"steps": [{"name": "magic"}]}, images, [], DRAWS, 0, SIDE)
