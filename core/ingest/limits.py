"""How much an archive, a file or an image may ask for before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bounds on what is taken in; a hosted server passes stricter ones.

    Attributes:
        max_bytes: bytes of all files together, unpacked; more refuses the archive.
        max_member_bytes: bytes of one file, unpacked; more rejects that file.
        max_ratio: unpacked to packed size, of one file and of all; more refuses the archive.
            Photos lie near 1, plain drawings below 100, bombs above 1,000.
        ratio_floor: unpacked bytes below which the ratio is not looked at.
        max_members: files in one archive; more refuses it.
        max_pixels: width times height of one image; more rejects that image.
        max_scan_pixels: pixels times scans of one progressive JPEG, which bounds the time to
            decode it; more rejects that image.
        max_classes: classes in one project; more refuses the archive.
        max_images: images in one project; more refuses the archive.
    """

    max_bytes: int = 2048 * MB
    max_member_bytes: int = 64 * MB
    max_ratio: int = 200
    ratio_floor: int = 16 * MB
    max_members: int = 200_000
    max_pixels: int = 100_000_000
    max_scan_pixels: int = 2_000_000_000
    max_classes: int = 1_000
    max_images: int = 1_000_000


def readable(size: int) -> str:
    """``size`` in bytes as people say it, e.g. ``'3.4 MB'``."""
    if size < 1024:
        return f"{size} bytes"
    if size < MB:
        return f"{size / 1024:.0f} KB"
    if size < 1024 * MB:
        return f"{size / MB:.1f} MB"
    return f"{size / (1024 * MB):.1f} GB"
