"""How many frames or pages an image file holds, without decoding any."""

from __future__ import annotations

from PIL.ImageFile import ImageFile

_MOST = 10_000
_MOST_BLOCKS = 1_000_000  # of a GIF, which has 255 bytes in each; what comes later is not counted
_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B


def count_frames(image: ImageFile, data: bytes) -> int:
    """The number of frames of ``image``, opened from ``data``; at least 1, at most 10,000.

    GIF and TIFF are walked here: Pillow's own count does more work than the file has bytes.
    """
    if image.format == "GIF":
        return max(1, _gif(data))
    if image.format == "TIFF":
        return max(1, _tiff(data))
    return min(_MOST, max(1, int(getattr(image, "n_frames", 1))))


def _gif(data: bytes) -> int:
    """Source: GIF89a specification, sections 15 to 27."""
    frames = blocks = 0
    try:
        at = 13 + _colours(data[10])
        while frames < _MOST and blocks < _MOST_BLOCKS and data[at] != _TRAILER:
            if data[at] == _IMAGE:
                frames += 1
                at += 10 + _colours(data[at + 9]) + 1
            elif data[at] == _EXTENSION:
                at += 2
            else:
                break
            while data[at] and blocks < _MOST_BLOCKS:
                at += data[at] + 1
                blocks += 1
            at += 1
    except IndexError:
        pass
    return frames


def _colours(flags: int) -> int:
    """Bytes of the colour table that ``flags`` announce."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _tiff(data: bytes) -> int:
    """Source: TIFF 6.0, section 2; BigTIFF as libtiff writes it."""

    def number(at: int, width: int) -> int:
        piece = data[at : at + width]
        return int.from_bytes(piece, "little" if data[:1] == b"I" else "big")

    big = number(2, 2) == 43
    width, count_width, entry = (8, 8, 20) if big else (4, 2, 12)
    seen: set[int] = set()
    at = number(8 if big else 4, width)
    while 0 < at < len(data) and at not in seen and len(seen) < _MOST:
        seen.add(at)
        at = number(at + count_width + entry * number(at, count_width), width)
    return len(seen)
