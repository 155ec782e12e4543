"""Colour profiles: numbers that mean the colours of some device become those of sRGB.

Phones write Display P3, cameras Adobe RGB, printers CMYK of their own; a model should see the
colours that a person sees. Source: ICC.1:2022; Little CMS does the sums, through Pillow.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from io import BytesIO

import numpy as np
from PIL import Image

_SPACES = {"RGB": b"RGB ", "RGBA": b"RGB ", "L": b"GRAY", "LA": b"GRAY", "CMYK": b"CMYK"}
_CLASSES = (b"mntr", b"scnr", b"prtr", b"spac")  # screens, cameras, printers, colour spaces
_HEADER = 128
_MOST_BYTES = 4 << 20  # the longest in use, of printers, have 3 MB
_KEPT = 16  # transforms; a project has pictures of a few devices
_SAME = 2  # levels of 255; what changes no colour by more is left as it is

Change = Callable[[Image.Image], Image.Image]


def to_srgb(image: Image.Image, profile: object) -> Image.Image:
    """``image`` with the colours that ``profile`` gives it, in sRGB, by perceptual intent.

    Args:
        image: mode RGB, RGBA, L, LA or CMYK, others are left alone; it may be changed in place.
        profile: the bytes of an ICC profile. One that is broken, or not made for such an image,
            is as good as none.

    Returns:
        An image of the same mode, but RGB for CMYK; ``image`` where there is nothing to do.
    """
    if not isinstance(profile, bytes) or not _fits(profile, image.mode):
        return image
    change = _change(profile, image.mode)
    return image if change is None else change(image)


def _fits(profile: bytes, mode: str) -> bool:
    """Whether ``profile`` says of itself that it is for images of ``mode``."""
    return (
        _HEADER < len(profile) <= _MOST_BYTES
        and profile[36:40] == b"acsp"
        and profile[12:16] in _CLASSES
        and profile[16:20] == _SPACES.get(mode)
    )


@lru_cache(maxsize=_KEPT)
def _change(profile: bytes, mode: str) -> Change | None:
    """What brings images of ``mode`` to sRGB; None where that is not possible or changes nothing.

    Made once for each profile: that takes as long as decoding several images.
    """
    with suppress(Exception):  # a broken profile raises whatever its reader meets
        if mode in ("L", "LA"):
            return _grey_change(profile)
        return _colour_change(profile, mode)
    return None


def _grey_change(profile: bytes) -> Change | None:
    """For grey there are 256 colours only, so a table says it all."""
    ramp = Image.fromarray(np.arange(256, dtype=np.uint8).reshape(1, 256))
    table = np.asarray(_transform(profile, "L", "RGB")(ramp).convert("L")).ravel()
    if np.abs(table - np.arange(256.0)).max() <= _SAME:
        return None
    levels = table.tolist()

    def change(image: Image.Image) -> Image.Image:
        return image.point(levels + list(range(256)) if image.mode == "LA" else levels)

    return change


def _colour_change(profile: bytes, mode: str) -> Change | None:
    if mode == "CMYK":
        return _transform(profile, mode, "RGB")
    steps = np.linspace(0, 255, 9, dtype=np.uint8)
    colours = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(27, 27, 3)
    there = np.asarray(_transform(profile, "RGB", "RGB")(Image.fromarray(colours)))
    if np.abs(there - colours.astype(np.float64)).max() <= _SAME:
        return None
    return _transform(profile, mode, mode)


def _transform(profile: bytes, mode: str, to: str) -> Change:
    """Little CMS's own; safe to be used by several threads at once."""
    from PIL import ImageCms

    transform = ImageCms.buildTransform(
        ImageCms.ImageCmsProfile(BytesIO(profile)),
        ImageCms.createProfile("sRGB"),
        mode,
        to,
        ImageCms.Intent.PERCEPTUAL,
    )

    def change(image: Image.Image) -> Image.Image:
        changed = ImageCms.applyTransform(image, transform, inPlace=mode == to)
        return image if changed is None else changed

    return change
