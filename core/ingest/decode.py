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
from io import BytesIO

from PIL import Image, UnidentifiedImageError, features
from PIL.ImageFile import ImageFile

from core.errors import DataProblem
from core.ingest import kinds
from core.ingest.colour import to_rgb
from core.ingest.describe import ImageFacts, gather
from core.ingest.limits import Limits

FORMATS: tuple[str, ...] = (
    *("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "PPM"),
    *(("AVIF",) if features.check("avif") else ()),
)
"""Pillow's names of the formats that are read; JPEG includes MPO, a JPEG of several views"""

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_LARGE = 16_000_000  # pixels; above, images are decoded one at a time to spare memory
_SLOW = 4_000_000  # pixels; above, what Pillow decodes in Python is refused
_SLOW_CODECS = frozenset({"ppm", "ppm_plain", "bmp_rle"})
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

    The format is found from the content. EXIF orientation is applied. Transparency is put on
    white; 16-bit values are scaled; of several frames the first is taken.

    Args:
        data: a whole image file.
        limits: bounds on pixels, checked before anything is decoded.
        at_least: decode at a reduced size where the format has a fast way (JPEG), such that
            the shorter side still has twice as many pixels as this, or all it has.
            None: full size.

    Returns:
        The facts, with the full size, and an image of mode RGB.

    Raises:
        DataProblem: it is no image, or damaged, cut off, or too large. The title is a short
            reason that a learner understands.
    """
    limits = limits or Limits()
    with _reasons(data):
        image = _open(data, limits)
        found = gather(image, data)
        if at_least is not None:
            image.draft(None, (2 * at_least, 2 * at_least))
        with _one_large if image.width * image.height > _LARGE else nullcontext():
            image.load()
            if image.format == "PNG":
                found = gather(image, data)  # its EXIF may come after the pixels
            pixels = to_rgb(image)
        if found.exif_orientation in _TURNS and image.format != "TIFF":  # Pillow turns TIFFs
            pixels = pixels.transpose(_TURNS[found.exif_orientation])
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
    image = Image.open(BytesIO(data), formats=FORMATS)
    pixels = image.width * image.height
    if pixels > limits.max_pixels:
        raise _too_large(f"It has {image.width} x {image.height} pixels", limits)
    if pixels * _scans(image, data) > limits.max_scan_pixels:
        raise _too_large("It is stored in an unreasonable number of passes", limits)
    if pixels > _SLOW and image.tile and image.tile[0].codec_name in _SLOW_CODECS:
        raise _too_large("It is stored in a way that takes very long to read", limits)
    return image


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
    if kind == "HEIC" or (kind == "AVIF" and "AVIF" not in FORMATS):
        detail = f"{kind} images cannot be read here"
        return DataProblem(f"A {kind} image, which cannot be read", detail, "Save it as JPEG")
    if kind is not None:
        detail = f"It begins as a {kind} image, but its header cannot be read"
        return DataProblem("The image is damaged", detail, "Copy it again, or leave it out")
    what = kinds.by_content(data)
    reason = "Not an image" if what == kinds.UNKNOWN else f"Not an image: {what}"
    return DataProblem(reason, f"By its content it is {what}", "Save it as JPEG or PNG")
