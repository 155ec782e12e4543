"""What an image file says about itself, besides its pixels."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from PIL.ImageFile import ImageFile

from core.ingest.frames import count_frames
from core.ingest.tags import MAKE, MODEL, TIME, TIME_TAKEN, Tags

_PREFIX = re.compile(rb"^(Exif\x00\x00){1,2}")


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
    tags = _tags(image, data)
    orientation = tags.orientation()
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
        camera=_camera(tags),
        taken=_taken(tags),
    )


def _tags(image: ImageFile, data: bytes) -> Tags:
    """Where ``image`` keeps them: in its own directory, or in a block of EXIF."""
    if image.format == "TIFF":
        return Tags(data)
    block = image.info.get("exif")
    return Tags(_PREFIX.sub(b"", block) if isinstance(block, bytes) else b"")


def _camera(tags: Tags) -> str | None:
    make, model = tags.text(MAKE), tags.text(MODEL)
    name = model if model.lower().startswith(make.lower()) else f"{make} {model}"
    return name.strip() or None


def _taken(tags: Tags) -> str | None:
    for text in (tags.detail(TIME_TAKEN), tags.text(TIME)):
        with suppress(ValueError):
            return datetime.strptime(text, "%Y:%m:%d %H:%M:%S").isoformat()
    return None
