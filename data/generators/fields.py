"""Small tools on two-dimensional fields of numbers: noise, blur, interpolation, random choice."""

import zlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from PIL import Image

Array = npt.NDArray[np.float64]
Rng = np.random.Generator
T = TypeVar("T")


def generator(*words: str | int) -> Rng:
    """A generator of random numbers that depends on ``words`` alone.

    Args:
        words: what the numbers are for, such as a sample's name, a class and an index.
    """
    return np.random.default_rng([zlib.crc32(str(word).encode()) for word in words])


def between(rng: Rng, low: float, high: float) -> float:
    """A number drawn evenly from ``low`` to ``high``."""
    return float(rng.uniform(low, high))


def around_zero(rng: Rng, size: float) -> float:
    """A number drawn evenly from ``-size`` to ``size``."""
    return float(rng.uniform(-size, size))


def chance(rng: Rng, probability: float) -> bool:
    """True with the given probability."""
    return bool(rng.random() < probability)


def pick(rng: Rng, options: Sequence[T], weights: Sequence[float] | None = None) -> T:
    """One of ``options``; ``weights`` need not add up to one."""
    share = None if weights is None else np.asarray(weights) / np.sum(weights)
    return options[int(rng.choice(len(options), p=share))]


def square(size: int) -> tuple[Array, Array]:
    """Coordinates x (to the right) and y (down) of a ``size`` by ``size`` image, each in -1..1."""
    axis = (np.arange(size) + 0.5) / size * 2 - 1
    x, y = np.meshgrid(axis, axis)
    return x, y


def resize(field: Array, height: int, width: int) -> Array:
    """A field of shape (h, w) or (h, w, channels) at another size, bicubic and antialiased."""
    if field.ndim == 3:
        planes = [resize(field[..., k], height, width) for k in range(field.shape[2])]
        return np.stack(planes, axis=-1)
    image = Image.fromarray(np.ascontiguousarray(field, dtype=np.float32))
    return np.asarray(image.resize((width, height), Image.Resampling.BICUBIC), dtype=np.float64)


def smooth(rng: Rng, size: int, cells: float, stretch: float = 1.0) -> Array:
    """Smooth noise of mean 0 and deviation about 1, shape (size, size).

    Args:
        rng: where the numbers come from.
        size: height and width.
        cells: bumps from left to right.
        stretch: how much longer a bump is across than it is high.
    """
    across = max(2, round(cells))
    down = max(2, round(cells * stretch))
    return 1.6 * resize(rng.normal(size=(down, across)), size, size)


def fractal(rng: Rng, size: int, cells: float, octaves: int, stretch: float = 1.0) -> Array:
    """A sum of ``octaves`` smooth noises, each twice as fine and half as strong; deviation ~1."""
    total = np.zeros((size, size))
    power = 0.0
    for octave in range(octaves):
        gain = 0.55**octave
        total += gain * smooth(rng, size, min(cells * 2**octave, size / 2), stretch)
        power += gain**2
    return total / np.sqrt(power)


def blur(field: Array, sigma: float) -> Array:
    """A Gaussian blur of a field of shape (h, w) or (h, w, channels); ``sigma`` in pixels."""
    if sigma < 0.15:
        return field
    if sigma > 4:
        height, width = field.shape[:2]
        shrink = 2.0 ** np.floor(np.log2(sigma / 2))
        small = resize(field, max(4, round(height / shrink)), max(4, round(width / shrink)))
        return resize(blur(small, sigma / shrink), height, width)
    radius = int(np.ceil(3 * sigma))
    weights = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    weights /= weights.sum()
    for axis in (0, 1):
        padding = [(0, 0)] * field.ndim
        padding[axis] = (radius, radius)
        padded = np.pad(field, padding, mode="edge")
        length = field.shape[axis]
        total = np.zeros_like(field)
        for k, weight in enumerate(weights):
            part = [slice(None)] * field.ndim
            part[axis] = slice(k, k + length)
            total += weight * padded[tuple(part)]
        field = total
    return field


def step(low: float, high: float, value: Array) -> Array:
    """A soft step: 0 where ``value`` is below ``low``, 1 above ``high``; either may be larger."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def mix(first: Array, second: Array, share: Array) -> Array:
    """Two colours or pictures (channel last) blended; ``share`` (0..1): how much of ``second``.

    A share of shape (h, w) serves all channels.
    """
    if share.ndim == 2:
        share = share[..., None]
    return first * (1 - share) + second * share


def shifted(field: Array, right: float, down: float) -> Array:
    """A field of shape (h, w), moved by whole pixels; its border repeats."""
    height, width = field.shape
    rows = np.clip(np.arange(height) - round(down), 0, height - 1)
    columns = np.clip(np.arange(width) - round(right), 0, width - 1)
    return np.asarray(field[rows[:, None], columns[None, :]])
