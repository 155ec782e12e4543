"""Blocks of TIFF tags, which EXIF and TIFF files are made of, written as told."""

from __future__ import annotations

import struct
from collections.abc import Sequence

Entry = tuple[int, int, int, int]
"""number, kind, count, and the value or where it lies"""


def block(entries: Sequence[Entry], behind: bytes = b"", following: int = 0) -> bytes:
    """A block with one directory at its start and ``behind`` after it."""
    body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    head = b"II*\0" + struct.pack("<IH", 8, len(entries) & 0xFFFF)
    return head + body + struct.pack("<I", following) + behind


def orientation(value: int, kind: int = 3, count: int = 1) -> bytes:
    return block([(0x0112, kind, count, value)])


def ring() -> bytes:
    """Every directory that it names is the one that names it."""
    return block([(0x8769, 4, 1, 8), (0x8825, 4, 1, 8), (0xA005, 4, 1, 8)], following=8)


def negative_fraction() -> bytes:
    numbers = struct.pack("<iiII", -1, 0, 0xFFFFFFFF, 0)
    return block([(0x011A, 10, 1, 38), (0x829A, 5, 1, 46)], numbers)


def huge_counts() -> bytes:
    return block([(n, kind, 0xFFFFFFFF, 8) for n, kind in enumerate((1, 2, 3, 5, 7, 12), 0x010E)])


def thousands() -> bytes:
    """As many tags as there can be, each as long as the block."""
    return block([(n, 7, 780_000, 8) for n in range(65_000)])


def fractions(count: int, tag: int = 0x010F) -> bytes:
    """Where the name of the maker should be, ``count`` fractions."""
    return block([(tag, 5, count, 26)], bytes(8 * count + 26))


def text_in_control() -> bytes:
    """A camera whose name would move a cursor and reverse a line."""
    name = "\x1b[2JEvil\u202egpj\x00".encode()
    return block([(0x0110, 2, len(name), 26)], name)
