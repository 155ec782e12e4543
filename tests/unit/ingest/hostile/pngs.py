"""PNG files with something wrong or something odd."""

from __future__ import annotations

import struct
import zlib

import numpy as np
from PIL import Image

from tests.makers import encoded, image_bytes, plain
from tests.unit.ingest.hostile import tags

MB = 1 << 20
_HEAD = 33  # bytes of signature and IHDR


def chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)


def png(**options) -> bytes:
    return image_bytes("PNG", **options)


def with_chunks(*chunks: bytes) -> bytes:
    data = png()
    return data[:_HEAD] + b"".join(chunks) + data[_HEAD:]


def cut(share: float) -> bytes:
    data = png(size=(300, 200))
    return data[: int(len(data) * share)]


def size_of(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return png()[:8] + chunk(b"IHDR", header) + png()[_HEAD:]


def wrong_checksum(of: bytes) -> bytes:
    data = bytearray(png())
    at = data.index(of)
    length = int.from_bytes(data[at - 4 : at], "big")
    data[at + 4 + length] ^= 0xFF
    return bytes(data)


def text_bomb(kind: bytes = b"zTXt", size: int = 20 * MB) -> bytes:
    return with_chunks(chunk(kind, b"Comment\0\0" + zlib.compress(bytes(size))))


def pixels_bomb() -> bytes:
    """A little picture whose packed pixels go on for 200 MB."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(MB)) for _ in range(200)) + packer.flush()
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 32, 24, 8, 2, 0, 0, 0))
    return png()[:8] + header + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def million_chunks() -> bytes:
    return with_chunks(chunk(b"teSt", b"") * MB)


def pixels_byte_by_byte() -> bytes:
    packed = zlib.compress(np.random.default_rng(0).bytes(1200 * 300 + 300), 0)
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 400, 300, 8, 2, 0, 0, 0))
    pieces = b"".join(chunk(b"IDAT", packed[at : at + 1]) for at in range(len(packed)))
    return png()[:8] + header + pieces + chunk(b"IEND", b"")


def with_exif(block: bytes) -> bytes:
    return with_chunks(chunk(b"eXIf", block))


def with_million_fractions() -> bytes:
    return with_exif(tags.fractions(MB))


def no_pixels() -> bytes:
    return png()[:_HEAD] + chunk(b"IEND", b"")


def no_palette() -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 3, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(bytes(9 * 8)))
    return png()[:8] + header + pixels + chunk(b"IEND", b"")


def deep_with_clear_colour() -> bytes:
    """16-bit grey, of which one value stands for nothing."""
    grey = np.full((24, 32), 1000, np.uint16)
    data = encoded(Image.fromarray(grey))
    return data[:_HEAD] + chunk(b"tRNS", struct.pack(">H", 1000)) + data[_HEAD:]


def large(width: int, height: int) -> bytes:
    return encoded(plain((9, 90, 200), (width, height)))


def without_end() -> bytes:
    return png()[:-12]
