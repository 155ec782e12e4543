"""What faults do to pixels and bytes, as they happen in real collections."""

from __future__ import annotations

import math
from io import BytesIO
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFont

from core.corruptions import CORRUPTIONS
from core.corruptions.tools import mirrored

Random = np.random.Generator

QUALITY: Final = 92
"""JPEG quality of every image of an exercise, so that it tells nothing"""
LARGEST: Final = 640
"""pixels of the longer side at most"""

# By level. Names and severities are those of core/corruptions.
_BLURS: Final = {
    1: (("defocus_blur", 4),),
    2: (("defocus_blur", 3), ("defocus_blur", 4)),
    3: (("defocus_blur", 3),),
}
_DARKNESS: Final = {1: 5, 2: 5, 3: 4}
_CUT: Final = {1: 0.02, 2: 0.035, 3: 0.05}  # of a side, that a near copy lacks
_SAVED: Final = {1: (70, 85), 2: (55, 80), 3: (45, 75)}  # JPEG qualities that it went through
_STAMP: Final = {1: (0.42, 235), 2: (0.34, 210), 3: (0.28, 190)}  # width of the image, opacity
_STAMPS: Final = ("© PhotoBox", "LAB 7 - 2024", "© my garden", "CAM-02 REC")


def encoded(image: Image.Image) -> bytes:
    """``image`` as the bytes of a file of an exercise, without any metadata."""
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()


def fitted(image: Image.Image) -> Image.Image:
    """``image`` with the longer side at most `LARGEST`."""
    found = image.copy()
    found.thumbnail((LARGEST, LARGEST), Image.Resampling.LANCZOS)
    return found


def blurred(image: Image.Image, level: int, random: Random) -> Image.Image:
    """Out of focus."""
    name, severity = _BLURS[level][int(random.integers(len(_BLURS[level])))]
    return _worse(image, name, severity, random)


def darkened(image: Image.Image, level: int, random: Random) -> Image.Image:
    """Taken with hardly any light: dark, and with the grain of a sensor."""
    return _worse(image, "low_light", _DARKNESS[level], random)


def copied(image: Image.Image, level: int, random: Random) -> Image.Image:
    """The same picture as it comes back from a chat: cut a little, saved again, a bit brighter."""
    width, height = image.size
    cut = _CUT[level]
    left, right, top, bottom = random.uniform(0.25 * cut, 0.5 * cut, 4)
    box = (left * width, top * height, width * (1 - right), height * (1 - bottom))
    found = image.resize(image.size, Image.Resampling.BICUBIC, box)
    for enhance in (ImageEnhance.Brightness, ImageEnhance.Contrast):
        found = enhance(found).enhance(float(random.uniform(0.94, 1.06)))
    low, high = _SAVED[level]
    buffer = BytesIO()
    found.save(buffer, "JPEG", quality=int(random.integers(low, high + 1)))
    return Image.open(buffer).convert("RGB")


def stamped(image: Image.Image, level: int, text: str) -> Image.Image:
    """With a mark in a corner, as archives and cameras put it there."""
    share, opacity = _STAMP[level]
    width, height = image.size
    font = ImageFont.load_default(max(8, round(width * share / (0.55 * len(text)))))
    layer = Image.new("RGBA", image.size)
    draw = ImageDraw.Draw(layer)
    left, top, right, bottom = draw.textbbox((0, 0), text, font=font)
    pad, gap = max(2, height // 80), max(1, height // 60)
    x, y = width - (right - left) - 2 * pad - gap, height - (bottom - top) - 2 * pad - gap
    draw.rectangle((x, y, width - gap, height - gap), fill=(0, 0, 0, opacity))
    draw.text((x + pad - left, y + pad - top), text, font=font, fill=(255, 255, 255, 255))
    return Image.alpha_composite(image.convert("RGBA"), layer).convert("RGB")


def stamp_text(random: Random) -> str:
    """What a mark says."""
    return _STAMPS[int(random.integers(len(_STAMPS)))]


def broken(data: bytes, random: Random) -> bytes:
    """A file as a download leaves it that failed: cut off early, or a page that says why."""
    if random.random() < 0.5:
        head = b"<!DOCTYPE html><html><title>404 Not Found</title><p>nginx/"
        return head + str(int(random.integers(10**8))).encode() + b"</html>"
    return data[: int(len(data) * random.uniform(0.02, 0.3))]


def _worse(image: Image.Image, name: str, severity: int, random: Random) -> Image.Image:
    """A corruption, which knows squares alone, of an image of any shape."""
    pixels = np.asarray(image)
    height, width = pixels.shape[:2]
    side = max(width, height)
    if width != height:
        pixels = mirrored(pixels, math.ceil((side - min(width, height)) / 2))
    top, left = (pixels.shape[0] - side) // 2, (pixels.shape[1] - side) // 2
    square = np.ascontiguousarray(pixels[top : top + side, left : left + side])
    found = CORRUPTIONS[name](square, severity, int(random.integers(2**31)))
    top, left = (side - height) // 2, (side - width) // 2
    return Image.fromarray(found[top : top + height, left : left + width])
