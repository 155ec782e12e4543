"""Bytes to pixels: by content, upright, in RGB, and never more than the limits allow.

Only formats on an explicit list are opened; none of them runs another program.
"""

from __future__ import annotations

import logging
import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from io import BytesIO

from PIL import Image, UnidentifiedImageError, features
from PIL.ImageFile import ImageFile

from core.errors import DataProblem
from core.ingest import heif, kinds
from core.ingest.colour import to_rgb
from core.ingest.describe import ImageFacts, gather
from core.ingest.limits import Limits
from core.ingest.structure import toil

FORMATS: tuple[str, ...] = (
    *("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "PPM"),
    *(("AVIF",) if features.check("avif") else ()),
)
"""Pillow's names of the formats that are always read; MPO, a JPEG of several views, is one"""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_TOLD_LATE = ("TIFF", heif.FORMAT)  # formats whose size may turn out to be another
_LARGE = 16_000_000  # pixels; above, images are decoded one at a time to spare memory
_DRAFTED = ("JPEG", "MPO")  # formats that shrink while they are decoded
_SLOW_PIXELS = 2_500_000  # above, what Pillow decodes in Python is refused
_SLOW = {"ppm": 8, "ppm_plain": 16, "bmp_rle": 4}  # such codecs, and bytes a pixel that make sense
_SLACK = 1 << 20  # bytes of header
_HUSHED = ("ignore", None, Warning, re.compile(r"PIL\."), 0)
_one_large = threading.Lock()

logging.getLogger("PIL").addHandler(logging.NullHandler())  # it writes of every damaged TIFF


def decode(data: bytes, limits: Limits | None = None, at_least: int | None = None) -> Image.Image:
    """The image in ``data``: RGB, upright, fully decoded; see `examine`."""
    return examine(data, limits, at_least)[1]


def examine(
    data: bytes, limits: Limits | None = None, at_least: int | None = None
) -> tuple[ImageFacts, Image.Image]:
    """What is known about the image in ``data``, and its pixels, from one decoding.

    The format is found from the content. In this order: the pixels are decoded (of several
    frames the first), at a reduced size where that is asked for and can be had; a colour profile
    is brought to sRGB; transparency is put on white; the image is turned upright by its EXIF.

    Args:
        data: a whole image file.
        limits: bounds on pixels, checked before anything is decoded.
        at_least: decode at a reduced size where the format has a fast way (JPEG), such that
            the shorter side still has twice as many pixels as this, or all it has.
            None: full size.

    Returns:
        The facts, with the full size, and an image of mode RGB that carries nothing but pixels.

    Raises:
        DataProblem: it is no image, or damaged, cut off, or too large. The title is a short
            reason that a learner understands.
    """
    limits = limits or Limits()
    with _reasons(data):
        image = _open(data, limits)
        found = gather(image, data)
        whole = image.width * image.height
        if at_least is not None and image.format in _DRAFTED:
            image.draft(None, (2 * at_least, 2 * at_least))
        work = whole if image.info.get("progressive") else image.width * image.height
        with _one_large if work > _LARGE else nullcontext():
            image.load()
            if image.format == "PNG" and "exif" in image.info:
                found = gather(image, data)  # its EXIF may come after the pixels
            turn = _TURNS.get(found.exif_orientation) if image.format != "TIFF" else None
            if image.format in _TOLD_LATE:
                _require_fits(image, limits)
                found = replace(found, width=image.width, height=image.height)
            pixels = to_rgb(image)
            del image  # its memory may be as much again
            pixels = pixels if turn is None else pixels.transpose(turn)
        pixels.info = {}
    return found, pixels


def facts(data: bytes, limits: Limits | None = None) -> ImageFacts:
    """What the header of the image in ``data`` says, without decoding its pixels.

    Raises:
        DataProblem: it is no image, or its header is damaged, or it is too large.
    """
    with _reasons(data):
        return gather(_open(data, limits or Limits()), data)


def _open(data: bytes, limits: Limits) -> ImageFile:
    if not data:
        raise DataProblem("The file is empty", "It has 0 bytes", "Copy it again")
    trouble = toil(data)
    if trouble is not None:
        raise DataProblem(
            "The image is built in an unreasonable way", trouble, "Save it again as JPEG or PNG"
        )
    image = Image.open(BytesIO(data), formats=_formats(data))
    _require_fits(image, limits)
    pixels = image.width * image.height
    if pixels * _scans(image, data) > limits.max_scan_pixels:
        raise _too_large("It is stored in an unreasonable number of passes", limits)
    codec = image.tile[0].codec_name if image.tile else ""
    if codec in _SLOW and (pixels > _SLOW_PIXELS or len(data) > _SLOW[codec] * pixels + _SLACK):
        raise _too_large("It is stored in a way that takes very long to read", limits)
    return image


def _require_fits(image: ImageFile, limits: Limits) -> None:
    if image.width * image.height > limits.max_pixels:
        raise _too_large(f"It has {image.width} x {image.height} pixels", limits)


def _formats(data: bytes) -> tuple[str, ...]:
    is_heic = kinds.image_format(data) == "HEIC"
    return (*FORMATS, heif.FORMAT) if is_heic and heif.is_readable() else FORMATS


def _scans(image: ImageFile, data: bytes) -> int:
    """How many passes over all pixels a progressive JPEG asks for; 1 for all else."""
    return data.count(b"\xff\xda") if image.info.get("progressive") else 1


@contextmanager
def _reasons(data: bytes) -> Iterator[None]:
    """Turn whatever Pillow raises over bad data into a reason, and keep its warnings quiet."""
    _hush()
    try:
        yield
    except DataProblem:
        raise
    except UnidentifiedImageError as error:
        raise _not_an_image(data) from error
    except (Image.DecompressionBombError, MemoryError) as error:
        raise _too_large(str(error) or "It does not fit into memory", None) from error
    except Exception as error:  # the readers raise what their parsing happens to meet
        cut = "truncated" in str(error).lower()
        raise DataProblem(
            "The image is cut off" if cut else "The image is damaged",
            f"Decoding failed ({type(error).__name__}: {error})",
            "Copy it again from where it came, or leave it out",
        ) from error


def _hush() -> None:
    """Keep Pillow's warnings about odd files from reaching anybody.

    The filter is put in front once and stays: taking it out again, as `catch_warnings` does,
    is not safe with several threads.
    """
    if not warnings.filters or warnings.filters[0] != _HUSHED:
        warnings.filterwarnings("ignore", module=r"PIL\.")


def _too_large(detail: str, limits: Limits | None) -> DataProblem:
    most = f", at most {limits.max_pixels:,} pixels are taken" if limits else ""
    return DataProblem(
        "The image is too large", detail + most, "Save it with fewer pixels, or as plain JPEG"
    )


def _not_an_image(data: bytes) -> DataProblem:
    kind = kinds.image_format(data)
    if kind == "HEIC" and not heif.is_readable():
        return heif.missing()
    if kind == "AVIF" and "AVIF" not in FORMATS:
        detail = "AVIF images cannot be read here"
        return DataProblem("An AVIF image, which cannot be read", detail, "Save it as JPEG")
    if kind == "TIFF":
        detail = "It is damaged, or stores its pixels in a way that is not read here"
        return DataProblem("A TIFF image that cannot be read", detail, "Save it as PNG or JPEG")
    if kind is not None:
        detail = f"It begins as a {kind} image, but its header cannot be read"
        return DataProblem("The image is damaged", detail, "Copy it again, or leave it out")
    what = kinds.by_content(data)
    reason = "Not an image" if what == kinds.UNKNOWN else f"Not an image: {what}"
    return DataProblem(reason, f"By its content it is {what}", "Save it as JPEG or PNG")
