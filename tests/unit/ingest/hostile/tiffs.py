"""TIFF files with something wrong or something odd."""

from __future__ import annotations

import struct
import zlib

import numpy as np
from PIL import Image

from tests.makers import encoded, image_bytes
from tests.unit.ingest.hostile import tags

_HEAD = 8


def tiff(
    width: int = 4,
    height: int = 4,
    pixels: bytes = bytes(range(16)),
    bits: int = 8,
    packing: int = 1,
    photometric: int = 1,
    **more: tags.Entry,
) -> bytes:
    """A grey TIFF in one strip; entries in ``more`` stand for others or come on top."""
    own = {
        "width": (256, 4, 1, width),
        "height": (257, 4, 1, height),
        "bits": (258, 3, 1, bits),
        "packing": (259, 3, 1, packing),
        "photometric": (262, 3, 1, photometric),
        "offset": (273, 4, 1, 0),
        "samples": (277, 3, 1, 1),
        "rows": (278, 4, 1, height),
        "counts": (279, 4, 1, len(pixels)),
    }
    entries = {**own, **more}
    at = _HEAD + 2 + 12 * len(entries) + 4
    if "offset" not in more:
        entries["offset"] = (273, 4, 1, at)
    return tags.block(sorted(entries.values()), pixels)


def cut(share: float) -> bytes:
    data = image_bytes("TIFF", (90, 60))
    return data[: int(len(data) * share)]


def floats(*values: float) -> bytes:
    return encoded(Image.fromarray(np.array([values], np.float32)), "TIFF")


def floats_in_colour() -> bytes:
    sizes = struct.pack("<HHH", 32, 32, 32)
    return tiff(1, 1, bytes(12) + sizes, bits=32, samples=(277, 3, 1, 3), kind=(339, 3, 1, 3))


def white_is_zero() -> bytes:
    return tiff(2, 1, struct.pack("<HH", 0, 65535), bits=16, photometric=0)


def ring_of_pages() -> bytes:
    data = bytearray(image_bytes("TIFF"))
    first = int.from_bytes(data[4:8], "little")
    after = first + 2 + 12 * int.from_bytes(data[first : first + 2], "little")
    data[after : after + 4] = data[4:8]
    return bytes(data)


def strips(count: int) -> bytes:
    """A picture one pixel wide, each row in a strip of its own; all strips are one."""
    at = _HEAD + 2 + 12 * 9 + 4
    table = struct.pack("<I", 8) * count
    return tiff(
        1, count, table, rows=(278, 4, 1, 1), offset=(273, 4, count, at), counts=(279, 4, count, at)
    )


def tiles(width: int, height: int) -> bytes:
    """Packed in one tile that is larger than any picture."""
    packed = zlib.compress(bytes(100))
    return tiff(
        10,
        10,
        packed,
        packing=8,
        wide=(322, 4, 1, width),
        tall=(323, 4, 1, height),
        places=(324, 4, 1, 200),
        lengths=(325, 4, 1, len(packed)),
    )


def bits_of(count: int) -> bytes:
    """How many bits a channel has, said ``count`` times."""
    at = _HEAD + 2 + 12 * 9 + 4
    return tiff(pixels=bytes(16 + 4 * count), bits=8, more_bits=(258, 4, count, at))


def fractions(count: int) -> bytes:
    at = _HEAD + 2 + 12 * 10 + 4
    return tiff(pixels=bytes(16 + 8 * count), resolution=(282, 5, count, at))


def details_of_fractions(count: int) -> bytes:
    """The fractions hide in a directory that the first one names."""
    at = _HEAD + 2 + 12 * 10 + 4
    inner = struct.pack("<HHHIII", 1, 0x829A, 5, count, at + 18, 0)
    pixels = inner + bytes(8 * count)
    return tiff(pixels=pixels, details=(0x8769, 4, 1, at))


def big_with_millions_of_tags() -> bytes:
    entries = 400_000
    head = b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, entries)
    return head + struct.pack("<HHQQ", 300, 3, 1, 1) * entries


def directory_outside() -> bytes:
    return b"II*\0" + struct.pack("<I", 0x7FFFFFFF) + bytes(100)


def turned_by_number(value: int) -> bytes:
    return tiff(4, 2, bytes(8), turn=(274, 3, 1, value))


def turned_by_xmp() -> bytes:
    """Nothing but a packet of XMP says that it lies on its side."""
    packet = b'<x tiff:Orientation="6"/>'
    at = _HEAD + 2 + 12 * 10 + 4
    return tiff(4, 2, packet, offset=(273, 4, 1, 8), xmp=(700, 1, len(packet), at))
