"""The directory of a zip file, read with every number checked.

The standard library's `zipfile` makes an object of every entry before a caller can count
them, cuts names at NUL, refuses a whole archive for one odd name, and finds overlapping
members in newer Pythons only. Here the directory is walked entry by entry.

Source: PKWARE APPNOTE 6.3.10, sections 4.3 to 4.5.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from core.errors import ArchiveProblem
from core.ingest.names import decode_name

STORED, DEFLATED, BZIP2 = 0, 8, 12
"""the methods of compression that can be read"""
LOCAL_HEADER = struct.Struct("<4sHHHHHIIIHH")
LOCAL_SIGNATURE = b"PK\x03\x04"

_ENTRY = struct.Struct("<4sHHHHHHIIIHHHHHII")
_ENTRY_SIGNATURE = b"PK\x01\x02"
_END = struct.Struct("<4sHHHHIIH")
_END_SIGNATURE = b"PK\x05\x06"
_END64 = struct.Struct("<4sQHHIIQQQQ")
_END64_SIGNATURE = b"PK\x06\x06"
_LOCATOR64 = struct.Struct("<4sIQI")
_LOCATOR64_SIGNATURE = b"PK\x06\x07"
_COMMENT_MAX = 65_535
_FULL16 = 0xFFFF
_FULL32 = 0xFFFFFFFF
_MOST_EXTRAS = 100  # fields of one entry; programs write a handful
_EXTRA_ZIP64 = 0x0001
_EXTRA_UNICODE_PATH = 0x7075


@dataclass(frozen=True, slots=True)
class Record:
    """One entry of the directory, as it is written there.

    Attributes:
        name: decoded, otherwise untouched.
        flags: general purpose bits.
        method: of compression.
        crc: CRC-32 of the unpacked bytes.
        packed: bytes in the archive.
        size: bytes when unpacked, as declared.
        offset: of the local header from the start of the file.
        mode: the Unix mode, 0 where none was kept.
        span: bytes that the local header and the packed bytes take at least.
    """

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int
    mode: int
    span: int


@dataclass(frozen=True, slots=True)
class Directory:
    """Where the directory lies in the file, in bytes."""

    start: int
    size: int
    shift: int
    """bytes that were put before the archive (a self-extractor)"""


def damaged(detail: str) -> ArchiveProblem:
    """The refusal of an archive whose structure makes no sense."""
    fix = "Make the zip again, or copy it again from where it came"
    return ArchiveProblem("The zip file is damaged", detail, fix)


def find_directory(file: BinaryIO) -> Directory:
    """Find the directory of the zip in ``file``.

    Raises:
        ArchiveProblem: there is none, or it lies outside the file or on another disk.
    """
    length = file.seek(0, 2)
    tail_start = max(0, length - _COMMENT_MAX - _END.size)
    file.seek(tail_start)
    tail = file.read(_COMMENT_MAX + _END.size)
    at = _find_end(tail)
    if at < 0:
        raise damaged("Its end is missing, as when a download or a copy was cut short")
    _, disk, first_disk, _, entries, size, offset, _ = _END.unpack_from(tail, at)
    end = tail_start + at
    if _FULL16 in (disk, first_disk, entries) or _FULL32 in (size, offset):
        found = _find_end64(file, end)
        if found is not None:
            end, disk, first_disk, size, offset = found
    if disk != first_disk or disk != 0:
        raise ArchiveProblem(
            "The zip file is one part of several",
            "It was split over several files",
            "Make one zip file of all the images",
        )
    start = end - size
    if start < 0 or offset > start:
        raise damaged("Its list of files does not lie where it should")
    return Directory(start, size, start - offset)


def _find_end(tail: bytes) -> int:
    """Position of the end record: the one whose comment fits, else the last."""
    last = at = tail.rfind(_END_SIGNATURE, 0, max(0, len(tail) - _END.size + 4))
    while at >= 0:
        comment = int.from_bytes(tail[at + _END.size - 2 : at + _END.size], "little")
        if at + _END.size + comment == len(tail):
            return at
        at = tail.rfind(_END_SIGNATURE, 0, at)
    return last


def _find_end64(file: BinaryIO, end: int) -> tuple[int, int, int, int, int] | None:
    """The numbers of the zip64 end record that belongs to the end record at ``end``."""
    if end < _LOCATOR64.size:
        return None
    file.seek(end - _LOCATOR64.size)
    signature, _, declared, _ = _LOCATOR64.unpack(file.read(_LOCATOR64.size))
    if signature != _LOCATOR64_SIGNATURE:
        return None
    for position in (end - _LOCATOR64.size - _END64.size, declared):
        if not 0 <= position <= end - _LOCATOR64.size - _END64.size:
            continue
        file.seek(position)
        record = _END64.unpack(file.read(_END64.size))
        if record[0] == _END64_SIGNATURE:
            _, _, _, _, disk, first_disk, _, _, size, offset = record
            return position, disk, first_disk, size, offset
    raise damaged("Its zip64 end record is missing")


def walk(file: BinaryIO, directory: Directory) -> Iterator[Record]:
    """Yield the entries of ``directory`` in the order in which they are listed.

    Raises:
        ArchiveProblem: an entry is cut off or is none.
    """
    file.seek(directory.start)
    left = directory.size
    while left > 0:
        head = file.read(_ENTRY.size)
        if len(head) < _ENTRY.size or not head.startswith(_ENTRY_SIGNATURE):
            raise damaged("Its list of files is broken")
        lengths = struct.unpack_from("<HHH", head, 28)
        rest = file.read(sum(lengths))
        left -= len(head) + len(rest)
        if len(rest) < sum(lengths) or left < 0:
            raise damaged("Its list of files is cut off")
        yield _record(head, rest, directory.shift)


def _record(head: bytes, rest: bytes, shift: int) -> Record:
    fields = _ENTRY.unpack(head)
    flags, method = fields[3:5]
    crc, packed, size, name_length, extra_length = fields[7:12]
    external, offset = fields[15:]
    raw_name = rest[:name_length]
    name = decode_name(raw_name)
    for tag, value in _extras(rest[name_length : name_length + extra_length]):
        if tag == _EXTRA_ZIP64:
            size, packed, offset = _widen(value, size, packed, offset)
        elif tag == _EXTRA_UNICODE_PATH:
            name = _unicode_path(value, raw_name) or name
    return Record(
        name=name,
        flags=flags,
        method=method,
        crc=crc,
        packed=packed,
        size=size,
        offset=offset + shift,
        mode=external >> 16,
        span=LOCAL_HEADER.size + name_length + packed,
    )


def _unicode_path(value: bytes, raw_name: bytes) -> str:
    """The name in Info-ZIP's extra field; empty if it belongs to another name."""
    version, crc = value[:1], int.from_bytes(value[1:5], "little")
    return decode_name(value[5:]) if version == b"\x01" and crc == zlib.crc32(raw_name) else ""


def _extras(extra: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    for _ in range(_MOST_EXTRAS):
        if at + 4 > len(extra):
            return
        tag, length = struct.unpack_from("<HH", extra, at)
        yield tag, extra[at + 4 : at + 4 + length]
        at += 4 + length


def _widen(value: bytes, *numbers: int) -> tuple[int, int, int]:
    """The zip64 numbers in ``value`` in place of those that are full."""
    wide = iter(struct.unpack_from(f"<{min(len(value) // 8, 3)}Q", value))
    size, packed, offset = (
        next(wide, number) if number == _FULL32 else number for number in numbers
    )
    return size, packed, offset
