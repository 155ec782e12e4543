from io import BytesIO

import pytest
from PIL import Image

from core.ingest import THUMB_SIDE, decode, make_thumb
from tests.makers import exif, image_bytes, picture


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((384, 192), (192, 96)),
        ((600, 600), (192, 192)),
        ((50, 40), (50, 40)),
        ((1, 1), (1, 1)),
        ((20_000, 1), (192, 1)),
    ],
)
def test_a_thumbnail_fits_and_is_never_enlarged(size, expected):
    with Image.open(BytesIO(make_thumb(picture(size)))) as thumb:
        assert thumb.format == "WEBP"
        assert thumb.size == expected
        assert max(thumb.size) <= THUMB_SIDE


def test_a_thumbnail_carries_nothing_but_pixels():
    source = decode(image_bytes(exif=exif(6, Make="Someone"), icc_profile=b"x" * 500))
    with Image.open(BytesIO(make_thumb(source))) as thumb:
        assert not {"exif", "icc_profile", "xmp"} & set(thumb.info)
