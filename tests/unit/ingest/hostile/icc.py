"""Colour profiles made byte by byte, whole and broken."""

from __future__ import annotations

import struct
from collections.abc import Sequence

P3 = ((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841))
"""the primaries of Display P3 as X, Y, Z of red, green and blue, seen by D50"""
SRGB = ((0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141))


def fixed(*values: float) -> bytes:
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def curve(gamma: float) -> bytes:
    return struct.pack(">4sIIH", b"curv", 0, 1, round(gamma * 256)) + bytes(2)


def table_curve(values: Sequence[int]) -> bytes:
    return struct.pack(">4sII", b"curv", 0, len(values)) + struct.pack(f">{len(values)}H", *values)


def xyz(values: Sequence[float]) -> bytes:
    return b"XYZ \0\0\0\0" + fixed(*values)


def profile(space: bytes, tags: dict[bytes, bytes], kind=b"mntr", pcs=b"XYZ ") -> bytes:
    """A profile of version 2.1 with these tags."""
    at = 128 + 4 + 12 * len(tags)
    listing, body = struct.pack(">I", len(tags)), b""
    for name, value in tags.items():
        listing += struct.pack(">4sII", name, at + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    head = struct.pack(">I4sI4s4s4s", at + len(body), b"test", 0x02100000, kind, space, pcs)
    head += bytes(12) + b"acsp" + bytes(28) + fixed(0.9642, 1.0, 0.8249)
    return head.ljust(128, b"\0") + listing + body


def rgb(primaries=P3, gamma: float = 2.2, kind: bytes = b"mntr") -> bytes:
    tags = {b"wtpt": xyz((0.9642, 1.0, 0.8249))}
    for name, values in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries, strict=True):
        tags[name] = xyz(values)
    return profile(
        b"RGB ",
        {**tags, b"rTRC": curve(gamma), b"gTRC": curve(gamma)} | {b"bTRC": curve(gamma)},
        kind,
    )


def srgb() -> bytes:
    """sRGB itself, its curve given as a table."""
    levels = [n / 1023 for n in range(1024)]
    lights = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in levels]
    values = table_curve([round(light * 65535) for light in lights])
    tags = {b"wtpt": xyz((0.9642, 1.0, 0.8249))}
    for name, primary in zip((b"rXYZ", b"gXYZ", b"bXYZ"), SRGB, strict=True):
        tags[name] = xyz(primary)
    return profile(b"RGB ", {**tags, b"rTRC": values, b"gTRC": values, b"bTRC": values})


def grey(gamma: float) -> bytes:
    tags = {b"wtpt": xyz((0.9642, 1.0, 0.8249)), b"kTRC": curve(gamma)}
    return profile(b"GRAY", tags)


def cmyk(lab_of) -> bytes:
    """A printer whose colours at the 16 corners of its inks are ``lab_of(c, m, y, k)``."""
    corners = [(n >> 3 & 1, n >> 2 & 1, n >> 1 & 1, n & 1) for n in range(16)]
    ramp = bytes(range(256))
    grid = b"".join(
        bytes([round(light * 2.55), round(a + 128), round(b + 128)])
        for light, a, b in (lab_of(*corner) for corner in corners)
    )
    lut = b"mft1\0\0\0\0" + bytes([4, 3, 2, 0]) + fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
    tags = {b"wtpt": xyz((0.9642, 1.0, 0.8249)), b"A2B0": lut + 4 * ramp + grid + 3 * ramp}
    return profile(b"CMYK", tags, b"prtr", b"Lab ")


def cyclic() -> bytes:
    """Every tag of it is the list of tags itself."""
    whole = bytearray(rgb())
    for at in range(132, 132 + 12 * 7, 12):
        whole[at + 4 : at + 12] = struct.pack(">II", 128, len(whole) - 128)
    return bytes(whole)


def huge_counts() -> bytes:
    """Curves that announce four thousand million points."""
    return rgb().replace(b"curv\0\0\0\0\0\0\0\1", b"curv\0\0\0\0\xff\xff\xff\xff")
