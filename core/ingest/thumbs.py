"""Small pictures for galleries."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

THUMB_SIDE = 192
"""the most pixels on a side"""
_QUALITY = 80
_EFFORT = 2  # of 0 to 6; half the time of the default for a few per cent of the bytes


def make_thumb(image: Image.Image) -> bytes:
    """``image`` (mode RGB) as WebP, scaled down to fit `THUMB_SIDE`; never enlarged."""
    longer = max(image.size)
    if longer > THUMB_SIDE:
        width, height = (max(1, round(side * THUMB_SIDE / longer)) for side in image.size)
        image = image.resize((width, height), Image.Resampling.BILINEAR)
    buffer = BytesIO()
    image.save(buffer, "WEBP", quality=_QUALITY, method=_EFFORT, icc_profile=b"", exif=b"")
    return buffer.getvalue()
