"""Views are computed once, survive whatever happens, and their labels say what they show."""

from __future__ import annotations

import dataclasses
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.errors import DataProblem, Stopped
from core.ingest import ingest, open_source, original_path
from core.ml import views
from core.ml.features import Seen
from core.ml.views import views_of
from core.project import Workspace
from core.recipe import Recipe, Step
from core.settings import TrainSettings
from tests.makers import class_files, encoded, make_folder

SIZE, CLASSES = 16, ["cat", "dog"]
TURNED = Recipe("", (Step("rotation", 0.5),))
FLIPPED = Recipe("", (Step("flip_horizontal", 1.0),))
SETTINGS = TrainSettings(views=3, seed=5)


class Looking:
    """An extractor without a network: it sees the mean colour, and the image itself as its map."""

    size, width, map_shape = SIZE, 3, (SIZE, SIZE, 3)

    def __init__(self) -> None:
        self.looked = 0

    def __call__(self, images):
        for image in images:
            yield self._seen(image).features

    def both(self, images):
        for image in images:
            yield self._seen(image)

    def _seen(self, image) -> Seen:
        self.looked += 1
        pixels = image().astype(np.float32)
        return Seen(pixels.mean(axis=(0, 1)) / 255, pixels.astype(np.float16))


class Job:
    """Asks to stop after so many views, where a number is given."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.told: list[tuple[int, int]] = []
        self._stop_after = stop_after

    def progress(self, done: int, total: int) -> None:
        self.told.append((done, total))

    def check_stop(self) -> None:
        if self.stop_requested():
            raise Stopped

    def stop_requested(self) -> bool:
        return self._stop_after is not None and len(self.told) > self._stop_after


@pytest.fixture
def looking(monkeypatch) -> Looking:
    found = Looking()
    monkeypatch.setattr(views, "converted", lambda *_: None)
    monkeypatch.setattr(views, "extractor", lambda _: found)
    return found


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A project with three cats and three dogs, all different."""
    return project_of(tmp_path_factory.mktemp("views"), class_files(each=3))


def project_of(folder, files):
    project = Workspace(folder).create("Animals")
    with open_source(make_folder(folder / "images", files)) as source:
        ingest(source, project.folder)
    return project


@pytest.fixture
def project(made, tmp_path, monkeypatch):
    """The same with an empty cache of its own."""
    monkeypatch.setattr(type(made), "views", property(lambda _: tmp_path / "views"))
    return made


@pytest.fixture
def images(made) -> pd.DataFrame:
    return pd.read_parquet(made.catalogue_file)[["image_id", "sha256", "label"]]


def everything(rows) -> np.ndarray:
    return rows[np.arange(len(rows))]


def test_each_image_has_its_views_in_order(project, images, looking):
    found = views_of(project, images, FLIPPED, SETTINGS, CLASSES, maps=True)
    assert (found.each, found.features.shape, found.maps.shape) == (3, (18, 3), (18, 16, 16, 3))
    dogs = (images["label"] == "dog").to_numpy()
    np.testing.assert_array_equal(found.labels[:, 1], np.tile(dogs, 3))
    # A flip keeps the mean colour, so all views of an image have one, in the order of the images
    colours = everything(found.features).reshape(3, 6, 3)
    np.testing.assert_allclose(colours, np.broadcast_to(colours[0], (3, 6, 3)), atol=1e-6)
    assert len(np.unique(colours[0].round(6), axis=0)) == 6


def test_views_of_an_image_differ(project, images, looking):
    found = views_of(project, images, TURNED, SETTINGS, CLASSES, maps=True)
    assert len(np.unique(everything(found.maps).reshape(18, -1), axis=0)) == 18


def test_what_is_there_is_not_computed_again(project, images, looking):
    first = views_of(project, images, TURNED, SETTINGS, CLASSES)
    again = views_of(project, images, TURNED, SETTINGS, CLASSES)
    assert looking.looked == 18
    np.testing.assert_array_equal(everything(first.features), everything(again.features))


def test_more_views_and_more_images_compute_the_new_ones_alone(project, images, looking):
    views_of(project, images[:4], TURNED, SETTINGS, CLASSES)
    views_of(project, images, TURNED, SETTINGS, CLASSES)
    assert looking.looked == 18
    views_of(project, images[::-1], TURNED, dataclasses.replace(SETTINGS, views=4), CLASSES)
    assert looking.looked == 24


def test_maps_can_be_asked_for_later(project, images, looking):
    before = views_of(project, images, TURNED, SETTINGS, CLASSES)
    after = views_of(project, images, TURNED, SETTINGS, CLASSES, maps=True)
    assert before.maps is None and after.maps.shape == (18, 16, 16, 3)
    np.testing.assert_array_equal(everything(before.features), everything(after.features))
    means = everything(after.maps).astype(np.float32).mean(axis=(1, 2)) / 255
    np.testing.assert_allclose(everything(after.features), means, atol=1e-4)


@pytest.mark.parametrize(
    ("recipe", "settings"),
    [
        (Recipe("", (Step("rotation", 0.4),)), SETTINGS),
        (TURNED, dataclasses.replace(SETTINGS, seed=6)),
        (TURNED, dataclasses.replace(SETTINGS, fit="crop")),
    ],
)
def test_all_that_decides_a_view_tells_it_apart(project, images, looking, recipe, settings):
    one = views_of(project, images, TURNED, SETTINGS, CLASSES)
    other = views_of(project, images, recipe, settings, CLASSES)
    assert looking.looked == 36
    assert not np.array_equal(everything(one.features), everything(other.features))


@pytest.mark.parametrize("recipe", [TURNED, Recipe("", (Step("mix_up", 1.0),))])
def test_what_a_stopped_attempt_computed_is_kept(project, images, looking, recipe, tmp_path):
    with pytest.raises(Stopped):
        views_of(project, images, recipe, SETTINGS, CLASSES, Job(stop_after=7), maps=True)
    before = looking.looked
    job = Job()
    found = views_of(project, images, recipe, SETTINGS, CLASSES, job, maps=True)
    assert looking.looked < before + 18 and job.told[0][0] >= 7
    assert job.told[-1] == (18, 18)
    (tmp_path / "views").rename(tmp_path / "elsewhere")
    whole = views_of(project, images, recipe, SETTINGS, CLASSES, maps=True)
    np.testing.assert_array_equal(everything(found.maps), everything(whole.maps))
    np.testing.assert_array_equal(found.labels, whole.labels)


def test_a_recipe_that_changes_nothing_has_no_views(project, images, looking):
    found = views_of(project, images, Recipe("", (Step("rotation", 0.0),)), SETTINGS, CLASSES)
    assert (found.each, len(found.features), found.labels.shape) == (0, 0, (0, 2))
    assert looking.looked == 0


def test_an_image_is_decoded_once_for_all_its_views(project, images, looking, monkeypatch):
    decoded: Counter[str] = Counter()
    loader = views.loader

    def counting(path, size, fit):
        decoded[path.name] += 1
        return loader(path, size, fit)

    monkeypatch.setattr(views, "loader", counting)
    views_of(project, images, TURNED, SETTINGS, CLASSES)
    assert set(decoded.values()) == {1} and len(decoded) == 6


def test_few_decoded_images_are_in_memory(monkeypatch):
    monkeypatch.setattr(views, "_DECODED", 3)
    make = views._Maker(Recipe(), SIZE, lambda sha: np.zeros((SIZE, SIZE, 3), np.uint8))
    for number in range(20):
        make(views._View(str(number), str(number), "", 0))
    assert len(make._decoded) == 3


def test_an_original_that_is_gone_is_a_problem(looking, images, tmp_path):
    lonely = project_of(tmp_path, class_files(each=3))
    original_path(lonely.folder, images["sha256"].iloc[2]).unlink()
    with pytest.raises(DataProblem, match="gone"):
        views_of(lonely, images, TURNED, SETTINGS, CLASSES)


def test_only_the_recipes_used_last_keep_their_views(project, images, looking):
    recipes = [Recipe("", (Step("rotation", 0.1 * number),)) for number in range(1, 7)]
    for recipe in recipes:
        views_of(project, images, recipe, SETTINGS, CLASSES)
    looking.looked = 0
    views_of(project, images, recipes[-1], SETTINGS, CLASSES)
    views_of(project, images, recipes[-4], SETTINGS, CLASSES)
    assert looking.looked == 0
    views_of(project, images, recipes[0], SETTINGS, CLASSES)
    assert looking.looked == 18


class TestMixes:
    """With cats that are black and dogs that are white, brightness says how much is a dog."""

    @pytest.fixture
    def project(self, tmp_path):
        shades = {"cat": range(4), "dog": range(252, 256)}
        files = {
            f"{label}/{shade}.png": encoded(Image.new("RGB", (SIZE, SIZE), (shade,) * 3))
            for label, found in shades.items()
            for shade in found
        }
        return project_of(tmp_path, files)

    @pytest.fixture
    def images(self, project):
        return pd.read_parquet(project.catalogue_file)

    @pytest.mark.parametrize("name", ["mix_up", "cut_mix", "fourier_mix"])
    def test_labels_are_shared_as_the_images_are(self, project, images, looking, name):
        recipe = Recipe("", (Step(name, 1.0),))
        settings = dataclasses.replace(SETTINGS, views=8)
        found = views_of(project, images, recipe, settings, CLASSES)
        np.testing.assert_allclose(found.labels.sum(axis=1), 1, atol=1e-6)
        bright = everything(found.features).mean(axis=1)
        np.testing.assert_allclose(found.labels[:, 1], bright, atol=0.03)
        soft = (found.labels.max(axis=1) < 0.95).mean()
        assert 0.1 < soft < 0.9

    def test_relabelling_changes_labels_and_computes_nothing(self, project, images, looking):
        recipe = Recipe("", (Step("mix_up", 1.0),))
        before = views_of(project, images, recipe, SETTINGS, CLASSES)
        computed = looking.looked
        swapped = images.assign(label=images["label"].map({"cat": "dog", "dog": "cat"}))
        after = views_of(project, swapped, recipe, SETTINGS, CLASSES)
        assert looking.looked == computed
        np.testing.assert_allclose(after.labels, before.labels[:, ::-1], atol=1e-6)

    def test_a_new_image_changes_few_partners(self, project, images, looking):
        recipe = Recipe("", (Step("mix_up", 1.0),))
        settings = dataclasses.replace(SETTINGS, views=16)
        views_of(project, images[:7], recipe, settings, CLASSES)
        before = looking.looked
        views_of(project, images, recipe, settings, CLASSES)
        assert looking.looked - before < 16 + 0.6 * before

    def test_partners_are_of_the_training_side_and_never_the_image_itself(self, images):
        hashes = images["sha256"].tolist()
        planned = views._planned(hashes[:5], 0, 16, mixes=True)
        assert all(view.partner in hashes[:5] and view.partner != view.sha for view in planned)
        assert len({view.partner for view in planned}) == 5
