"""Blocks of TIFF tags, as TIFF files and EXIF have them, read with every number checked.

Pillow turns whatever a tag holds into Python objects: seven million fractions in a small file
become a gigabyte. Here only what is asked for is read, and only so many bytes of it; `is_heavy`
tells beforehand which blocks Pillow had better not see.

Source: TIFF 6.0, section 2; BigTIFF as libtiff writes it; Exif 2.32, section 4.6.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

ORIENTATION, MAKE, MODEL, TIME = 0x0112, 0x010F, 0x0110, 0x0132
EXIF, GPS, INTEROP, TIME_TAKEN = 0x8769, 0x8825, 0xA005, 0x9003

HEADER = re.compile(rb"II[*+]\x00|MM\x00[*+]|MM\*\x00|II\x00\*")
"""how a block begins; the last two are wrong but are read by Pillow"""

_WIDTHS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_WIDTHS |= {16: 8, 17: 8, 18: 8}
_BYTES = (1, 2, 7)  # kinds that Pillow keeps as they are, whatever their length
_SHORT, _LONG = 3, 4
_MOST_ENTRIES = 4_096  # in one directory
_MOST_NUMBERS = 100_000  # in one tag; the rows of the largest image are not as many
_TEXT_MAX = 100  # bytes of one text that are looked at


@dataclass(frozen=True, slots=True)
class _Tag:
    """One entry of a directory: what it is about, how many values, and where they begin."""

    number: int
    kind: int
    count: int
    at: int


class Tags:
    """The tags of one block; a damaged block has fewer, or none."""

    def __init__(self, block: bytes | memoryview) -> None:
        self._block = block
        self._order: Literal["big", "little"] = "big" if block[:2] == b"MM" else "little"
        self._big = block[2:3] == b"\x2b"
        start = self._number(8, 8) if self._big else self._number(4, 4)
        self._first = self._directory(start) if HEADER.match(block) else []

    def orientation(self) -> int:
        """1 to 8; 1, upright, where the block says nothing that makes sense."""
        tag = _find(self._first, ORIENTATION)
        if tag is None or tag.kind not in (_SHORT, _LONG) or tag.count < 1:
            return 1
        value = self._number(tag.at, _WIDTHS[tag.kind])
        return value if 1 <= value <= 8 else 1

    def text(self, number: int) -> str:
        """The text under ``number``, printable and trimmed; empty where there is none."""
        return self._text(_find(self._first, number))

    def detail(self, number: int) -> str:
        """As `text`, from the directory of what is about the photo."""
        pointer = _find(self._first, EXIF)
        details = self._directory(self._number(pointer.at, 4)) if pointer else []
        return self._text(_find(details, number))

    def directories(self) -> Iterator[list[_Tag]]:
        """The first directory and those that hang on it, each once."""
        seen = {0}
        todo = [self._first]
        while todo:
            here = todo.pop()
            yield here
            starts = {self._number(tag.at, 4) for tag in here if tag.number in (EXIF, GPS, INTEROP)}
            todo += [self._directory(start) for start in starts - seen]
            seen |= starts

    def _text(self, tag: _Tag | None) -> str:
        if tag is None or tag.kind not in _BYTES:
            return ""
        raw = self._block[tag.at : tag.at + min(tag.count, _TEXT_MAX)]
        text = bytes(raw).decode("utf-8", "replace")
        return " ".join("".join(c if c.isprintable() else " " for c in text).split())

    def _directory(self, start: int) -> list[_Tag]:
        """The entries at ``start``, one more than is reasonable at most."""
        head, entry, inside = (8, 20, 8) if self._big else (2, 12, 4)
        many = min(self._number(start, head), _MOST_ENTRIES + 1) if start else 0
        found = []
        for at in range(start + head, start + head + many * entry, entry):
            if at + entry > len(self._block):
                break
            count, place = self._number(at + 4, inside), at + 4 + inside
            kind = self._number(at + 2, 2)
            if _WIDTHS.get(kind, 1) * count > inside:
                place = self._number(place, inside)
            found.append(_Tag(self._number(at, 2), kind, count, place))
        return found

    def _number(self, at: int, width: int) -> int:
        return int.from_bytes(self._block[at : at + width], self._order)


def _find(tags: list[_Tag], number: int) -> _Tag | None:
    return next((tag for tag in tags if tag.number == number), None)


def is_heavy(block: bytes | memoryview) -> bool:
    """Whether Pillow would work for long on the tags of ``block``, or need much memory.

    That is so with thousands of tags, or a hundred thousand numbers in one.
    """
    if len(block) <= _MOST_ENTRIES * 12:  # too short for either
        return False
    return any(
        len(directory) > _MOST_ENTRIES
        or any(
            tag.count > _MOST_NUMBERS
            and tag.kind not in _BYTES
            and tag.count * _WIDTHS.get(tag.kind, 0) <= len(block)  # else Pillow skips it
            for tag in directory
        )
        for directory in Tags(block).directories()
    )


def is_heavy_anywhere(data: bytes) -> bool:
    """`is_heavy` of all that may be a block in ``data``, a file of boxes whose order is free."""
    view = memoryview(data)
    starts = [found.start() for found, _ in zip(HEADER.finditer(data), range(65), strict=False)]
    return len(starts) > 64 or any(is_heavy(view[start:]) for start in starts)
