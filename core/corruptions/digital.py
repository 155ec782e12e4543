"""What screens, messengers and file formats do to a picture."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from PIL import Image

from core.corruptions.kind import Corruption, Pixels, Random
from core.corruptions.tools import rounded, warped

_CELLS = 8  # of the net that is stretched, along a side


def contrast(image: Pixels, share: float, random: Random) -> Pixels:
    """Keep a ``share`` of each value's distance from the channel's mean."""
    mean = image.mean(axis=(0, 1), dtype=np.float32)
    return rounded((image - mean) * np.float32(share) + mean)


def elastic(image: Pixels, share: float, random: Random) -> Pixels:
    """Stretch and squeeze the image like a sheet of rubber.

    Source: P. Simard, D. Steinkraus and J. Platt, Best practices for convolutional neural
    networks applied to visual document analysis, ICDAR (2003); here on the knots of a net.

    Args:
        image: to be altered.
        share: how far the knots move, as a share of a cell.
        random: where they move.
    """
    side, cells = image.shape[0], _CELLS
    ticks = np.linspace(0, side, cells + 1)
    knots = np.stack(np.meshgrid(ticks, ticks), axis=-1)
    moves = np.clip(random.standard_normal(knots.shape), -1.5, 1.5) * share * side / cells
    return warped(image, np.clip(knots + moves, 0, side))


def pixelate(image: Pixels, share: float, random: Random) -> Pixels:
    """Keep a ``share`` of the pixels along each side, as squares."""
    side = image.shape[0]
    few = max(1, round(side * share))
    small = Image.fromarray(image).resize((few, few), Image.Resampling.BOX)
    return np.asarray(small.resize((side, side), Image.Resampling.NEAREST))


def jpeg(image: Pixels, quality: int, random: Random) -> Pixels:
    """Save it as JPEG of this ``quality``, and read it again."""
    file = BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=quality)
    with Image.open(file) as read:
        return np.asarray(read.convert("RGB"))


DIGITAL = (
    Corruption(
        "contrast",
        "Low contrast",
        "Digital",
        "A washed-out screen, a hazy copy, a light from behind.",
        (0.6, 0.42, 0.28, 0.17, 0.09),
        contrast,
    ),
    Corruption(
        "elastic",
        "Elastic",
        "Digital",
        "Crumpled paper, or seen through water.",
        (0.1, 0.18, 0.26, 0.35, 0.45),
        elastic,
    ),
    Corruption(
        "pixelate",
        "Pixelate",
        "Digital",
        "A small picture blown up.",
        (0.6, 0.4, 0.28, 0.2, 0.13),
        pixelate,
    ),
    Corruption(
        "jpeg",
        "JPEG",
        "Digital",
        "Sent on by messengers that save room each time.",
        (40, 22, 14, 9, 5),
        jpeg,
    ),
)
