import numpy as np
import pytest
from PIL import Image

from core.errors import DataProblem
from core.ingest import decode, fit_image, load_fitted
from core.settings import Fit
from tests.makers import JUNK, exif, image_bytes, picture, plain


def weights(inputs, outputs):
    """The documented triangle filter as a matrix of shape (outputs, inputs)."""
    scale = max(1.0, inputs / outputs)
    centres = (np.arange(outputs) + 0.5) * inputs / outputs
    distance = np.abs(np.arange(inputs)[None] + 0.5 - centres[:, None])
    matrix = np.maximum(0, 1 - distance / scale)
    return matrix / matrix.sum(1, keepdims=True)


def by_the_book(image, width, height):
    """The documented scaling, written out."""
    values = np.asarray(image).astype(np.float64)
    rows = np.floor(np.einsum("oi,hic->hoc", weights(image.width, width), values) + 0.5)
    return np.floor(np.einsum("oi,iwc->owc", weights(image.height, height), rows) + 0.5)


@pytest.mark.parametrize("fit", list(Fit))
@pytest.mark.parametrize("size", [(1, 1), (7, 300), (300, 7), (64, 64), (65, 50), (20_000, 1)])
def test_any_shape_becomes_the_square(fit, size):
    array = fit_image(picture(size), 64, fit)
    assert array.shape == (64, 64, 3)
    assert array.dtype == np.uint8
    assert array.flags.writeable


@pytest.mark.parametrize("size", [(100, 75), (33, 90), (10, 20), (64, 64), (640, 480)])
def test_squash_does_what_is_written(size):
    image = picture(size, seed=3)
    expected = by_the_book(image, 64, 64)
    assert np.abs(fit_image(image, 64, Fit.SQUASH) - expected).max() <= 1


@pytest.mark.parametrize("size", [(100, 75), (33, 90), (101, 64)])
def test_crop_is_the_middle_square_scaled(size):
    image = picture(size, seed=4)
    side = min(size)
    left, top = (size[0] - side) // 2, (size[1] - side) // 2
    middle = image.crop((left, top, left + side, top + side))
    assert np.array_equal(fit_image(image, 48, Fit.CROP), fit_image(middle, 48, Fit.SQUASH))
    assert np.abs(fit_image(image, 48, Fit.CROP) - by_the_book(middle, 48, 48)).max() <= 1


def test_pad_keeps_the_shape_and_fills_with_grey():
    array = fit_image(plain((250, 0, 0), (100, 50)), 64, Fit.PAD)
    assert np.all(array[16:48] == (250, 0, 0))
    assert np.all(array[:16] == 127)
    assert np.all(array[48:] == 127)
    image = picture((100, 50))
    assert np.abs(fit_image(image, 64, Fit.PAD)[16:48] - by_the_book(image, 64, 32)).max() <= 1


def test_pad_puts_the_odd_row_behind():
    array = fit_image(plain((0, 0, 0), (50, 100)), 65, Fit.PAD)
    dark = np.flatnonzero((array == 0).all((0, 2)))
    assert (dark[0], dark[-1]) == (16, 48)


def test_a_square_image_is_the_same_in_every_fit():
    image = picture((80, 80))
    first, *others = [fit_image(image, 32, fit) for fit in Fit]
    assert all(np.array_equal(first, other) for other in others)


def test_fine_stripes_do_not_alias():
    stripes = np.zeros((512, 512, 3), np.uint8)
    stripes[:, ::2] = 255
    array = fit_image(Image.fromarray(stripes), 48, Fit.SQUASH)
    assert np.abs(array.astype(int) - 128).max() < 12


@pytest.mark.parametrize("fit", list(Fit))
@pytest.mark.parametrize("size", [(640, 480), (50, 40), (1600, 300)])
def test_a_file_is_loaded_close_to_its_full_decoding(fit, size):
    data = image_bytes(size=size, quality=95)
    full = fit_image(decode(data), 64, fit)
    assert np.abs(load_fitted(data, 64, fit).astype(int) - full).mean() < 2
    assert np.array_equal(
        load_fitted(image_bytes("PNG", size), 64, fit), fit_image(picture(size), 64, fit)
    )


def test_a_file_is_loaded_upright():
    data = image_bytes(size=(60, 30), exif=exif(6))
    array = load_fitted(data, 60, Fit.PAD)
    assert np.all(array[:, :15] == 127)
    assert not np.any(np.all(array[:, 16:44] == 127, axis=(1, 2)))


def test_what_is_no_image_is_a_problem():
    with pytest.raises(DataProblem):
        load_fitted(JUNK, 64, Fit.PAD)
