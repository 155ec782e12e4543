"""Makers of what tests need: images, zips, hostile zips. Everything is small and seeded."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

JUNK = b"this is no image at all"


def picture(size: tuple[int, int] = (32, 24), seed: int = 0, mode: str = "RGB") -> Image.Image:
    """A soft, coloured picture of ``size`` (width, height); another ``seed``, another picture."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (4, 4, 3), dtype=np.uint8)
    image = Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)
    return image if mode == "RGB" else image.convert(mode)


def plain(colour: Any, size: tuple[int, int] = (32, 24), mode: str = "RGB") -> Image.Image:
    """A picture of one ``colour``."""
    return Image.new(mode, size, colour)


def encoded(image: Image.Image, format: str = "PNG", **options: Any) -> bytes:
    """The bytes of ``image`` as a file of ``format``."""
    buffer = BytesIO()
    image.save(buffer, format, **options)
    return buffer.getvalue()


def image_bytes(
    format: str = "JPEG", size: tuple[int, int] = (32, 24), seed: int = 0, **options: Any
) -> bytes:
    """The bytes of a `picture`; ``options`` go to Pillow's save, such as ``exif=...``."""
    return encoded(picture(size, seed), format, **options)


def make_image(path: Path, **options: Any) -> Path:
    """Write a picture to ``path``; ``options`` as for `image_bytes`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(image_bytes(**options))
    return path


def exif(orientation: int | None = None, **tags: Any) -> Image.Exif:
    """EXIF with an orientation and other tags by their names in `PIL.ExifTags.Base`."""
    from PIL.ExifTags import IFD, Base

    block = Image.Exif()
    if orientation is not None:
        block[Base.Orientation] = orientation
    for name, value in tags.items():
        if name == "DateTimeOriginal":
            block.get_ifd(IFD.Exif)[Base.DateTimeOriginal] = value
        else:
            block[Base[name]] = value
    return block


def class_files(
    classes: Iterable[str] = ("cat", "dog"), each: int = 3, root: str = "", format: str = "JPEG"
) -> dict[str, bytes]:
    """Names and bytes of ``each`` different images in every class folder below ``root``."""
    files = {}
    for number, label in enumerate(classes):
        for index in range(each):
            data = image_bytes(format, seed=1000 * number + index)
            files[f"{root}{label}/{index}.{format.lower()}"] = data
    return files


def make_zip(path: Path, files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write a zip of ``files`` (bytes by name) to ``path``."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def make_folder(path: Path, files: Mapping[str, bytes]) -> Path:
    """Write ``files`` (bytes by relative path) below the folder ``path``."""
    for name, data in files.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    return path


@dataclass
class RawMember:
    """One zip member, written as told: no number has to be true.

    Attributes:
        name: bytes as they go into the file.
        data: the content, unpacked.
        deflate: whether it is packed.
        method, crc, size: what is declared instead of the truth.
        payload: what is stored instead of the packed content.
        offset: where the directory says that it lies.
        directory_only: leave out the local part, so that another member's is shared.
    """

    name: bytes
    data: bytes = b""
    deflate: bool = True
    flags: int = 0
    mode: int = 0o100644
    method: int | None = None
    crc: int | None = None
    size: int | None = None
    payload: bytes | None = None
    offset: int | None = None
    extra: bytes = b""
    directory_only: bool = False


def make_raw_zip(
    path: Path,
    members: Iterable[RawMember],
    *,
    before: bytes = b"",
    comment: bytes = b"",
    disk: int = 0,
    shifted: bool = False,
) -> Path:
    """Write a zip to ``path`` field by field.

    ``before`` is put before the archive; ``shifted`` tells whether its offsets count it.
    """
    body, directory, count = bytearray(before), bytearray(), 0
    base = 0 if shifted else len(before)
    for member in members:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        packed = packer.compress(member.data) + packer.flush() if member.deflate else member.data
        packed = packed if member.payload is None else member.payload
        method = (8 if member.deflate else 0) if member.method is None else member.method
        crc = zlib.crc32(member.data) if member.crc is None else member.crc
        size = len(member.data) if member.size is None else member.size
        offset = len(body) - base if member.offset is None else member.offset
        common = (member.flags, method, 0, 0x21, crc, len(packed), size, len(member.name))
        if not member.directory_only:
            body += struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, *common, 0)
            body += member.name + packed
        directory += struct.pack("<4sBBHHHHHIIIH", b"PK\1\2", 20, 3, 20, *common)
        directory += struct.pack("<HHHHII", len(member.extra), 0, 0, 0, member.mode << 16, offset)
        directory += member.name + member.extra
        count += 1
    numbers = (disk, disk, min(count, 0xFFFF), min(count, 0xFFFF), len(directory))
    start = len(body) - base
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", *numbers, start, len(comment)) + comment
    path.write_bytes(bytes(body) + bytes(directory) + end)
    return path
