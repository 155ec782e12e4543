"""Zip files that try to escape, to hide or to explode; each maker writes one to a path."""

from __future__ import annotations

import bz2
import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from tests.makers import RawMember, class_files, image_bytes, make_raw_zip, make_zip

MB = 1 << 20
FULL = 0xFFFFFFFF
Maker = Callable[[Path], Path]

GOOD = [RawMember(name.encode(), data) for name, data in class_files(each=2).items()]
"""four images of two classes, the neighbours"""


def written(content: bytes) -> Maker:
    """Whatever stands where a zip should be."""

    def make(path: Path) -> Path:
        path.write_bytes(content)
        return path

    return make


def around(*members: RawMember, **options) -> Maker:
    """``members`` in the middle of the good ones."""
    return lambda path: make_raw_zip(path, [*GOOD[:2], *members, *GOOD[2:]], **options)


def changed(change: Callable[[bytes], bytes]) -> Maker:
    """The good ones, with the file changed afterwards."""

    def make(path: Path) -> Path:
        path.write_bytes(change(make_raw_zip(path, GOOD).read_bytes()))
        return path

    return make


def odd(name: bytes = b"cat/odd.jpg", **options) -> RawMember:
    return RawMember(name, **{"data": image_bytes(seed=99), **options})


def kept(share: float) -> Maker:
    return changed(lambda data: data[: int(len(data) * share)])


def end_says(at: int, value: int, width: int = 2) -> Maker:
    """A number of the end record is replaced."""

    def change(data: bytes) -> bytes:
        at_end = data.rindex(b"PK\5\6") + at
        return data[:at_end] + value.to_bytes(width, "little") + data[at_end + width :]

    return changed(change)


def entry_says(at: int, value: int, width: int = 4) -> Maker:
    """A number of the first entry of the list is replaced."""

    def change(data: bytes) -> bytes:
        place = data.index(b"PK\1\2") + at
        return data[:place] + value.to_bytes(width, "little") + data[place + width :]

    return changed(change)


def zip64(size: int | None = None, offset: int | None = None) -> RawMember:
    """A member whose numbers stand in the field for large ones."""
    numbers = [number for number in (size, offset) if number is not None]
    extra = struct.pack(f"<HH{len(numbers)}Q", 1, 8 * len(numbers), *numbers)
    full = [None if number is None else FULL for number in (size, offset)]
    return odd(size=full[0], offset=full[1], extra=extra)


def bomb() -> Maker:
    """One member of 40 MB, packed a thousandfold."""
    return around(odd(data=bytes(40 * MB)))


def many_bombs() -> Maker:
    """Members that stay below the size that is looked at, and are 240 MB together."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed, check = packer.compress(bytes(12 * MB)) + packer.flush(), zlib.crc32(bytes(12 * MB))
    one = {"data": b"", "payload": packed, "size": 12 * MB, "crc": check}
    return around(*(odd(b"cat/%d.jpg" % n, **one) for n in range(20)))


def quine() -> Maker:
    """A member that says that it is the archive itself."""
    return around(odd(directory_only=True, offset=0))


def overlapping() -> Maker:
    """A hundred names for one piece of packed zeros."""
    kernel = RawMember(b"cat/0.jpg", bytes(MB))
    same = [
        RawMember(b"cat/%d.jpg" % n, bytes(MB), offset=0, directory_only=True)
        for n in range(1, 100)
    ]
    return lambda path: make_raw_zip(path, [kernel, *same])


def into_each_other() -> Maker:
    """Each member's packed bytes hold the next one's header, as in the best known bomb."""
    inner = RawMember(b"dog/1.jpg", directory_only=True, data=b"x", deflate=False)
    header = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 0, 0, 0, 1, 1, 9, 9, 0) + b"dog/1.jpgx"
    outer = RawMember(b"cat/1.jpg", header, deflate=False)
    inner.offset = 30 + len(outer.name)
    return lambda path: make_raw_zip(path, [outer, inner])


def nested(depth: int) -> bytes:
    """A zip in a zip in a zip."""
    data = bytes(MB)
    for _ in range(depth):
        buffer = BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("inner.zip", data)
        data = buffer.getvalue()
    return data


def bzip2_bomb() -> Maker:
    packed = bz2.compress(bytes(40 * MB))
    return around(odd(data=bytes(40 * MB), payload=packed, method=12))


def says_less() -> Maker:
    """Declared at 10 bytes, unpacks to 40 MB."""
    return around(odd(data=bytes(40 * MB), size=10))


def many(count: int, ending: bytes) -> Maker:
    """The good ones and ``count`` empty files."""
    more = [RawMember(b"cat/x%d" % n + ending, deflate=False) for n in range(count)]
    return lambda path: make_raw_zip(path, GOOD + more)


def long_extras() -> Maker:
    """Entries whose extra fields are sixteen thousand empty ones each."""
    return around(*(odd(b"cat/e%d.jpg" % n, data=b"", extra=bytes(65_532)) for n in range(200)))


def of_a_thousand_classes(path: Path) -> Path:
    return make_zip(path, {f"class {n}/1.jpg": b"" for n in range(1200)} | class_files())
