"""Images sorted by what tables tell about them: size, shape, file, mean colour."""

from __future__ import annotations

import colorsys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Places = NDArray[np.int64]

_DISTINCT = 40  # sizes that are shown one by one
_FILE_BINS = 16
_SHAPES = (1 / 3, 1 / 2, 1 / 1.5, 1 / 1.2, 1 / 1.05, 1.05, 1.2, 1.5, 2.0, 3.0)
_SHAPE_NAMES = (
    *("over 3 times as tall", "2 to 3 times as tall", "1.5 to 2 times as tall"),
    *("1.2 to 1.5 times as tall", "a little taller", "square, or nearly", "a little wider"),
    *("1.2 to 1.5 times as wide", "1.5 to 2 times as wide", "2 to 3 times as wide"),
    "over 3 times as wide",
)
_HUES = (
    *("red", "orange", "yellow", "lime", "green", "sea green"),
    *("cyan", "sky blue", "blue", "violet", "magenta", "pink"),
)
_STRENGTHS = ("pale", "medium", "strong")
GRAY_BELOW = 0.08  # saturation; less than this is no colour that anyone would name
_STRONG = (0.25, 0.5)


@dataclass(frozen=True)
class Sorted:
    """Images sorted into bins.

    Attributes:
        bins: a row for each bin that holds images, in the order of the trait: ``key``, ``name``,
            ``images``, and what its chart needs.
        keys: the key of each image's bin, in the order of the images; '' where it is not known.
    """

    bins: pd.DataFrame
    keys: NDArray[Any]

    def rows(self, key: str) -> Places:
        """The places of the images in the bin ``key``."""
        return np.flatnonzero(self.keys == key)


@dataclass(frozen=True)
class Group:
    """Images that stand out: a key, a name, and their places, the most striking first."""

    key: str
    name: str
    rows: Places


def by_size(images: pd.DataFrame) -> Sorted:
    """By width and height: each size by itself, or bins where there are many sizes.

    Bins are equally wide on a logarithmic scale, finer where there are fewer of them. Beside the
    usual columns there are ``width`` and ``height``: the middle of the bin.
    """
    width, height = (images[side].to_numpy(np.int64) for side in ("width", "height"))
    if len(set(zip(width.tolist(), height.tolist(), strict=True))) <= _DISTINCT:
        return _pairs(width, height, lambda side: (f"{side:,}", float(side)))
    for octave in (6, 4, 3, 2, 1):  # bins from one size to its double
        across, down = (
            np.floor(np.log2(side.clip(1)) * octave).astype(int) for side in (width, height)
        )
        if len(set(zip(across.tolist(), down.tolist(), strict=True))) <= 3 * _DISTINCT:
            break
    return _pairs(
        across, down, lambda place: (_between(place, octave), 2 ** ((place + 0.5) / octave))
    )


def by_shape(images: pd.DataFrame) -> Sorted:
    """By aspect ratio, from the tallest to the widest."""
    place = np.digitize(ratio(images), _SHAPES)
    return _numbered(place, _SHAPE_NAMES)


def by_bytes(images: pd.DataFrame) -> Sorted:
    """By the size of the file, in bins equally wide on a logarithmic scale."""
    logs = np.log2(images["bytes"].to_numpy(dtype=float).clip(1))
    for octave in (8.0, 4.0, 2.0, 1.0, 0.5):  # bins from one size to its double
        place = np.floor(logs * octave).astype(int)
        if len(np.unique(place)) <= _FILE_BINS:
            break
    first = int(place.min(initial=0))
    edges = [2 ** (edge / octave) for edge in range(first, int(place.max(initial=0)) + 2)]
    names = [f"{_bytes(low)} to {_bytes(high)}" for low, high in pairwise(edges)]
    return _numbered(place - first, tuple(names))


def by_format(images: pd.DataFrame) -> Sorted:
    """By file format and kind of colour, the most frequent first."""
    names = images["format"].astype(str) + ", " + images["mode"].astype(str).map(_kind)
    ranked = names.value_counts()
    bins = pd.DataFrame({"key": ranked.index, "name": ranked.index, "images": ranked.to_numpy()})
    return Sorted(bins, names.to_numpy(dtype=object))


def by_hue(images: pd.DataFrame) -> Sorted:
    """By mean colour: twelve hues in three strengths, and gray.

    Beside the usual columns there are ``x`` and ``y`` (hue is the direction, saturation the
    distance from the middle, at most 1) and ``colour``, the mean of the bin as '#rrggbb'. Hue
    and saturation are those of HSV (Smith 1978).

    Args:
        images: ``red``, ``green`` and ``blue``, 0..1; NaN where an image was not measured.
    """
    colours = images[["red", "green", "blue"]].to_numpy(dtype=float)
    known = np.isfinite(colours).all(axis=1)
    hue, saturation = _hue_and_saturation(np.where(known[:, None], colours, 0.0))
    strength = np.digitize(saturation, _STRONG)
    place = 1 + strength + len(_STRENGTHS) * (np.rint(hue * len(_HUES)).astype(int) % len(_HUES))
    place = np.where(known, np.where(saturation < GRAY_BELOW, 0, place), -1)
    names = ("gray, or nearly", *(f"{hue}, {strong}" for hue in _HUES for strong in _STRENGTHS))
    found = _numbered(place, names)
    at = {key: found.rows(key) for key in found.bins["key"]}
    means = np.array([colours[rows].mean(axis=0) for rows in at.values()]).reshape(-1, 3)
    hues, strengths = _hue_and_saturation(means)
    strengths = np.where(found.bins["key"] == "0", 0.0, strengths)
    angle = 2 * np.pi * hues
    return Sorted(
        found.bins.assign(
            x=strengths * np.cos(angle),
            y=strengths * np.sin(angle),
            colour=[hex_colour(mean) for mean in means],
        ),
        found.keys,
    )


def ratio(images: pd.DataFrame) -> NDArray[np.float64]:
    """Width over height of each image."""
    sides = [images[side].to_numpy(dtype=float).clip(1) for side in ("width", "height")]
    result: NDArray[np.float64] = sides[0] / sides[1]
    return result


def odd_sizes(images: pd.DataFrame, side: int) -> list[Group]:
    """Images with a side shorter than ``side``; those far larger than usual; those unlike most."""
    shorter = images[["width", "height"]].min(axis=1).to_numpy(dtype=float)
    pixels = (images["width"] * images["height"]).to_numpy(dtype=float)
    usual = float(np.median(pixels)) if len(pixels) else 0.0
    return _present(
        _group("smaller", f"Smaller than {side} pixels", shorter < side, shorter),
        _group("huge", "Far larger than the others", pixels > 16 * usual, -pixels),
        _unlike("unlike-size", "Not of the usual size", by_size(images), pixels),
    )


def odd_shapes(images: pd.DataFrame) -> list[Group]:
    """Images more than twice as long one way as the other; those unlike most."""
    found = ratio(images)
    length = np.maximum(found, 1 / found)
    return _present(
        _group("long", "More than twice as long one way", length > 2, -length),
        _unlike("unlike-shape", "Not of the usual shape", by_shape(images), -length),
    )


def odd_files(images: pd.DataFrame) -> list[Group]:
    """Files far larger or smaller than usual, rare formats, pictures that the camera had turned."""
    size = images["bytes"].to_numpy(dtype=float)
    usual = float(np.median(size)) if len(size) else 0.0
    turned = images["exif_orientation"].to_numpy() > 1
    return _present(
        _group("heavy", "Files over ten times the usual size", size > 10 * usual, -size),
        _group("light", "Files under a tenth of the usual size", size < usual / 10, size),
        _unlike("unlike-format", "Of a rare format", by_format(images), size),
        _group("turned", "Turned upright, as their EXIF says", turned, size),
    )


def extremes(values: NDArray[np.float64], most: int = 24) -> tuple[Places, Places]:
    """The places of the ``most`` smallest values and of the ``most`` largest, NaN left out."""
    known = np.flatnonzero(np.isfinite(values))
    order = known[np.argsort(values[known], kind="stable")]
    return order[:most], order[::-1][:most]


def hex_colour(colour: NDArray[np.float64]) -> str:
    """Red, green and blue, 0..1, as '#rrggbb'."""
    red, green, blue = (round(255 * min(1.0, max(0.0, float(part)))) for part in colour)
    return f"#{red:02x}{green:02x}{blue:02x}"


def colour_name(colour: NDArray[np.float64]) -> str:
    """Red, green and blue, 0..1, in words: 'dark gray', 'pale orange'."""
    red, green, blue = (float(part) for part in colour)
    hue, saturation, value = colorsys.rgb_to_hsv(red, green, blue)
    if saturation < GRAY_BELOW:
        shade = "dark" if value < 1 / 3 else "light" if value > 2 / 3 else "medium"
        return f"{shade} gray"
    name = _HUES[round(hue * len(_HUES)) % len(_HUES)]
    strength = _STRENGTHS[int(np.digitize(saturation, _STRONG))]
    return f"dark {name}" if value < 1 / 3 else f"{strength} {name}"


def _pairs(across: Places, down: Places, side: Callable[[int], tuple[str, float]]) -> Sorted:
    """Bins from two whole numbers an image; ``side`` gives the name and the pixels of one."""
    keys = np.array([f"{w}x{h}" for w, h in zip(across, down, strict=True)], dtype=object)
    pairs, counts = np.unique(np.stack([across, down], axis=1), axis=0, return_counts=True)
    rows = []
    for (w, h), images in zip(pairs.tolist(), counts.tolist(), strict=True):
        (wide, width), (tall, height) = side(w), side(h)
        rows.append((f"{w}x{h}", f"{wide} × {tall} pixels", images, width, height))
    columns = ["key", "name", "images", "width", "height"]
    return Sorted(pd.DataFrame(rows, columns=columns), keys)


def _numbered(place: Places, names: tuple[str, ...]) -> Sorted:
    """Bins by their number in ``names``; those below 0 are in none."""
    counts = np.bincount(place[place >= 0], minlength=len(names))
    full = np.flatnonzero(counts)
    bins = pd.DataFrame(
        {
            "key": [str(number) for number in full],
            "name": [names[number] for number in full],
            "images": counts[full],
        }
    )
    texts = np.array(["", *(str(number) for number in range(len(names)))], dtype=object)
    return Sorted(bins, texts[place + 1])


def _group(key: str, name: str, chosen: NDArray[np.bool_], order: NDArray[np.float64]) -> Group:
    rows = np.flatnonzero(chosen)
    return Group(key, name, rows[np.argsort(order[rows], kind="stable")])


def _unlike(key: str, name: str, found: Sorted, order: NDArray[np.float64]) -> Group:
    """What is in no frequent bin, where nine in ten images or more share one."""
    counts = found.bins["images"].to_numpy()
    if not len(counts) or counts.max() < 0.9 * counts.sum():
        return Group(key, name, np.empty(0, dtype=np.int64))
    usual = found.bins["key"].iloc[int(counts.argmax())]
    return _group(key, name, found.keys != usual, order)


def _present(*groups: Group) -> list[Group]:
    """Groups with images; one that holds the very images of an earlier one is left out."""
    found: list[Group] = []
    for group in groups:
        same = any(set(group.rows) == set(other.rows) for other in found)
        if len(group.rows) and not same:
            found.append(group)
    return found


def _between(place: float, octave: int) -> str:
    low, high = (2 ** (edge / octave) for edge in (place, place + 1))
    return f"{int(np.ceil(low)):,}–{int(np.ceil(high)) - 1:,}"


def _bytes(number: float) -> str:
    """Bytes to two digits: '950 bytes', '1.5 KB', '57 KB'."""
    for unit, factor in (("MB", 10**6), ("KB", 10**3)):
        if number >= 0.995 * factor:
            amount = number / factor
            return f"{amount:.0f} {unit}" if amount >= 9.95 else f"{amount:.1f} {unit}"
    return f"{number:.0f} bytes"


def _kind(mode: str) -> str:
    if mode in ("1", "L", "I", "F") or mode.startswith("I;16"):
        return "grayscale"
    if mode in ("LA", "La", "RGBA", "RGBa", "PA"):
        return "with transparency"
    return {"P": "palette", "CMYK": "print colours (CMYK)"}.get(mode, "colour")


def _hue_and_saturation(
    colours: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(n, 3) -> hue 0..1 and saturation 0..1, as in HSV."""
    high, low = colours.max(axis=1, initial=0.0), colours.min(axis=1, initial=1.0)
    spread = high - low
    safe = np.where(spread > 0, spread, 1.0)
    red, green, blue = colours.T
    hue = np.select(
        [high == red, high == green],
        [(green - blue) / safe % 6, (blue - red) / safe + 2],
        (red - green) / safe + 4,
    )
    saturation = spread / np.where(high > 0, high, 1.0)
    return np.where(spread > 0, hue / 6 % 1, 0.0), saturation
