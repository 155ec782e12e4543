"""JPEG files with something wrong or something odd."""

from __future__ import annotations

import struct

from tests.makers import encoded, exif, image_bytes, picture
from tests.unit.ingest.hostile import icc, tags

MB = 1 << 20


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def plain(**options) -> bytes:
    return image_bytes("JPEG", **options)


def with_segments(*segments: bytes) -> bytes:
    data = plain()
    return data[:2] + b"".join(segments) + data[2:]


def cut(share: float, **options) -> bytes:
    data = plain(size=(300, 200), **options)
    return data[: int(len(data) * share)]


def with_exif(block: bytes) -> bytes:
    return with_segments(segment(0xE1, b"Exif\0\0" + block))


def with_profile(profile: bytes) -> bytes:
    return plain(icc_profile=profile)


def profile_in_missing_parts() -> bytes:
    part = icc.rgb()[:200]
    return with_segments(segment(0xE2, b"ICC_PROFILE\0\3\7" + part))


def zeros_inside() -> bytes:
    data = bytearray(plain(size=(300, 200)))
    at = data.index(b"\xff\xda") + 20
    data[at : at + 400] = bytes(400)
    return bytes(data)


def size_of(width: int, height: int) -> bytes:
    data = bytearray(plain())
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def without_tables() -> bytes:
    data = plain()
    start, end = data.index(b"\xff\xc4"), data.index(b"\xff\xda")
    return data[:start] + data[end:]


def long_comment() -> bytes:
    return with_segments(*[segment(0xFE, b"x" * 65_000)] * 160)


def two_million_segments() -> bytes:
    return with_segments(segment(0xFE, b"") * (2 * MB))


def padded() -> bytes:
    return with_segments(b"\xff" * (8 * MB))


def stray_bytes() -> bytes:
    data = plain()
    return data[:20] + bytes(8 * MB) + data[20:]


def exif_in_many_pieces() -> bytes:
    return with_segments(*[segment(0xE1, b"Exif\0\0" + bytes(60_000))] * 150)


def exif_of_fractions() -> bytes:
    """One block over several segments: a resolution of 120,000 fractions."""
    block = tags.block([(0x011A, 5, 120_000, 40)], bytes(960_040))
    pieces = [block[at : at + 60_000] for at in range(0, len(block), 60_000)]
    return with_segments(*[segment(0xE1, b"Exif\0\0" + piece) for piece in pieces])


def photoshop_resources() -> bytes:
    resource = b"8BIM\x04\x04\0\0\0\0\0\0"
    return with_segments(*[segment(0xED, b"Photoshop 3.0\0" + resource * 5000)] * 40)


def views_that_are_not_there() -> bytes:
    entries = [(0xB001, 4, 1, 9), (0xB002, 7, 144, 26)]
    return with_segments(segment(0xE2, b"MPF\0" + tags.block(entries, bytes(200))))


def many_scans() -> bytes:
    """A progressive JPEG that repeats its last pass a thousand times."""
    data = plain(size=(2000, 2000), progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * 1000 + data[-2:]


def cmyk(**options) -> bytes:
    return encoded(picture(mode="CMYK"), "JPEG", **options)


def with_a_zip_behind() -> bytes:
    return plain() + b"PK\3\4" + bytes(26) + b"PK\5\6" + bytes(18)


def turned(orientation: int) -> bytes:
    return plain(exif=exif(orientation))
