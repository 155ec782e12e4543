"""What the corruptions are made of: blurs, clouds of noise, pixels that move."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from core.corruptions.kind import Pixels, Random

Floats = NDArray[np.float32]
_SMALL = 3.0  # radius in pixels, below which a disc has a soft rim


def rounded(values: NDArray[np.floating[Any]]) -> Pixels:
    """Values of 0 to 255, cut to that range and rounded, as bytes."""
    found: Pixels = (np.clip(values, 0, 255) + np.float32(0.5)).astype(np.uint8)
    return found


def blurred(image: Pixels, sigma: float) -> Pixels:
    """A small blur: the mean over a square that spreads as far as a Gaussian of ``sigma``."""
    radius = (math.sqrt(12 * sigma * sigma + 1) - 1) / 2
    return np.asarray(Image.fromarray(image).filter(ImageFilter.BoxBlur(radius)))


def spread_over_disc(image: Pixels, radius: float) -> Pixels:
    """The mean over a disc around each pixel: what a point becomes out of focus.

    A disc is a pile of rows, and the sum of a row is a difference of running sums, so the work
    grows with the radius and not with its square. In a small disc the pixels that the circle
    cuts count in part; in a large one that makes no difference worth its time.

    Args:
        image: (side, side, channels).
        radius: in pixels.
    """
    edge = radius + 0.5
    reach = int(edge) + 1
    side = image.shape[0]
    wide = mirrored(image, reach)
    sums = np.zeros((wide.shape[0], wide.shape[1] + 1, image.shape[2]), np.float32)
    np.cumsum(wide, axis=1, dtype=np.float32, out=sums[:, 1:])
    total, pixels = np.zeros(image.shape, np.float32), 0.0
    for row in range(-int(edge), int(edge) + 1):
        half = max(0.5, math.sqrt(edge * edge - row * row))
        whole = int(half - 0.5) if radius < _SMALL else round(half - 0.5)
        part = np.float32(max(0.0, half - 0.5 - whole)) if radius < _SMALL else np.float32(0)
        rows = slice(reach + row, reach + row + side)
        after, before = reach + whole + 1, reach - whole
        total += sums[rows, after : after + side]
        total -= sums[rows, before : before + side]
        if part:
            total += part * wide[rows, after : after + side]
            total += part * wide[rows, before - 1 : before - 1 + side]
        pixels += 1 + 2 * (whole + float(part))
    return rounded(total / np.float32(pixels))


def spread_along(image: Pixels, length: float, angle: float) -> Pixels:
    """The mean along a line through each pixel: what a point becomes in motion.

    Args:
        image: (side, side, channels).
        length: in pixels, at most 250: the sums are kept in 16 bits.
        angle: in radians; 0 is level.
    """
    side, steps = image.shape[0], max(2, round(length) + 1)
    away = np.linspace(-length / 2, length / 2, steps)
    reach = int(np.ceil(length / 2)) + 1
    wide = mirrored(image, reach)
    total = np.zeros(image.shape, np.uint16)
    for dx, dy in zip(
        np.rint(away * np.cos(angle)).astype(int).tolist(),
        np.rint(away * np.sin(angle)).astype(int).tolist(),
        strict=True,
    ):
        total += wide[reach + dy : reach + dy + side, reach + dx : reach + dx + side]
    return ((total + steps // 2) // steps).astype(np.uint8)


def shuffled(image: Pixels, reach: int, turns: int, random: Random) -> Pixels:
    """Each pixel takes the colour of one at most ``reach`` away, ``turns`` times over."""
    side = image.shape[0]
    packed = np.zeros((side, side, 4), np.uint8)
    packed[..., :3] = image
    found = packed.view(np.uint32).ravel()  # a pixel moves as one number
    lines = np.arange(side, dtype=np.int16)
    for _ in range(turns):
        moves = random.integers(-reach, reach + 1, (2, side, side), np.int8)
        y = np.clip(lines[:, None] + moves[0], 0, side - 1)
        x = np.clip(lines[None, :] + moves[1], 0, side - 1)
        found = found[(y.astype(np.int32) * side + x).ravel()]
    return found.view(np.uint8).reshape(side, side, 4)[..., :3].copy()


def clouds(side: int, random: Random, coarsest: int, octaves: int, decay: float) -> Floats:
    """Smooth noise at several scales, added up: (side, side), from 0 to 1.

    Each octave has twice as many cells as the one before and ``decay`` times its weight.

    Source: K. Perlin, An image synthesizer, SIGGRAPH (1985), with values in place of slopes.
    """
    total = np.zeros((side, side), np.float32)
    for octave in range(octaves):
        total += decay**octave * smooth_noise(side, random, coarsest * 2**octave)
    low, high = float(total.min()), float(total.max())
    return (total - low) / max(high - low, 1e-6)


def smooth_noise(side: int, random: Random, cells: int) -> Floats:
    """Random values on a grid of ``cells`` a side, joined smoothly: (side, side), around 0."""
    grid = random.standard_normal((cells + 1, cells + 1), np.float32)
    drawn = Image.fromarray(grid).resize((side, side), Image.Resampling.BICUBIC)
    return np.asarray(drawn, np.float32)


def drawn_from(image: Pixels, quantiles: Pixels, random: Random) -> Pixels:
    """For each value of ``image`` one at random from its row of ``quantiles``, (256, 2^n)."""
    width = quantiles.shape[1]
    chance = random.integers(0, width, image.shape, np.uint16)
    places = image.astype(np.int32) * width + chance
    found: Pixels = quantiles.ravel()[places]
    return found


@lru_cache(maxsize=32)
def photons(full: float, light: float = 1.0, width: int = 4096) -> Pixels:
    """What a sensor may count for each brightness: `drawn_from` takes from it.

    The photons that reach a pixel follow Poisson's law. Drawing from a table of its quantiles is
    many times as fast as drawing anew for each pixel.

    Args:
        full: photons that make a pixel white.
        light: what the light is multiplied by before it is counted.
        width: quantiles for each brightness.

    Returns:
        (256, width): row v holds the values 0 to 255 that v may become, equally likely.
    """
    most = int(full + 10 * np.sqrt(full) + 20)
    counts = np.arange(most + 1)
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.maximum(counts[1:], 1)))])
    middles = (np.arange(width) + 0.5) / width
    table = np.empty((256, width), np.uint8)
    for value in range(256):
        mean = max(value / 255 * light * full, 1e-9)
        below = np.cumsum(np.exp(counts * np.log(mean) - mean - logs))
        table[value] = rounded(255 * np.searchsorted(below, middles) / full)
    table.setflags(write=False)
    return table


def warped(image: Pixels, corners: NDArray[np.float64]) -> Pixels:
    """``image`` drawn on a net whose knots are moved.

    Args:
        image: (side, side, 3).
        corners: (n + 1, n + 1, 2): where in ``image`` each knot of a regular net of n by n
            cells takes its colour from, as x and y in pixels; between the knots it is joined
            linearly.
    """
    side, cells = image.shape[0], corners.shape[0] - 1
    edges = np.linspace(0, side, cells + 1).round().astype(int).tolist()
    mesh = []
    for row in range(cells):
        for column in range(cells):
            box = (edges[column], edges[row], edges[column + 1], edges[row + 1])
            four = ((row, column), (row + 1, column), (row + 1, column + 1), (row, column + 1))
            mesh.append((box, tuple(float(value) for knot in four for value in corners[knot])))
    drawn = Image.fromarray(image).transform(
        (side, side), Image.Transform.MESH, mesh, Image.Resampling.BILINEAR
    )
    return np.asarray(drawn)


def mirrored(image: Pixels, margin: int) -> Pixels:
    """``image`` with ``margin`` pixels more on every side, as in mirrors."""
    return np.pad(image, ((margin, margin), (margin, margin), (0, 0)), mode="symmetric")
