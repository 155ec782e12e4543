"""Heat as a picture: it lies over the place it belongs to, whatever the image's shape."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from core.gaze import picture
from core.ingest.fit import fit_image
from core.settings import Fit


def hot(top: int, left: int, side: int = 14) -> np.ndarray:
    heat = np.zeros((side, side), np.float32)
    heat[top, left] = 1
    return heat


@pytest.mark.parametrize("fit", list(Fit))
@pytest.mark.parametrize("size", [(140, 140), (280, 140), (140, 260)])
def test_what_is_hot_in_the_square_is_hot_at_the_same_thing_in_the_image(
    fit: Fit, size: tuple[int, int]
) -> None:
    width, height = size
    image = np.zeros((height, width, 3), np.uint8)
    thing = slice(height // 2 - 6, height // 2 + 6), slice(width // 2 - 26, width // 2 - 14)
    image[thing] = 255
    square = fit_image(Image.fromarray(image), 140, fit)[..., 0].astype(np.float32)
    square[square < 160] = 0  # what pads it
    heat = picture.as_it_came(square, width, height, fit)
    assert heat.shape == (height, width)
    assert heat[thing].sum() > 0.8 * heat.sum()


def test_what_the_model_did_not_see_is_cold() -> None:
    heat = picture.as_it_came(np.ones((14, 14)), 300, 100, Fit.CROP)
    assert heat[:, 100:200].min() > 0.9
    assert heat[:, :100].max() == heat[:, 200:].max() == 0


def test_cold_places_show_the_image_and_the_hottest_hide_most_of_it() -> None:
    pixels = np.full((140, 140, 3), 90, np.uint8)
    drawn = picture.drawn_over(pixels, hot(2, 2)).astype(int)
    assert np.abs(drawn[70:, 70:] - 90).max() <= 1
    assert np.abs(drawn[25, 25] - 90).max() > 60


def test_no_heat_leaves_the_image() -> None:
    pixels = np.full((20, 30, 3), 120, np.uint8)
    np.testing.assert_allclose(picture.drawn_over(pixels, np.zeros((7, 7))), pixels, atol=1)


def test_hotter_is_lighter_without_any_colour() -> None:
    ramp = np.linspace(0, 1, 50, dtype=np.float32)[None].repeat(50, axis=0)
    coloured = picture.heat_alone(ramp, 50)[25].astype(float)
    light = coloured @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(light) >= -1).all()
    assert light[-1] - light[0] > 200


def test_it_is_sent_as_webp() -> None:
    data = picture.encoded(np.zeros((10, 12, 3), np.uint8))
    assert Image.open(BytesIO(data)).format == "WEBP"
