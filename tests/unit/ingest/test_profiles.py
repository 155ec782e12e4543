from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image, ImageCms

from core.ingest import decode, profiles
from tests.makers import encoded, exif, image_bytes, picture, plain
from tests.unit.ingest.hostile import icc

COLOUR = (200, 60, 90)


def colour(data, at_least=None):
    """The colour of an image that has but one."""
    pixels = np.asarray(decode(data, at_least=at_least)).reshape(-1, 3)
    assert np.ptp(pixels, axis=0).max() <= 2
    return pixels[0].astype(int)


def by_the_book(values, primaries, gamma=2.2):
    """Colours of a screen with these primaries as sRGB, by the definitions."""
    light = (np.asarray(values) / 255) ** gamma
    linear = np.clip(np.linalg.solve(np.array(icc.SRGB).T, np.array(primaries).T @ light), 0, 1)
    levels = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return 255 * levels


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_the_colours_of_a_wide_screen_become_those_of_srgb(format):
    options = {"lossless": True} if format == "WEBP" else {}
    data = encoded(plain(COLOUR, (64, 64)), format, icc_profile=icc.rgb(), **options)
    expected = by_the_book(COLOUR, icc.P3)
    assert np.abs(expected - COLOUR).max() > 10
    assert np.abs(colour(data) - expected).max() <= 3
    assert np.abs(colour(data, at_least=4) - expected).max() <= 3


@pytest.mark.parametrize(
    "image",
    [
        plain(COLOUR).convert("P", dither=Image.Dither.NONE),
        plain((*COLOUR, 255), mode="RGBA"),
        plain(COLOUR).quantize(4),
    ],
    ids=["web palette", "opaque", "palette"],
)
def test_palettes_and_layers_are_changed_too(image):
    before = np.asarray(image.convert("RGB"))[0, 0]
    data = encoded(image, "PNG", icc_profile=icc.rgb())
    assert np.abs(colour(data) - by_the_book(before, icc.P3)).max() <= 3


def test_colours_are_changed_before_they_are_put_on_white():
    data = encoded(plain((*COLOUR, 128), mode="RGBA"), "PNG", icc_profile=icc.rgb())
    expected = by_the_book(COLOUR, icc.P3) * 128 / 255 + 127
    assert np.abs(colour(data) - expected).max() <= 3
    clear = plain((*COLOUR, 0), mode="RGBA")
    assert (colour(encoded(clear, "PNG", icc_profile=icc.rgb())) == 255).all()


@pytest.mark.parametrize("mode", ["L", "LA", "I;16"])
def test_grey_has_profiles_of_its_own(mode):
    level = 60
    if mode == "I;16":
        image = Image.fromarray(np.full((24, 32), level * 257, np.uint16))
    else:
        image = plain(level, mode="L").convert(mode)
    expected = by_the_book((level,) * 3, icc.SRGB, gamma=1.0)
    data = encoded(image, "PNG", icc_profile=icc.grey(1.0))
    assert np.abs(colour(data) - expected).max() <= 2
    assert expected[0] > level + 50


def test_the_inks_of_a_printer_have_the_colours_that_its_profile_gives_them():
    def lab(c, m, y, k):
        return (0, 0, 0) if k else (100 - 15 * (c + m + y), 80 * c, 0)  # its cyan is pink

    def of(ink, profile):
        image = plain(ink, (64, 64), "CMYK")
        return colour(encoded(image, "TIFF", icc_profile=profile))

    profile = icc.cmyk(lab)
    assert of((0, 0, 0, 0), profile).min() > 250
    assert of((0, 0, 0, 255), profile).max() < 40
    red, green, _ = of((255, 0, 0, 0), profile)
    assert red > green + 80
    red, green, _ = of((255, 0, 0, 0), b"")
    assert green > red + 80


def test_inks_in_a_jpeg_are_as_adobe_stores_them():
    ink = plain((255, 0, 0, 0), (64, 64), "CMYK")
    data = encoded(
        ink, "JPEG", quality=95, icc_profile=icc.cmyk(lambda c, m, y, k: (60, 70 * c, 0))
    )
    red, green, _ = colour(data)
    assert red > green + 80


@pytest.mark.parametrize(
    "profile",
    [
        b"\0",
        b"\xfe" * 3000,
        icc.rgb()[:300],
        icc.rgb()[:129],
        icc.rgb(kind=b"link"),
        icc.rgb(kind=b"abst"),
        icc.rgb(kind=b"nmcl"),
        icc.grey(1.0),
        icc.cmyk(lambda c, m, y, k: (0, 0, 0)),
        icc.cyclic(),
        icc.huge_counts(),
        icc.rgb() + bytes(6 << 20),
    ],
)
def test_a_profile_that_makes_no_sense_is_as_good_as_none(profile):
    data = encoded(plain(COLOUR, (64, 64)), "TIFF", icc_profile=profile)
    assert colour(data).tolist() == list(COLOUR)


def test_a_profile_of_srgb_changes_no_pixel():
    usual = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (usual, icc.srgb()):
        image = picture((64, 64))
        assert decode(encoded(image, icc_profile=profile)).tobytes() == image.tobytes()


def test_a_profile_is_read_once_for_many_images(monkeypatch):
    profiles._change.cache_clear()
    read = []
    build = ImageCms.buildTransform
    monkeypatch.setattr(
        ImageCms, "buildTransform", lambda *given: read.append(given) or build(*given)
    )
    for profile in (icc.rgb(), icc.srgb(), b"\xfe" * 3000):
        read.clear()
        for seed in range(20):
            decode(image_bytes(seed=seed, icc_profile=profile))
        assert len(read) <= 2


def test_several_threads_may_use_one_profile():
    data = [image_bytes(size=(300, 200), seed=seed, icc_profile=icc.rgb()) for seed in range(40)]
    alone = [decode(item).tobytes() for item in data]
    profiles._change.cache_clear()
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda item: decode(item).tobytes(), data)) == alone


def test_what_was_applied_is_not_carried_on():
    image = decode(image_bytes("PNG", icc_profile=icc.rgb(), exif=exif(6)))
    again = decode(encoded(image, "PNG"))
    assert again.tobytes() == image.tobytes()
