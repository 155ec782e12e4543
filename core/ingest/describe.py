"""What an image file says about itself, besides its pixels."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PIL import Image
from PIL.ExifTags import IFD, Base
from PIL.ImageFile import ImageFile

from core.ingest.frames import count_frames

_TEXT_MAX = 100


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What is known about one image file.

    Attributes:
        format: Pillow's name, e.g. ``'JPEG'``.
        mode: Pillow's name of how pixels are stored, e.g. ``'RGB'``, ``'L'``, ``'I;16'``.
        width, height: in pixels, when upright.
        exif_orientation: 1 to 8; 1 is upright.
        frames: or pages, or views; the first is used.
        camera: make and model, if the file tells.
        taken: local time as ISO 8601 without a zone, if the file tells.
    """

    format: str
    mode: str
    width: int
    height: int
    exif_orientation: int = 1
    frames: int = 1
    camera: str | None = None
    taken: str | None = None


def gather(image: ImageFile, data: bytes) -> ImageFacts:
    """The facts of ``image``, opened from ``data``; does not decode it.

    Damaged EXIF is as good as none.
    """
    exif = _exif(image)
    orientation = _orientation(exif)
    width, height = image.size
    if orientation >= 5 and image.format != "TIFF":  # Pillow gives TIFFs an upright size
        width, height = height, width
    return ImageFacts(
        format=image.format or "",
        mode=image.mode,
        width=width,
        height=height,
        exif_orientation=orientation,
        frames=count_frames(image, data),
        camera=_camera(exif),
        taken=_taken(exif),
    )


def _exif(image: ImageFile) -> Image.Exif:
    with suppress(Exception):  # a damaged block raises whatever its parser meets
        raw = image.info.get("exif")
        if isinstance(raw, bytes):
            exif = Image.Exif()
            exif.load(raw)
            return exif
        if image.format == "TIFF":
            return image.getexif()
    return Image.Exif()


def _value(exif: Any, tag: int) -> Any:
    with suppress(Exception):
        return exif.get(tag)
    return None


def _orientation(exif: Image.Exif) -> int:
    value = _value(exif, Base.Orientation)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _text(exif: Any, tag: int) -> str:
    value = _value(exif, tag)
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return ""
    printable = "".join(char if char.isprintable() else " " for char in value[:_TEXT_MAX])
    return " ".join(printable.split())


def _camera(exif: Image.Exif) -> str | None:
    make, model = _text(exif, Base.Make), _text(exif, Base.Model)
    name = model if model.lower().startswith(make.lower()) else f"{make} {model}"
    return name.strip() or None


def _taken(exif: Image.Exif) -> str | None:
    if not exif:
        return None
    details: Any = {}
    with suppress(Exception):
        details = exif.get_ifd(IFD.Exif)
    for source, tag in ((details, Base.DateTimeOriginal), (exif, Base.DateTime)):
        with suppress(ValueError):
            return datetime.strptime(_text(source, tag), "%Y:%m:%d %H:%M:%S").isoformat()
    return None
