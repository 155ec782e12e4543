"""What an image shows at its rim and around its middle: numbers that a shortcut could hide in.

A frame one pixel wide is lost in an averaged thumbnail, so the rim is read from the outermost
rows and columns of the decoded image. Where a large JPEG is decoded at a reduced size, a row
stands for up to eight; what was drawn on one of them still shows as a step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image, Resampling

from core.errors import DataProblem, Stopped

Load = Callable[[str], Image]
"""gives the image with a SHA-256: RGB, upright; may raise DataProblem or OSError"""

SIDE = 32
RIMS = ("1 px", "4 px", "8 %")
_FRAME, _STEP = 12, 12  # top, right, bottom, left; three colours each
WIDTH = len(RIMS) * _FRAME + _STEP
_INSIDE = slice(5, 8)  # rows that what is drawn on the first does not reach, even through a JPEG
_WORKERS, _AHEAD = 2, 16


@dataclass(frozen=True)
class Pixels:
    """The looks of some images, one row each, NaN where an image could not be read.

    Attributes:
        rims: (images, 3, 4, 3): mean colour, 0..255, of each side of the frame that is 1 pixel,
            4 pixels, and 8 % of the shorter side wide; sides are top, right, bottom, left.
        steps: (images, 4, 3): how much the outermost row of each side differs in colour from
            the rows a little further in; near 0 in pictures that nobody drew on.
        small: (images, 32, 32, 3): the whole image, 0..255.
    """

    rims: NDArray[np.float32]
    steps: NDArray[np.float32]
    small: NDArray[np.float32]

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Which images could be read."""
        return np.isfinite(self.rims[:, 0, 0, 0])

    @property
    def colour(self) -> NDArray[np.float32]:
        """(images, 3): the mean colour of the whole image, 0..255."""
        return np.asarray(self.small.mean(axis=(1, 2)), dtype=np.float32)

    def surroundings(self) -> NDArray[np.float32]:
        """(images, values): what is left of the small image without its middle.

        The middle is the square of 56 % of each side; the rim around it is 7 of 32 pixels wide.
        """
        around = np.ones((SIDE, SIDE), bool)
        around[7:-7, 7:-7] = False
        return np.asarray(self.small[:, around].reshape(len(self.small), -1))


def look_at(image: Image) -> NDArray[np.float32]:
    """All that `Pixels` keeps of one RGB image, as one row."""
    pixels = np.asarray(image)
    shorter = min(pixels.shape[:2])
    wide = [1, min(4, shorter), max(1, round(0.08 * shorter))]
    rims = [_sides(pixels, slice(0, width)) for width in wide]
    inside = slice(min(_INSIDE.start, shorter // 2), min(_INSIDE.stop, shorter // 2 + 1))
    step = rims[0] - _sides(pixels, inside)
    small = image.resize((SIDE, SIDE), Resampling.BOX)
    parts = [*rims, step, np.asarray(small, np.float32).ravel()]
    return np.concatenate(parts).astype(np.float32)


def gather(
    hashes: Iterable[str],
    load: Load,
    tell: Callable[[int, int], None] = lambda done, total: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> Pixels:
    """Look at the images with these SHA-256, two at a time; a row each, in this order.

    Raises:
        Stopped: ``should_stop`` said so.
    """
    wanted = list(hashes)
    unique = list(dict.fromkeys(wanted))
    rows = np.full((len(unique), WIDTH + SIDE * SIDE * 3), np.nan, np.float32)
    for place, row in enumerate(_in_order(unique, load, should_stop)):
        if row is not None:
            rows[place] = row
        tell(place + 1, len(unique))
    places = {sha: place for place, sha in enumerate(unique)}
    rows = rows[[places[sha] for sha in wanted]]
    rims, steps, small = np.split(rows, [len(RIMS) * _FRAME, WIDTH], axis=1)
    return Pixels(
        rims.reshape(-1, len(RIMS), 4, 3),
        steps.reshape(-1, 4, 3),
        small.reshape(-1, SIDE, SIDE, 3),
    )


def _sides(pixels: NDArray[np.uint8], band: slice) -> NDArray[np.float32]:
    """Twelve means: the colour of the rows or columns in ``band``, counted from each side."""
    bands = (pixels[band], pixels[:, ::-1][:, band], pixels[::-1][band], pixels[:, band])
    return np.concatenate([part.mean(axis=(0, 1), dtype=np.float32) for part in bands])


def _in_order(
    hashes: list[str], load: Load, should_stop: Callable[[], bool]
) -> Iterator[NDArray[np.float32] | None]:
    def look(sha: str) -> NDArray[np.float32] | None:
        try:
            return look_at(load(sha))
        except (DataProblem, OSError):
            return None

    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="preflight") as pool:
        for start in range(0, len(hashes), _AHEAD):
            if should_stop():
                raise Stopped
            yield from pool.map(look, hashes[start : start + _AHEAD])
