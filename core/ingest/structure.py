"""Files built so that reading their header alone takes minutes, found before a reader begins.

Pillow walks the parts of a file in Python, one at a time, and a file of 60 MB can hold fifteen
million of them. No camera and no program writes more than a few hundred.
"""

from __future__ import annotations

import re

from core.ingest import tags

_MOST_PARTS = 100_000  # chunks of a PNG; a large one has some ten thousand
_MOST_SEGMENTS = 5_000  # of a JPEG, before its pixels
_MOST_BLOCKS = 400_000  # of a GIF, before its first frame: 100 MB of comments
_MOST_STRAY = 65_536  # bytes that belong to nothing
_MOST_EXIF = 1 << 20  # bytes, over all segments of a JPEG
_MOST_RESOURCES = 10_000  # that Photoshop left

_PARTS = "It is stored in an unreasonable number of parts"
_STRAY = "Its header is full of bytes that mean nothing"
_HEAVY = "What it tells about itself is unreasonably long"

_RUN = re.compile(rb"\xff+")
_SCAN, _APP1, _APP13 = 0xDA, 0xE1, 0xED
_BARE = frozenset([0x00, 0xC8, *range(0xD0, 0xDA), *range(0xF0, 0xFE)])  # without a length
_EXTENSION, _FRAME, _END = 0x21, 0x2C, 0x3B
_COMMENT = re.compile(rb"#[^\r\n]*")
_PNM = re.compile(rb"P[0-9fFy]")


def toil(data: bytes) -> str | None:
    """Why reading ``data``, an image file, would take unreasonably long; None where not.

    Knows nothing of pixels: a file may be refused for those later.
    """
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data.startswith(b"\x89PNG"):
        return _png(data)
    if data.startswith(b"GIF8"):
        return _gif(data)
    if tags.HEADER.match(data):
        return _HEAVY if tags.is_heavy(data) else None
    if data[4:8] == b"ftyp":  # AVIF and HEIC, whose readers look through all of their EXIF
        return _HEAVY if tags.is_heavy_anywhere(data) else None
    if _PNM.match(data):
        return _pnm(data)
    return None


def _jpeg(data: bytes) -> str | None:
    """Source: ITU T.81, annex B."""
    exif: list[bytes] = []
    at, segments, stray, resources = 2, 0, 0, 0
    while (run := _RUN.search(data, at)) is not None and run.end() < len(data):
        stray += run.end() - 1 - at
        code, at = data[run.end()], run.end() + 1
        segments += 1
        if stray > _MOST_STRAY or segments > _MOST_SEGMENTS:
            return _STRAY if stray > _MOST_STRAY else _PARTS
        if code == _SCAN:
            break
        if code in _BARE:
            continue
        end = at + max(2, int.from_bytes(data[at : at + 2], "big"))
        if code == _APP1 and data.startswith(b"Exif\0\0", at + 2):
            exif.append(data[at + 8 : end])
        elif code == _APP13:
            resources += data.count(b"8BIM", at, end)
        at = end
    long = resources > _MOST_RESOURCES or sum(map(len, exif)) > _MOST_EXIF
    return _HEAVY if long or (exif and tags.is_heavy(b"".join(exif))) else None


def _png(data: bytes) -> str | None:
    """Source: PNG 1.2, section 3.2."""
    at = 8
    for _ in range(_MOST_PARTS):
        at += 12 + int.from_bytes(data[at : at + 4], "big")
        if at >= len(data):
            return None
    return _PARTS


def _gif(data: bytes) -> str | None:
    """Source: GIF89a specification, sections 15 to 27."""
    at = 13 + (3 << ((data[10] & 7) + 1) if len(data) > 10 and data[10] & 0x80 else 0)
    blocks = stray = 0
    while at < len(data) and data[at] not in (_FRAME, _END):
        if data[at] != _EXTENSION:
            at, stray = at + 1, stray + 1
            if stray > _MOST_STRAY:
                return _STRAY
            continue
        at += 2
        while at < len(data) and data[at]:
            at, blocks = at + data[at] + 1, blocks + 1
            if blocks > _MOST_BLOCKS:
                return _PARTS
        at, blocks = at + 1, blocks + 1
    return None


def _pnm(data: bytes) -> str | None:
    """Source: the pages of pbm, pgm, ppm in Netpbm's manual."""
    words = _COMMENT.sub(b"", data[:_MOST_STRAY]).split(maxsplit=4)
    few = len(words) < (3 if words[:1] in ([b"P1"], [b"P4"]) else 4)
    return _STRAY if few and len(data) >= _MOST_STRAY else None
