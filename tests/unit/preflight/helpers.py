"""Made-up images and tables for the questions before training."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from PIL import Image

from core.audit.check import Evidence
from core.preflight.clues import Material
from core.preflight.pixels import Pixels, gather

Change = Callable[[Image.Image, str], Image.Image]


def table(each: int = 40, classes: Sequence[str] = "abcd", seed: int = 0) -> pd.DataFrame:
    """A catalogue with ``each`` images a class, in which nothing tells the class."""
    rng = np.random.default_rng(seed)
    n = each * len(classes)
    labels = np.repeat(list(classes), each)
    minutes = rng.integers(0, 500_000, n)
    return pd.DataFrame(
        {
            "image_id": [f"i{row}" for row in range(n)],
            "sha256": [f"{row:064x}" for row in range(n)],
            "label": labels,
            "source": [f"{label}/IMG_{rng.integers(1000, 9999)}.jpg" for label in labels],
            "group": None,
            "width": rng.choice([320, 400, 640], n),
            "height": rng.choice([240, 300], n),
            "mode": "RGB",
            "format": rng.choice(["JPEG", "PNG"], n),
            "bytes": rng.integers(9_000, 90_000, n),
            "camera": rng.choice(["Canon", "Nikon"], n),
            "taken": [f"{pd.Timestamp('2024-01-01') + pd.Timedelta(m, 'min')}" for m in minutes],
        }
    )


def photo(seed: int, size: tuple[int, int] = (48, 40)) -> Image.Image:
    """A soft picture with some noise, another for each seed."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(60, 200, (4, 4, 3), dtype=np.uint8))
    soft = np.asarray(coarse.resize(size, Image.Resampling.BICUBIC), np.int16)
    noisy = soft + rng.integers(-6, 7, soft.shape)
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


def framed(image: Image.Image, colour: tuple[int, int, int]) -> Image.Image:
    """``image`` with its outermost pixels in one colour."""
    pixels = np.array(image)
    pixels[0] = pixels[-1] = colour
    pixels[:, 0] = pixels[:, -1] = colour
    return Image.fromarray(pixels)


def loader(
    images: pd.DataFrame, change: Change = lambda image, label: image
) -> Callable[..., Image.Image]:
    """Gives a `photo` for each SHA-256 of ``images``, changed by its label."""
    label_of = dict(zip(images["sha256"], images["label"], strict=True))
    return lambda sha: change(photo(int(sha, 16)), label_of[sha])


def material(
    images: pd.DataFrame, change: Change = lambda image, label: image, seed: int = 0
) -> Material:
    return Material(images, pd.DataFrame(), pixels(images, change), seed)


def pixels(images: pd.DataFrame, change: Change = lambda image, label: image) -> Pixels:
    return gather(images["sha256"], loader(images, change))


def numbers(images: pd.DataFrame) -> NDArray[np.int64]:
    """The number of each image's class."""
    return Evidence(images).labels


def features(images: pd.DataFrame, seed: int = 0, apart: float = 2.0) -> NDArray[np.float32]:
    """Features in which the classes lie a little apart."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(0, apart, (int(numbers(images).max()) + 1, 12))
    found = centres[numbers(images)] + rng.normal(0, 2.0, (len(images), 12))
    return found.astype(np.float32)
