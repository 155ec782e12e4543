"""Depths and turns that are rarely met, and that Pillow alone gets wrong."""

import numpy as np
import pytest
from PIL import Image, ImageOps

from core.ingest import decode, examine, load_fitted
from core.settings import Fit
from tests.makers import encoded, exif, picture
from tests.unit.ingest.hostile import icc, pngs, tiffs


def test_a_deep_tiff_may_say_that_white_is_zero():
    assert np.asarray(decode(tiffs.white_is_zero()))[0, :, 0].tolist() == [255, 0]


def test_a_clear_colour_of_a_deep_png_is_white():
    assert np.asarray(decode(pngs.deep_with_clear_colour())).min() == 255


def test_a_tiff_turned_by_xmp_is_told_with_its_size_when_upright():
    found, image = examine(tiffs.turned_by_xmp())
    assert (found.width, found.height) == image.size == (2, 4)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_all_ways_to_the_pixels_agree_on_an_image_with_everything(orientation):
    """Large, in passes, on its side, with a profile: reduced and whole, it is one picture."""
    stored = picture((700, 500), seed=orientation)
    options = {"exif": exif(orientation), "icc_profile": icc.rgb(), "quality": 95}
    data = encoded(stored, "JPEG", progressive=True, **options)
    found, image = examine(data)
    assert decode(data).tobytes() == image.tobytes()
    assert image.size == (found.width, found.height)
    small = np.asarray(image.resize((32, 32), Image.Resampling.BILINEAR)).astype(int)
    assert np.abs(load_fitted(data, 32, Fit.SQUASH) - small).mean() < 2
    _, reduced = examine(data, at_least=32)
    assert max(reduced.size) < 700
    assert np.abs(np.asarray(reduced.resize((32, 32), Image.Resampling.BOX)) - small).mean() < 3


@pytest.mark.parametrize("ycck", [False, True])
def test_inks_as_adobe_stores_them(ycck):
    """Inverted, and for YCCK as brightness and colour, beside the black."""
    ink = picture((64, 48)).convert("CMYK")
    stored = ink
    if ycck:
        *colours, black = ink.split()
        parts = Image.merge("RGB", colours).convert("YCbCr").split()
        stored = Image.merge("CMYK", [*map(ImageOps.invert, parts), black])
    data = bytearray(encoded(stored, "JPEG", quality=95, subsampling=0))
    data[data.index(b"Adobe") + 11] = 2 if ycck else 0
    expected = np.asarray(ink.convert("RGB")).astype(int)
    assert np.abs(np.asarray(decode(bytes(data))) - expected).mean() < 4
