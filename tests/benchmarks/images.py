"""The images that are measured on: a real data set where there is one, else generated."""

from __future__ import annotations

import os
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from core.ingest import open_source, understand
from tests import makers
from tests.benchmarks.processes import ROOT

NAME = "sign_digits.zip"
CLASSES, EACH, SIDE = 10, 200, 128


@dataclass(frozen=True)
class Data:
    """A zip of images in class folders.

    Attributes:
        path: of the zip.
        about: what it is, in words.
    """

    path: Path
    about: str


def data(folder: Path, chosen: Path | None, each: int | None = None) -> Data:
    """The zip to measure on; what has to be made goes into ``folder``.

    Args:
        folder: an existing folder.
        chosen: a zip that was asked for; None: sign_digits.zip from the folder that
            FIRSTLIGHT_DATASETS names, or a generated set where that is absent.
        each: take so many images of each class only.
    """
    path = chosen or _real()
    if path is None:
        made = generated(folder / "generated.zip", EACH if each is None else each)
        return Data(made, f"a generated set of {CLASSES} classes; no real data set is here")
    if each is None:
        return Data(path, path.name)
    part = subset(path, folder / path.name, each)
    return Data(part, f"{each} images of each class of {path.name}")


def _real() -> Path | None:
    named = os.environ.get("FIRSTLIGHT_DATASETS")
    path = Path(named) if named else ROOT.parent / "shared" / "datasets"
    return path / NAME if (path / NAME).is_file() else None


def subset(source: Path, target: Path, each: int) -> Path:
    """A zip with the first ``each`` images of every class of ``source``."""
    taken: Counter[str] = Counter()
    with open_source(source) as archive, zipfile.ZipFile(target, "w") as written:
        for entry in understand([member.name for member in archive.members]).entries:
            if taken[entry.label] < each:
                taken[entry.label] += 1
                written.writestr(entry.name, archive.read(archive.members[entry.index]))
    return target


def generated(path: Path, each: int) -> Path:
    """A zip of ``CLASSES`` classes: the pattern of a class, shifted, lit and grainy."""
    with zipfile.ZipFile(path, "w") as archive:
        for label in range(CLASSES):
            pattern = np.asarray(makers.picture((SIDE, SIDE), seed=label), np.float32)
            for number in range(each):
                rng = np.random.default_rng([label, number])
                moved = np.roll(pattern, rng.integers(0, SIDE, 2), axis=(0, 1))
                lit = 0.5 * moved * rng.uniform(0.6, 1.4) + rng.normal(64, 40, moved.shape)
                photo = Image.fromarray(lit.clip(0, 255).astype(np.uint8))
                name = f"class {label}/{number}.jpg"
                archive.writestr(name, makers.encoded(photo, "JPEG", quality=90))
    return path


def photos(count: int, size: tuple[int, int] = (640, 480)) -> Iterator[bytes]:
    """JPEG files as a camera makes them: ``size``, some grain, quality 90."""
    for number in range(count):
        rng = np.random.default_rng(number)
        smooth = np.asarray(makers.picture(size, seed=number), np.float32)
        grainy = (smooth + rng.normal(0, 8, smooth.shape)).clip(0, 255).astype(np.uint8)
        yield makers.encoded(Image.fromarray(grainy), "JPEG", quality=90)
