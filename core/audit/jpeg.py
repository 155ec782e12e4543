"""What JPEG compression left behind: the quality that was chosen, and the blocks that it shows."""

from __future__ import annotations

import math

import numpy as np
from PIL import Image

from core.ingest import ImageFacts

_BLOCK = 8
_WINDOW = 160  # pixels a side that are searched for blocks
_FEW = 8  # edges of blocks, below which their steps are a matter of luck
_NORMAL_SUM = 3688  # of the luminance table at quality 50 (ITU-T T.81, table K.1)
_START_OF_SCAN, _TABLES = 0xDA, 0xDB
_ALONE = (0x01, *range(0xD0, 0xDA))  # markers without a length


def jpeg_quality(data: bytes) -> float:
    """The quality, 1 to 100, at which a JPEG was saved, estimated from its quantisation table.

    It inverts the way in which libjpeg scales the tables of ITU-T T.81, annex K. Programs with
    tables of their own get the nearest number. NaN where the table cannot be found.
    """
    total = _table_sum(data)
    if total is None:
        return math.nan
    scale = 100.0 * total / _NORMAL_SUM
    quality = (200.0 - scale) / 2 if scale <= 100 else 5000.0 / scale
    return min(100.0, max(1.0, quality))


def _table_sum(data: bytes) -> int | None:
    """The sum of the first quantisation table, that of luminance."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        kind = data[at + 1]
        if kind == 0xFF or kind in _ALONE:  # a fill byte, or a marker that stands alone
            at += 1 if kind == 0xFF else 2
            continue
        if kind == _START_OF_SCAN:
            return None
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if kind == _TABLES:
            return _first_table(data[at + 4 : at + 2 + length])
        at += 2 + length
    return None


def _first_table(segment: bytes) -> int | None:
    wide = bool(segment) and segment[0] >> 4 == 1  # two bytes a value
    size = 2 if wide else 1
    values = segment[1 : 1 + 64 * size]
    if len(values) < 64 * size:
        return None
    return int(np.frombuffer(values, ">u2" if wide else "u1").sum())


def blockiness(image: Image.Image, facts: ImageFacts) -> float:
    """How much larger the steps across the edges of blocks are than those inside, less one.

    Blocks are 8 pixels wide where the picture has its full size, and 4 where it was decoded at
    half of it. They may begin anywhere, since pictures get turned and cut. 0 is none; a
    picture at quality 10 has 0.5 and more. Also what was saved in another format later
    shows it. Source: the idea of Z. Wang et al., No-reference perceptual quality assessment of
    JPEG compressed images, ICIP 2002.

    Returns:
        NaN where the picture was reduced further, or is too small to tell.
    """
    scale = max(1, round(max(facts.width, facts.height) / max(1, *image.size)))
    period = _BLOCK // scale
    if period < 4 or min(image.size) < period * _FEW:
        return math.nan
    pixels = np.asarray(_window(image).convert("L")).astype(np.int16)
    across = np.abs(pixels[:, 1:] - pixels[:, :-1]).sum(axis=0, dtype=np.int32)
    down = np.abs(pixels[1:] - pixels[:-1]).sum(axis=1, dtype=np.int32)
    edges = inside = 0.0
    for steps in (across, down):
        by_phase = sorted(float(steps[phase::period].mean()) for phase in range(period))
        edges += by_phase[-1]
        inside += (by_phase[period // 2 - 1] + by_phase[period // 2]) / 2
    return max(0.0, edges / inside - 1) if inside > 0 else math.nan


def _window(image: Image.Image) -> Image.Image:
    """The middle of ``image``."""
    width, height = (min(side, _WINDOW) for side in image.size)
    left, top = (image.width - width) // 2, (image.height - height) // 2
    return image.crop((left, top, left + width, top + height))
