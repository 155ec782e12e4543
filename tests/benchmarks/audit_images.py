"""Folders of images for the benchmarks of the audit."""

from __future__ import annotations

import os
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from tests import makers
from tests.benchmarks import images
from tests.benchmarks.processes import ROOT

NAME = "trashnet.zip"
CLASSES, AGAIN = 10, 25  # classes; every so many images one is saved again at low quality
SIDES = (64, 96, 128)


def photos(folder: Path, count: int, chosen: Path | None) -> str:
    """Class folders of photos in ``folder``: a real data set where one is here.

    Returns:
        what they are, in words.
    """
    path = chosen or _real()
    if path is not None:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder)  # a data set of one's own, and a folder that goes away
        return path.name
    for number, data in enumerate(images.photos(count)):
        path = folder / f"class {number % CLASSES}" / f"{number}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return f"{count:,} generated photos of 640 x 480; no real data set is here"


def _real() -> Path | None:
    named = os.environ.get("FIRSTLIGHT_DATASETS")
    path = Path(named) if named else ROOT.parent / "shared" / "datasets"
    return path / NAME if (path / NAME).is_file() else None


def many(folder: Path, count: int) -> Path:
    """``count`` different small images in class folders; some are near copies of the one before."""
    rng = np.random.default_rng(0)
    last = b""
    for number in range(count):
        path = folder / f"class {number % CLASSES}" / f"{number // 1000}-{number % 1000}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        if number % AGAIN == 1:
            data = makers.encoded(Image.open(BytesIO(last)), "JPEG", quality=70)
        else:
            side = int(rng.choice(SIDES))
            coarse = rng.integers(0, 256, (6, 6, 3), dtype=np.uint8)
            smooth = Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC)
            grain = rng.integers(-12, 13, (side, side, 1), dtype=np.int16)
            pixels = np.clip(np.asarray(smooth, np.int16) + grain, 0, 255).astype(np.uint8)
            data = makers.encoded(Image.fromarray(pixels), "JPEG", quality=90)
        path.write_bytes(data)
        last = data
    return folder


def part(source: Path, target: Path, count: int) -> Path:
    """The first ``count`` images of what `many` made, as other names for the same files."""
    for number in range(count):
        name = f"class {number % CLASSES}/{number // 1000}-{number % 1000}.jpg"
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        os.link(source / name, target / name)
    return target
