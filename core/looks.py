"""How images look as numbers: the average of many, and one brought to the network's scale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Numbers = NDArray[np.float64]

MIDDLE = 127.0  # what the network takes for zero
SPREAD = 128.0  # and for one
_SHARP = 0.5  # the share of all differences that the mean image keeps: alike from here on
_FLAT = 0.1  # and below this there is little that the images share


@dataclass(frozen=True)
class Average:
    """Many images of one size, averaged pixel by pixel.

    Attributes:
        mean: (height, width, 3), 0..255.
        deviation: the standard deviation of each pixel from image to image, same shape, 0..127.5.
        images: how many were averaged.
    """

    mean: Numbers
    deviation: Numbers
    images: int

    @property
    def alike(self) -> float:
        """How alike the images are, 0..1: the share of all differences that the mean image keeps.

        The variance of all values is what differs from place to place in the mean image plus
        what differs from image to image at one place. 1: every image is the same.
        """
        between = float(self.mean.var(axis=(0, 1)).mean())
        within = float((self.deviation**2).mean())
        return between / (between + within) if between + within > 0 else 1.0

    @property
    def verdict(self) -> str:
        """'sharp', 'soft' or 'flat': how much of the images the mean keeps."""
        if self.images < 2 or self.alike >= _SHARP:
            return "sharp"
        return "flat" if self.alike < _FLAT else "soft"


def average(images: Iterable[Pixels]) -> Average | None:
    """The mean and the standard deviation of each pixel; None where there is no image.

    One pass that holds one image at a time, for any number of images.

    Args:
        images: uint8 arrays of one shape (height, width, 3).

    Source: the sums are exact in whole numbers, so that the short formula
    E[x²] - E[x]² loses nothing (Chan, Golub & LeVeque 1983 on what it loses else).
    """
    total: NDArray[np.int64] | None = None
    squares: NDArray[np.int64] | None = None
    count = 0
    for image in images:
        values = image.astype(np.int64)
        if total is None or squares is None:
            total, squares = np.zeros_like(values), np.zeros_like(values)
        total += values
        squares += values * values
        count += 1
    if total is None or squares is None:
        return None
    mean = total / count
    variance = (squares * count - total * total) / count**2
    return Average(mean, np.sqrt(np.maximum(variance, 0.0)), count)


def mean_picture(average: Average) -> Pixels:
    """The mean image as one can see it."""
    return np.rint(average.mean).astype(np.uint8)


def deviation_picture(average: Average) -> Pixels:
    """The deviation, averaged over the channels: black where all are alike, white at 90 or more.

    90 is more than photographs of one class usually reach; one scale for every class keeps the
    pictures comparable.
    """
    gray = average.deviation.mean(axis=2)
    scaled = np.rint(np.minimum(gray / 90.0, 1.0) * 255).astype(np.uint8)
    return np.repeat(scaled[:, :, None], 3, axis=2)


def scaled(pixels: Pixels) -> NDArray[np.float32]:
    """What the network gets: (value - 127) / 128, so that 0..255 becomes about -1..1."""
    return ((pixels.astype(np.float32) - MIDDLE) / SPREAD).astype(np.float32)


def histogram(pixels: Pixels, bins: int = 32) -> NDArray[np.int64]:
    """(3, bins): how many pixels of each channel have a value in each of ``bins`` equal parts."""
    step = 256 // bins
    counts = [
        np.bincount(pixels[:, :, channel].ravel() // step, minlength=bins) for channel in range(3)
    ]
    return np.array(counts, dtype=np.int64)


def explained(values: Numbers, labels: NDArray[np.int64]) -> float:
    """How much of the differences between images their class explains, 0..1.

    The variance between the classes' means as a share of the whole variance, summed over the
    columns: eta squared (Fisher's correlation ratio).

    Args:
        values: (images,) or (images, columns); rows with NaN are left out.
        labels: (images,), the number of each image's class.
    """
    table = values.reshape(len(values), -1)
    known = np.isfinite(table).all(axis=1)
    table, labels = table[known], labels[known]
    if not len(table):
        return 0.0
    whole = float(((table - table.mean(axis=0)) ** 2).sum())
    if whole <= 0.0:
        return 0.0
    counts = np.bincount(labels)
    sums = np.stack([np.bincount(labels, weights=column) for column in table.T], axis=1)
    present = counts > 0
    means = sums[present] / counts[present, None]
    between = float((counts[present, None] * (means - table.mean(axis=0)) ** 2).sum())
    return min(1.0, between / whole)
