"""The map: what looks alike lies together, and it is the same map every time."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from core import atlas
from core.errors import Stopped
from tests.unit.audit.evidence import blobs

FEATURES = blobs({"cat": 40, "dog": 40, "owl": 40}, apart=12.0)[1]


def test_images_of_one_cloud_lie_closer_than_those_of_two():
    places = atlas.place(FEATURES)[["x", "y"]].to_numpy().reshape(3, 40, 2)
    middles = places.mean(axis=1)
    within = np.linalg.norm(places - middles[:, None], axis=2).mean()
    between = np.linalg.norm(middles[:, None] - middles, axis=2)[np.triu_indices(3, 1)].min()
    assert between > 2 * within


def test_the_same_features_give_the_same_map():
    assert atlas.place(FEATURES).equals(atlas.place(FEATURES))


@pytest.mark.parametrize("images", [0, 1, 3, 6])
def test_every_place_lies_within_the_map_however_few_there_are(images):
    places = atlas.place(FEATURES[:images])
    assert list(places) == ["pca_x", "pca_y", "x", "y"]
    assert len(places) == images
    assert ((places >= 0) & (places <= 1)).all(axis=None)


def test_identical_pictures_do_no_harm():
    places = atlas.place(np.repeat(FEATURES[:1], 20, axis=0))
    assert np.isfinite(places.to_numpy()).all()


def test_it_can_be_stopped():
    with pytest.raises(Stopped):
        atlas.place(FEATURES, should_stop=lambda: True)


def test_it_tells_how_far_it_is():
    told: list[tuple[int, int]] = []
    atlas.place(FEATURES, lambda done, total: told.append((done, total)))
    assert told[0][0] > 0
    assert told[-1] == (atlas.ITERATIONS, atlas.ITERATIONS)


def test_of_too_many_images_every_class_keeps_its_share():
    labels = ["cat"] * 900 + ["dog"] * 100
    chosen = atlas.chosen(labels, most=100)
    assert len(chosen) == len(set(chosen)) == 100
    assert sum(labels[place] == "dog" for place in chosen) == pytest.approx(10, abs=1)
    assert list(atlas.chosen(labels, most=1000)) == list(range(1000))


def test_the_sheet_holds_every_picture_in_its_place(tmp_path):
    paths = []
    for number, colour in enumerate(["#f00", "#0f0", "#00f"] * 50):
        paths.append(tmp_path / f"{number}.webp")
        Image.new("RGB", (30, 20), colour).save(paths[-1])
    paths[101] = tmp_path / "gone.webp"
    sheet = Image.open(io.BytesIO(atlas.sheet(paths)))
    side = atlas.side_of(150)
    assert sheet.size == (100 * side, 2 * side)
    red, green, blue = sheet.convert("RGB").getpixel((side // 2, side + side // 2))
    assert green > 200 > red + blue  # picture 100
    assert sheet.convert("RGB").getpixel((side + side // 2, side + side // 2))[0] in range(110, 150)
