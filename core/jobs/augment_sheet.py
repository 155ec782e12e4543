"""What augmentation does to a few images, as one picture: short questions to the warm worker.

Drawn from the thumbnails, at a smaller size than training sees: an augmenter looks alike at
every size, and a sheet has to be there while the hand is still on the slider.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.augmentations import AUGMENTATIONS
from core.ingest import thumb_path
from core.ingest.fit import fit_image
from core.jobs.worker import wait_until_warm
from core.recipe import Recipe, Step
from core.settings import Fit

if TYPE_CHECKING:
    from core.ml.augment import Augmenter

Pixels = NDArray[np.uint8]
Shown = tuple[str, str]
"""An image: its SHA-256 and its label"""
_GREY = 128
_TRIES = 12  # draws of which the one that shows most is taken
_MIXES = 24  # the same of mixtures, which are more often hardly mixed
_QUALITY = 90


@dataclass(frozen=True)
class Sheet:
    """Pictures in rows and columns, as one.

    Attributes:
        picture: JPEG.
        rows, columns: of squares; the first column holds the images as they were.
        shares: for each square, row by row, the labels it has after mixing and their shares;
            empty where nothing is mixed.
    """

    picture: bytes
    rows: int
    columns: int
    shares: tuple[dict[str, float], ...] = ()


def draw(
    project_folder: str,
    recipe: dict[str, Any],
    images: Sequence[Shown],
    partners: Sequence[Shown],
    draws: int,
    seed: int,
    side: int,
) -> Sheet | None:
    """A sheet: a row an image; before, then ``draws`` times after the recipe.

    What becomes of an image depends on the image, the recipe and the seed, and on nothing else
    that is on the sheet.

    Args:
        project_folder: where the images lie.
        recipe: as `Recipe.to_json` gives it.
        images: one a row.
        partners: what mixing may mix them with; best of several classes.
        draws: columns beside the first.
        seed: another one, another sheet.
        side: of a square, in pixels.

    Returns:
        None while the worker is still warming up: ask again a little later.

    Raises:
        SettingsProblem: the recipe is none.
    """
    chosen = Recipe.from_json(recipe)
    if not wait_until_warm(0):
        return None
    from core.ml.augment import Augmenter

    before = squares(project_folder, [sha256 for sha256, _ in images], side)
    keys = [_key(seed, sha256, turn) for sha256, _ in images for turn in range(draws)]
    after = Augmenter(chosen, side)(np.repeat(before, draws, axis=0), keys)
    shares: tuple[dict[str, float], ...] = ()
    if any(AUGMENTATIONS[step.name].mixes for step in chosen.active):
        others = squares(project_folder, [sha256 for sha256, _ in partners], side)
        labels = [label for _, label in images for _ in range(draws)]
        names = [label for _, label in partners]
        after, shares = _mixed(Augmenter(chosen, side), after, labels, others, names, keys)
    tiles = np.concatenate(
        [before[:, None], after.reshape(len(images), draws, side, side, 3)], axis=1
    )
    return Sheet(_together(tiles), len(images), draws + 1, _by_row(shares, images, draws))


def choices(
    project_folder: str,
    names: Sequence[str],
    image: Shown,
    partners: Sequence[Shown],
    strengths: Sequence[float],
    side: int,
) -> Sheet | None:
    """What each augmentation does to one image: a row each; before, then at every strength.

    Of several draws the one is taken that differs most from the image, so that a strength
    shows how far it goes; of mixtures the one nearest to half and half.

    Args:
        project_folder: where the image lies.
        names: of the augmentations.
        image: to show them on.
        partners: what mixing may mix it with.
        strengths: one a column.
        side: of a square, in pixels.

    Returns:
        None while the worker is still warming up.
    """
    if not wait_until_warm(0):
        return None
    from core.ml.augment import Augmenter

    before = squares(project_folder, [image[0]], side)[0]
    others = squares(project_folder, [sha256 for sha256, _ in partners], side)
    of = [label for _, label in partners]
    tiles = np.empty((len(names), len(strengths) + 1, side, side, 3), np.uint8)
    tiles[:, 0] = before
    for row, name in enumerate(names):
        for column, strength in enumerate(strengths, 1):
            augmenter = Augmenter(Recipe(steps=(Step(name, strength),)), side)
            if AUGMENTATIONS[name].mixes:
                tiles[row, column] = _most_mixed(augmenter, before, image, others, of)
            else:
                tiles[row, column] = _most_altered(augmenter, before, image)
    return Sheet(_together(tiles), len(names), len(strengths) + 1)


def _most_altered(augmenter: Augmenter, before: Pixels, image: Shown) -> Pixels:
    """Of some draws the one that differs most from the image."""
    keys = [_key(0, image[0], turn) for turn in range(_TRIES)]
    drawn = augmenter(np.stack([before] * _TRIES), keys)
    apart = np.abs(drawn.astype(np.int16) - before).mean(axis=(1, 2, 3))
    found: Pixels = drawn[int(np.argmax(apart))]
    return found


def _most_mixed(
    augmenter: Augmenter, before: Pixels, image: Shown, others: Pixels, of: Sequence[str]
) -> Pixels:
    """Of some draws the one that is nearest to half of the image and half of another."""
    keys = [_key(0, image[0], turn) for turn in range(_MIXES)]
    labels = [image[1]] * _MIXES
    drawn, shares = _mixed(augmenter, np.stack([before] * _MIXES), labels, others, of, keys)
    half = [abs(parts.get(image[1], 0.0) - 0.5) for parts in shares]
    found: Pixels = drawn[int(np.argmin(half))]
    return found


def squares(project_folder: str, hashes: Sequence[str], side: int) -> Pixels:
    """The thumbnails as squares, (n, side, side, 3); grey where one is missing."""

    def load(sha256: str) -> Pixels:
        try:
            with Image.open(thumb_path(Path(project_folder), sha256)) as image:
                return fit_image(image.convert("RGB"), side, Fit.SQUASH)
        except OSError:
            return np.full((side, side, 3), _GREY, np.uint8)

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(load, hashes))
    return np.stack(found) if found else np.empty((0, side, side, 3), np.uint8)


def _mixed(
    augmenter: Augmenter,
    images: Pixels,
    labels: Sequence[str],
    others: Pixels,
    names: Sequence[str],
    keys: Sequence[int],
) -> tuple[Pixels, tuple[dict[str, float], ...]]:
    """The images, each mixed with one of the others, and what their labels became."""
    classes = sorted({*labels, *names})
    batch = np.concatenate([images, others])
    truth = np.zeros((len(batch), len(classes)), np.float32)
    truth[np.arange(len(batch)), [classes.index(name) for name in (*labels, *names)]] = 1
    beside = [
        len(images) + _partner(label, names, key) if names else place
        for place, (label, key) in enumerate(zip(labels, keys, strict=True))
    ]
    alone = range(len(images), len(batch))
    drawn, shares = augmenter.mix(batch, truth, [*keys, *alone], [*beside, *alone])
    parts = (
        {name: float(share) for name, share in zip(classes, row, strict=True) if share > 0.005}
        for row in shares[: len(images)]
    )
    return drawn[: len(images)], tuple(parts)


def _partner(label: str, names: Sequence[str], key: int) -> int:
    """Whom to mix with: one of another class where there is one."""
    able = [place for place, name in enumerate(names) if name != label] or list(range(len(names)))
    return able[key % len(able)]


def _by_row(
    shares: Sequence[dict[str, float]], images: Sequence[Shown], draws: int
) -> tuple[dict[str, float], ...]:
    """The shares of every square, those of the first column included."""
    if not shares:
        return ()
    rows = (
        ({label: 1.0}, *shares[place * draws : (place + 1) * draws])
        for place, (_, label) in enumerate(images)
    )
    return tuple(parts for row in rows for parts in row)


def _key(seed: int, sha256: str, turn: int) -> int:
    """The seed of one square."""
    return zlib.crc32(f"{seed} {turn} {sha256}".encode()) >> 1


def _together(tiles: Pixels) -> bytes:
    """(rows, columns, side, side, 3) as one JPEG, quick to make and to send."""
    rows, columns, side = tiles.shape[:3]
    whole = tiles.transpose(0, 2, 1, 3, 4).reshape(rows * side, columns * side, 3)
    target = BytesIO()
    Image.fromarray(whole).save(target, "JPEG", quality=_QUALITY, subsampling=0)
    return target.getvalue()
